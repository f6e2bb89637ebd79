use diesel::connection::SimpleConnection;
use diesel::prelude::*;

/// The connection of the tests.
pub(crate) type Conn = SqliteConnection;

/// A moment in a row.
#[allow(dead_code, reason = "not every user of the stage has moments")]
pub(crate) type Moment = chrono::DateTime<chrono::Utc>;

/// A file, in a directory that ends with it.
pub(crate) struct Stage {
    pub(crate) url: String,
    _directory: tempfile::TempDir,
}

impl Stage {
    pub(crate) fn new(sql: &[&str]) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let path = directory.path().join("some.db");
        let stage = Self {
            url: path.to_str().expect("a path in UTF-8").to_owned(),
            _directory: directory,
        };
        for sql in sql {
            stage.fill(sql);
        }
        stage
    }

    /// How the databases of the tests are opened.
    pub(crate) fn builder() -> tenancy::DatabaseBuilder<Conn> {
        tenancy::Database::builder()
    }

    /// A connection beside the library, that sees every tenant's rows.
    pub(crate) fn raw(&self) -> Conn {
        let mut raw = Conn::establish(&self.url).expect("a connection");
        // The pool may be opening or closing a connection in a thread of its own.
        raw.batch_execute("PRAGMA busy_timeout = 60000")
            .expect("a setting");
        raw
    }

    /// Lets the database itself guard these tables, if it can.
    #[allow(dead_code, reason = "not every user of the stage has models")]
    pub(crate) fn guard(&self, _: &tenancy::Catalog) {}

    #[allow(dead_code, reason = "not every user of the stage adds to it")]
    pub(crate) fn fill(&self, sql: &str) {
        self.raw().batch_execute(sql).expect("SQL");
    }

    /// The database of who owns the tables.
    #[allow(dead_code, reason = "not every user of the stage migrates")]
    pub(crate) fn owner(&self) -> tenancy::Database<Conn> {
        tenancy::Database::open(&self.url).expect("a pool")
    }

    /// SQL as it is, of who owns the tables.
    #[allow(dead_code, reason = "not every user of the stage is an owner")]
    pub(crate) fn owned(&self, sql: &str) {
        self.raw().batch_execute(sql).expect("SQL");
    }

    /// Makes the tables of the audit, and whatever operators need beside them.
    #[allow(dead_code, reason = "not every user of the stage has operators")]
    pub(crate) fn audit(&self) {
        self.owner()
            .migrate(tenancy::audit::MIGRATIONS)
            .expect("the audit");
    }

    /// With the operators' own way in, where there is one.
    #[allow(dead_code, reason = "not every user of the stage has operators")]
    pub(crate) fn for_operators(
        &self,
        builder: tenancy::DatabaseBuilder<Conn>,
    ) -> tenancy::DatabaseBuilder<Conn> {
        builder
    }

    /// Changes the audit, as only who owns its tables can.
    #[allow(dead_code, reason = "not every user of the stage has operators")]
    pub(crate) fn tamper(&self, sql: &str) {
        let triggers = "DROP TRIGGER IF EXISTS tenancy_audit_events_stay;
            DROP TRIGGER IF EXISTS tenancy_audit_events_remain;
            DROP TRIGGER IF EXISTS tenancy_audit_heads_remain;
            DROP TRIGGER IF EXISTS tenancy_audit_events_once;
            DROP TRIGGER IF EXISTS tenancy_audit_heads_once;
            DROP TRIGGER IF EXISTS tenancy_audit_heads_count;";
        self.fill(&format!("{triggers}{sql}"));
    }
}
