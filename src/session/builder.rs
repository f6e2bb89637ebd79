//! How a database is opened.

use std::fmt;
use std::iter;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use diesel::r2d2::{self, ConnectionManager, CustomizeConnection, Pool};

use super::connection::ScopedConnection;
use super::database::Database;
use super::transport::Transport;
use crate::clock::{Clock, SystemClock};
use crate::error::{Error, Result};
use crate::id::{IdSource, UuidV7};

/// The settings of a [`Database`], from [`Database::builder`].
///
/// ```
/// use std::time::Duration;
/// use diesel::SqliteConnection;
/// use tenancy::Database;
///
/// # let directory = tempfile::tempdir().unwrap();
/// # let path = directory.path().join("gear.db");
/// let db = Database::<SqliteConnection>::builder()
///     .max_size(4)
///     .connection_timeout(Duration::from_secs(2))
///     .on_connect("PRAGMA synchronous = NORMAL")
///     .open(path.to_str().unwrap())?;
/// # Ok::<(), tenancy::Error>(())
/// ```
#[must_use = "a builder does nothing until `.open(..)`"]
pub struct DatabaseBuilder<C> {
    max_size: u32,
    connection_timeout: Duration,
    busy_timeout: Duration,
    on_connect: Vec<String>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    transport: Transport,
    operator_url: Option<String>,
    test_on_checkout: bool,
    of: PhantomData<fn() -> C>,
}

impl<C: ScopedConnection> DatabaseBuilder<C> {
    pub(super) fn new() -> Self {
        Self {
            max_size: 10,
            connection_timeout: Duration::from_secs(30),
            busy_timeout: Duration::from_secs(5),
            on_connect: Vec::new(),
            clock: Arc::new(SystemClock),
            ids: Arc::new(UuidV7::default()),
            transport: Transport::default(),
            operator_url: None,
            test_on_checkout: false,
            of: PhantomData,
        }
    }

    /// The most connections that the pool keeps. 10 by default.
    pub fn max_size(mut self, connections: u32) -> Self {
        self.max_size = connections;
        self
    }

    /// How long a session waits for a free connection. 30 seconds by default. So long waits an
    /// operator's act on PostgreSQL for each lock, unless `lock_timeout` is set.
    pub fn connection_timeout(mut self, timeout: Duration) -> Self {
        self.connection_timeout = timeout;
        self
    }

    /// How long a statement waits for a lock of SQLite's, in whole milliseconds
    /// (`PRAGMA busy_timeout`). 5 seconds by default.
    pub fn busy_timeout(mut self, timeout: Duration) -> Self {
        self.busy_timeout = timeout;
        self
    }

    /// SQL to run on each new connection, after the library's own settings. May be
    /// called more than once. On MySQL and MariaDB the library sets `autocommit`,
    /// `completion_type` and its parts of `sql_mode` behind it.
    ///
    /// # Tenancy
    ///
    /// This is SQL of yours, and runs outside of any scope.
    pub fn on_connect(mut self, sql: impl Into<String>) -> Self {
        self.on_connect.push(sql.into());
        self
    }

    /// Where the time comes from. The machine's clock by default.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Where new ids come from. [`UuidV7`] by default.
    pub fn ids(mut self, ids: impl IdSource) -> Self {
        self.ids = Arc::new(ids);
        self
    }

    /// How the database is told whose a session is, for its row security.
    /// [`Transport::Pooler`] by default, which is right everywhere.
    pub fn transport(mut self, transport: Transport) -> Self {
        self.transport = transport;
        self
    }

    /// How operators sign in: they get a pool of their own, of the same settings. See
    /// [`OperatorScope`](crate::OperatorScope).
    ///
    /// On PostgreSQL it is a role with `BYPASSRLS`, and not the one of the service; without it,
    /// nothing can be done as an operator. On the other backends operators use the service's own
    /// pool, unless this names another account.
    ///
    /// ```no_run
    /// # #[cfg(feature = "postgres")]
    /// # fn main() -> tenancy::Result<()> {
    /// let db = tenancy::Database::<diesel::PgConnection>::builder()
    ///     .operator_url("postgres://operator@localhost/gear")
    ///     .open("postgres://serving@localhost/gear")?;
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "postgres"))]
    /// # fn main() {}
    /// ```
    pub fn operator_url(mut self, url: impl Into<String>) -> Self {
        self.operator_url = Some(url.into());
        self
    }

    /// Whether a connection of the pool is tried (`SELECT 1`) each time before it is handed out,
    /// and another one made if it has ended. Off by default: it is a round trip more.
    ///
    /// Without it, a server that was started again is noticed by the first statement on each
    /// connection that was idle meanwhile: it gives
    /// [`Error::ConnectionLost`](crate::Error::ConnectionLost), and the pool drops the connection.
    pub fn test_on_checkout(mut self, test: bool) -> Self {
        self.test_on_checkout = test;
        self
    }

    /// Opens the database and its pool. `url` is what diesel's
    /// `Connection::establish` takes: on SQLite a path, which is created if nothing is
    /// there.
    ///
    /// # Errors
    ///
    /// [`Error::Configuration`] for a pool of no connections, a timeout of zero, or a
    /// database in memory with a pool of more than one, or an `operator_url` whose role row
    /// security binds; [`Error::CannotOpen`],
    /// [`Error::NotADatabase`] or [`Error::Locked`] if the first connection fails.
    pub fn open(self, url: &str) -> Result<Database<C>> {
        if self.max_size == 0 || self.connection_timeout.is_zero() {
            return Err(Error::Configuration {
                reason: "the pool needs at least one connection, and time to wait for it".into(),
            });
        }
        let settings = Settings {
            library: C::settings(self.busy_timeout),
            application: self.on_connect.clone(),
            transport: self.transport,
        };
        let mut first = C::establish(url).map_err(|error| C::cannot_open(error, url))?;
        settings.apply(&mut first).map_err(Error::of_own_sql)?;
        let in_memory = first.has_no_file()?;
        C::check_pool(in_memory, self.max_size)?;
        drop(first);

        let operators = self.operator_url.as_deref();
        let operators = operators.map(|url| self.operators(url, &settings));
        let operators = operators.transpose()?;
        let pool = self.pool(&settings, in_memory).min_idle(Some(1));
        let pool = built(pool, url)?;
        Ok(Database::new(
            pool,
            operators,
            self.clock,
            self.ids,
            self.connection_timeout,
            Arc::new(settings),
        ))
    }
}

impl<C: ScopedConnection> DatabaseBuilder<C> {
    fn pool(&self, settings: &Settings, in_memory: bool) -> r2d2::Builder<ConnectionManager<C>> {
        let pool = Pool::builder()
            .max_size(self.max_size)
            .connection_timeout(self.connection_timeout)
            .test_on_check_out(self.test_on_checkout)
            .connection_customizer(Box::new(settings.clone()));
        if in_memory {
            pool.idle_timeout(None).max_lifetime(None)
        } else {
            pool
        }
    }

    /// The operators' pool: it connects when there is one.
    fn operators(&self, url: &str, settings: &Settings) -> Result<Pool<ConnectionManager<C>>> {
        let mut first = C::establish(url).map_err(|error| C::cannot_open(error, url))?;
        settings.apply(&mut first)?;
        if first.has_no_file()? {
            return Err(Error::Configuration {
                reason: "a database in memory has no other account: take `operator_url` away"
                    .into(),
            });
        }
        if !first.sees_every_row()? {
            return Err(Error::Configuration {
                reason: "row security binds the role of `operator_url`: give it BYPASSRLS".into(),
            });
        }
        built(self.pool(settings, false).min_idle(Some(0)), url)
    }
}

fn built<C: ScopedConnection>(
    pool: r2d2::Builder<ConnectionManager<C>>,
    url: &str,
) -> Result<Pool<ConnectionManager<C>>> {
    let built = pool.build(ConnectionManager::new(url));
    built.map_err(|error| Error::CannotOpen {
        reason: error.to_string(),
    })
}

impl<C> fmt::Debug for DatabaseBuilder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatabaseBuilder")
            .field("max_size", &self.max_size)
            .field("connection_timeout", &self.connection_timeout)
            .field("busy_timeout", &self.busy_timeout)
            .finish_non_exhaustive()
    }
}

/// What runs on each new connection.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    library: String,
    application: Vec<String>,
    pub(super) transport: Transport,
}

impl Settings {
    pub(super) fn apply<C: ScopedConnection>(&self, conn: &mut C) -> diesel::QueryResult<()> {
        conn.prepare_for(self.transport);
        let application = self.application.iter().map(String::as_str);
        // The client library of MySQL and MariaDB reads behind the end of an empty text.
        iter::once(&*self.library)
            .chain(application)
            .chain([C::promises()])
            .filter(|sql| !sql.is_empty())
            .try_for_each(|sql| conn.batch_execute(sql))
    }
}

impl<C: ScopedConnection> CustomizeConnection<C, r2d2::Error> for Settings {
    fn on_acquire(&self, conn: &mut C) -> Result<(), r2d2::Error> {
        self.apply(conn).map_err(r2d2::Error::QueryError)
    }

    fn on_release(&self, conn: C) {
        // diesel panics when SQLite will not close, which is when somebody forgot an
        // iterator over its rows. That must not reach who drops a session.
        let closed = catch_unwind(AssertUnwindSafe(|| drop(conn)));
        if closed.is_err() {
            tracing::warn!("a connection could not be closed");
        }
    }
}
