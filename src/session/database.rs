//! The pool, and what it hands out instead of connections.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::r2d2::{ConnectionManager, Pool};
use uuid::Uuid;

use super::acting::Acting;
use super::builder::{DatabaseBuilder, Settings};
use super::connection::ScopedConnection;
use super::scoped_session::Session;
use super::tenant::{self, Pooled};
use super::transport::Transport;
use crate::catalog::{Catalog, Inspection, Inspects};
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::id::{HasTextId, IdSource, IdText, TextId};
use crate::identity::{Authenticator, DatabaseMark, Identity};
use crate::key::{TenantKey, TenantTag};
use crate::scope::{ReadOnly, Scope, TenantScope, TenantSet};

/// A pool of connections to one database. It hands out [`Session`]s, and never a
/// connection.
///
/// Cloning it gives another handle to the same pool. A scope is good for the database that
/// proved it, and for no other.
///
/// ```
/// use diesel::SqliteConnection;
/// use tenancy::Database;
///
/// # let directory = tempfile::tempdir().unwrap();
/// # let path = directory.path().join("gear.db");
/// # let path = path.to_str().unwrap();
/// let db = Database::<SqliteConnection>::open(path)?;
/// # Ok::<(), tenancy::Error>(())
/// ```
pub struct Database<C: ScopedConnection> {
    pool: Pool<ConnectionManager<C>>,
    /// Of the operators, if they sign in as another role.
    operators: Option<Pool<ConnectionManager<C>>>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    pub(super) connection_timeout: Duration,
    pub(super) settings: Arc<Settings>,
    mark: DatabaseMark,
    pub(super) acting: Acting,
}

impl<C: ScopedConnection> Database<C> {
    /// Opens a database with the default settings. See
    /// [`DatabaseBuilder::open`].
    ///
    /// # Errors
    ///
    /// As [`DatabaseBuilder::open`].
    pub fn open(url: &str) -> Result<Self> {
        Self::builder().open(url)
    }

    /// The settings to open a database with.
    pub fn builder() -> DatabaseBuilder<C> {
        DatabaseBuilder::new()
    }

    pub(super) fn new(
        pool: Pool<ConnectionManager<C>>,
        operators: Option<Pool<ConnectionManager<C>>>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
        connection_timeout: Duration,
        settings: Arc<Settings>,
    ) -> Self {
        Self {
            pool,
            operators,
            clock,
            ids,
            connection_timeout,
            settings,
            mark: DatabaseMark::default(),
            acting: Acting::default(),
        }
    }

    /// Turns a credential into an [`Identity`]: the only way to one.
    ///
    /// # Errors
    ///
    /// [`Error::Unauthenticated`] if the authenticator does not accept the
    /// credential, or claims that it has ended already,
    /// [`Error::AuthenticationUnavailable`] if the credential could not be checked,
    /// and [`Error::PoolExhausted`] if no connection was free.
    ///
    /// # Tenancy
    ///
    /// The authenticator sees a connection: it is the trusted edge. What it left
    /// open, an unfinished transaction, is rolled back and does not come back to the
    /// pool.
    pub fn authenticate<A: Authenticator<C>>(
        &self,
        how: &A,
        credential: A::Credential<'_>,
    ) -> Result<Identity<A::Key>> {
        let mut conn = self.checkout_for_nobody()?;
        let claims = how.authenticate(&mut conn, credential);
        conn.end_transactions();
        let claims = claims?;
        if self.has_ended(claims.ends_at()) {
            return Err(Error::Unauthenticated);
        }
        Ok(Identity::proven(claims, self.mark.clone()))
    }

    /// A session of this scope: a connection that runs statements of the scope's
    /// tenant, and of no other.
    ///
    /// # Errors
    ///
    /// [`Error::ScopeMismatch`] if another `Database` proved the scope,
    /// [`Error::Expired`] if the credential behind it has ended,
    /// [`Error::PoolExhausted`] if no connection was free within the timeout, and
    /// [`Error::CannotOpen`] if a new one could not be made.
    pub fn session<S: Scope>(&self, scope: &S) -> Result<Session<C, S::Access>> {
        self.check_proof(scope.proven_by(), scope.expires_at())?;
        let tenant = TenantTag::new(scope.key());
        let conn = self.checkout_for(&tenant)?;
        let settings = Arc::clone(&self.settings);
        let clock = Arc::clone(&self.clock);
        Ok(Session::new(conn, tenant, settings, clock, self.ids()))
    }

    /// Reads in one tenant of a set after the other, each with a session of its own, and gives what
    /// was read beside the tenant's key. There is no snapshot over all of them.
    ///
    /// # Errors
    ///
    /// Those of [`session`](Self::session), and the first one of `read`, which ends it.
    pub fn read_each<K, T, E>(
        &self,
        set: &TenantSet<K>,
        mut read: impl FnMut(&TenantScope<K, ReadOnly>, &mut Session<C, ReadOnly>) -> Result<T, E>,
    ) -> Result<Vec<(K, T)>, E>
    where
        K: TenantKey,
        E: From<Error>,
    {
        set.scopes()
            .map(|scope| {
                let mut session = self.session(scope)?;
                Ok((scope.tenant().duplicate(), read(scope, &mut session)?))
            })
            .collect()
    }

    /// Reads the live schema, and says what is wrong with it: [`Catalog::inspect`] with a
    /// connection of the pool.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")]
    /// # fn main() -> tenancy::Result<()> {
    /// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
    /// # use gear::*;
    /// # let gear = Gear::new();
    /// # let db = &gear.db;
    /// let inspection = db.inspect(&tenancy::catalog![Customer, Category, Item, Setting, Unit])?;
    /// if inspection.has_errors() {
    ///     panic!("{inspection}");
    /// }
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "sqlite"))]
    /// # fn main() {}
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Catalog::inspect`], and [`Error::PoolExhausted`] if no connection was free.
    pub fn inspect(&self, catalog: &Catalog) -> Result<Inspection>
    where
        C: Inspects,
    {
        catalog.inspect(&mut *self.checkout_for_nobody()?)
    }

    pub(crate) fn mark(&self) -> &DatabaseMark {
        &self.mark
    }

    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock)
    }

    pub(super) fn ids(&self) -> Arc<dyn IdSource> {
        Arc::clone(&self.ids)
    }

    pub(crate) fn id_source(&self) -> &dyn IdSource {
        &*self.ids
    }

    /// The present moment, by the clock of the builder.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// A new id, from the id source of the builder.
    #[must_use]
    pub fn new_id(&self) -> Uuid {
        self.ids.next_id(self.now())
    }

    /// A new key of a model that says `text_id` or `type_id`, for a row that no
    /// [`Repo`](crate::Repo) inserts: that of a new tenant. (Others get theirs with the insert.)
    ///
    /// ```
    /// # mod plant { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/plant/mod.rs")); }
    /// # use plant::*;
    /// # let plant = Plant::new();
    /// # let db = &plant.db;
    /// use tenancy::TextId;
    ///
    /// let id: TextId<Tenant> = db.new_text_id()?;
    /// assert!(id.as_str().starts_with("ten_"));
    /// # Ok::<(), tenancy::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NoRandomness`] if the id source of the builder has no random bytes.
    pub fn new_text_id<T: HasTextId>(&self) -> Result<TextId<T>> {
        let made = IdText::make::<T::Coin>(&*self.ids, self.now());
        made.map(TextId::new).map_err(|_| Error::NoRandomness)
    }

    /// A connection for SQL that belongs to no tenant.
    pub(super) fn checkout_for_nobody(&self) -> Result<Pooled<C>> {
        let mut conn = self.checkout()?;
        tenant::take_from_all(&mut conn, self.settings.transport)?;
        Ok(conn)
    }

    /// Whether this database proved it, and it has not ended.
    pub(crate) fn check_proof(
        &self,
        proven_by: &DatabaseMark,
        ends_at: Option<DateTime<Utc>>,
    ) -> Result<()> {
        if *proven_by != self.mark {
            return Err(Error::ScopeMismatch);
        }
        if self.has_ended(ends_at) {
            return Err(Error::Expired);
        }
        Ok(())
    }

    /// A connection of the operators'.
    pub(crate) fn checkout_for_operator(&self) -> Result<Pooled<C>> {
        let pool = match &self.operators {
            Some(pool) => pool,
            None if C::CARRIES_TENANT => return Err(no_operators()),
            None => &self.pool,
        };
        self.checkout_of(pool)
    }

    /// A connection, at best one that has the tenant already.
    fn checkout_for(&self, tenant: &TenantTag) -> Result<Pooled<C>> {
        if C::CARRIES_TENANT && self.settings.transport == Transport::Direct {
            self.idle_for(tenant).map_or_else(|| self.checkout(), Ok)
        } else {
            self.checkout()
        }
    }

    /// The idle connection that has the tenant; else one that has none; else the one that
    /// has been idle for longest, so that the others' tenants find theirs.
    fn idle_for(&self, tenant: &TenantTag) -> Option<Pooled<C>> {
        let mut others = Vec::new();
        while let Some(conn) = self.pool.try_get() {
            if tenant::has(&conn, tenant) == Some(true) {
                give_back(others);
                return Some(conn);
            }
            others.push(conn);
            if others.len() == LOOKED_AT {
                break;
            }
        }
        let free = others
            .iter()
            .position(|conn| tenant::has(conn, tenant).is_none());
        let chosen = free
            .or(others.len().checked_sub(1))
            .map(|at| others.remove(at));
        give_back(others);
        chosen
    }

    fn checkout(&self) -> Result<Pooled<C>> {
        self.checkout_of(&self.pool)
    }

    fn checkout_of(&self, pool: &Pool<ConnectionManager<C>>) -> Result<Pooled<C>> {
        pool.get().map_err(|error| {
            if pool.state().connections >= pool.max_size() {
                Error::PoolExhausted {
                    waited: self.connection_timeout,
                }
            } else {
                Error::CannotOpen {
                    reason: error.to_string(),
                }
            }
        })
    }

    fn has_ended(&self, ends_at: Option<DateTime<Utc>>) -> bool {
        ends_at.is_some_and(|moment| moment <= self.now())
    }
}

fn no_operators() -> Error {
    Error::Configuration {
        reason: "there is no operator scope without a role for operators, which row security does \
                 not bind: give the builder its `operator_url(..)`"
            .into(),
    }
}

/// How many idle connections are looked at for one that has the tenant. While they are, they
/// are missing in the pool.
const LOOKED_AT: usize = 16;

/// The pool hands out first what came back last: in this order, it is as it was.
fn give_back<C: ScopedConnection>(conns: Vec<Pooled<C>>) {
    conns.into_iter().rev().for_each(drop);
}

impl<C: ScopedConnection> Clone for Database<C> {
    fn clone(&self) -> Self {
        Self {
            pool: self.pool.clone(),
            operators: self.operators.clone(),
            clock: Arc::clone(&self.clock),
            ids: Arc::clone(&self.ids),
            connection_timeout: self.connection_timeout,
            settings: Arc::clone(&self.settings),
            mark: self.mark.clone(),
            acting: self.acting.clone(),
        }
    }
}

impl<C: ScopedConnection> fmt::Debug for Database<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database")
            .field("pool", &self.pool.state())
            .finish_non_exhaustive()
    }
}
