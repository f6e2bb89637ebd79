//! The two sides of a pair: a diesel connection, and a session. Each has a database of
//! its own, both have the same rows and settings.

use std::fmt;
use std::ops::Range;
use std::time::{Duration, Instant};

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::prelude::*;
use diesel::sql_types::Text;
use tenancy::prelude::*;
use tenancy::{AuthError, Authenticator, Claims, ScopedConnection};

use super::schema::{Size, TENANT, Values, schema_and_rows, setting};

/// One side of a pair: its n-th call.
pub(crate) type ByHandCall = fn(&Values, &mut SqliteConnection, usize);
pub(crate) type ScopedCall = fn(&Values, &TenantScope<i64>, &mut Session<SqliteConnection>, usize);

/// Where a database is.
#[derive(Debug)]
pub(crate) enum Place {
    Memory,
    File(tempfile::TempDir),
}

impl Place {
    /// In memory, or in a file if `TENANCY_BENCH` holds the word `file`.
    pub(crate) fn from_environment() -> Self {
        if setting("file") {
            Self::File(tempfile::tempdir().expect("a temporary directory"))
        } else {
            Self::Memory
        }
    }

    fn url(&self) -> String {
        match self {
            Self::Memory => ":memory:".to_owned(),
            Self::File(directory) => directory.path().join("bench.db").display().to_string(),
        }
    }
}

/// The side that is written by hand.
pub(crate) struct ByHand {
    values: Values,
    conn: SqliteConnection,
    _place: Place,
}

impl ByHand {
    pub(crate) fn new(size: Size, place: Place) -> Self {
        let mut conn = SqliteConnection::establish(&place.url()).expect("a database");
        conn.batch_execute(&SqliteConnection::settings(Duration::from_secs(5)))
            .expect("the settings that the library makes, too");
        conn.batch_execute(&schema_and_rows(size)).expect("rows");
        Self {
            values: Values::new(size),
            conn,
            _place: place,
        }
    }

    /// The version of SQLite, which both sides have.
    pub(crate) fn sqlite_version(&mut self) -> String {
        let version = diesel::dsl::sql::<Text>("SELECT sqlite_version()");
        version.get_result(&mut self.conn).expect("a version")
    }

    /// Makes the calls with these numbers.
    pub(crate) fn run(&mut self, call: ByHandCall, calls: Range<usize>) {
        for n in calls {
            call(&self.values, &mut self.conn, n);
        }
    }

    /// The time of some calls. What they write is rolled back.
    pub(crate) fn time(&mut self, call: ByHandCall, calls: usize, writes: bool) -> Duration {
        if writes {
            AnsiTransactionManager::begin_transaction(&mut self.conn).expect("a transaction");
        }
        let start = Instant::now();
        self.run(call, 0..calls);
        let time = start.elapsed();
        if writes {
            AnsiTransactionManager::rollback_transaction(&mut self.conn).expect("a rollback");
        }
        time
    }
}

/// The side that goes through the library.
pub(crate) struct ByScope {
    values: Values,
    scope: TenantScope<i64>,
    session: Session<SqliteConnection>,
    _place: Place,
}

impl ByScope {
    pub(crate) fn new(size: Size, place: Place) -> Self {
        let db = Database::<SqliteConnection>::builder()
            .max_size(1)
            .open(&place.url())
            .expect("a database");
        let identity = db.authenticate(&Filler, size).expect("an identity");
        let scope = TenantScope::new(&identity).expect("a scope");
        Self {
            values: Values::new(size),
            session: db.session(&scope).expect("a session"),
            scope,
            _place: place,
        }
    }

    /// Makes the calls with these numbers.
    pub(crate) fn run(&mut self, call: ScopedCall, calls: Range<usize>) {
        for n in calls {
            call(&self.values, &self.scope, &mut self.session, n);
        }
    }

    /// The time of some calls. What they write is rolled back.
    pub(crate) fn time(&mut self, call: ScopedCall, calls: usize, writes: bool) -> Duration {
        let run = |session: &mut Session<SqliteConnection>| {
            let start = Instant::now();
            for n in 0..calls {
                call(&self.values, &self.scope, session, n);
            }
            start.elapsed()
        };
        if writes {
            let rolled_back: Result<(), RollBack> =
                (self.session).transaction(|session| Err(RollBack(run(session))));
            rolled_back.expect_err("what is rolled back").0
        } else {
            run(&mut self.session)
        }
    }
}

impl fmt::Debug for ByHand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByHand").finish_non_exhaustive()
    }
}

impl fmt::Debug for ByScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByScope").finish_non_exhaustive()
    }
}

/// The error that ends a transaction, with the time that was taken.
#[derive(Debug)]
struct RollBack(Duration);

impl From<tenancy::Error> for RollBack {
    fn from(error: tenancy::Error) -> Self {
        panic!("a transaction: {error}");
    }
}

/// Lets anyone in, and fills the database that it is shown: one in memory has no other
/// connection that could.
struct Filler;

impl Authenticator<SqliteConnection> for Filler {
    type Credential<'a> = Size;
    type Key = i64;

    fn authenticate(
        &self,
        conn: &mut SqliteConnection,
        size: Size,
    ) -> Result<Claims<i64>, AuthError> {
        conn.batch_execute(&schema_and_rows(size))?;
        Ok(Claims::new(TENANT))
    }
}
