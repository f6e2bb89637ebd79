use std::sync::atomic::{AtomicU32, Ordering};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

/// The connection of the tests.
pub(crate) type Conn = PgConnection;

/// A moment in a row.
#[allow(dead_code, reason = "not every user of the stage has moments")]
pub(crate) type Moment = chrono::DateTime<chrono::Utc>;

/// A database on the server, which ends with this. The sessions are of a role that owns
/// nothing.
pub(crate) struct Stage {
    pub(crate) url: String,
    name: String,
}

impl Stage {
    pub(crate) fn new(sql: &[&str]) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        // This is a part of more modules than one, which number their own.
        let module = module_path!().replace("::", "_");
        let name = format!("test_{}_{number}_{module}", std::process::id());
        connect("postgres", "postgres")
            .batch_execute(&format!("CREATE DATABASE {name} OWNER owner"))
            .expect("a database");
        let stage = Self {
            url: address("serving", &name),
            name,
        };
        stage.raw().batch_execute(BEFORE).expect("a function");
        let mut owner = connect("owner", &stage.name);
        for sql in sql.iter().filter(|sql| !sql.is_empty()) {
            owner
                .batch_execute(&in_its_words(sql))
                .expect("the schema and its rows");
        }
        owner.batch_execute(AFTERWARDS).expect("the sequences");
        stage
    }

    /// How the databases of the tests are opened: each statement is sent by itself.
    pub(crate) fn builder() -> tenancy::DatabaseBuilder<Conn> {
        tenancy::Database::builder().transport(tenancy::Transport::Direct)
    }

    /// A connection beside the library, that sees every tenant's rows.
    pub(crate) fn raw(&self) -> Conn {
        connect("postgres", &self.name)
    }

    /// Lets the database itself guard these tables. `TENANCY_ROW_SECURITY=off` leaves it to
    /// the library alone.
    #[allow(dead_code, reason = "not every user of the stage has models")]
    pub(crate) fn guard(&self, tables: &tenancy::Catalog) {
        if std::env::var("TENANCY_ROW_SECURITY").is_ok_and(|wanted| wanted == "off") {
            self.fill("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO serving");
            return;
        }
        tables
            .protect(&mut connect("owner", &self.name), "serving")
            .expect("row security");
    }

    #[allow(dead_code, reason = "not every user of the stage adds to it")]
    pub(crate) fn fill(&self, sql: &str) {
        self.raw().batch_execute(&in_its_words(sql)).expect("SQL");
    }

    /// The database of who owns the tables.
    #[allow(dead_code, reason = "not every user of the stage migrates")]
    pub(crate) fn owner(&self) -> tenancy::Database<Conn> {
        tenancy::Database::open(&address("owner", &self.name)).expect("a pool")
    }

    /// SQL as it is, of who owns the tables.
    #[allow(dead_code, reason = "not every user of the stage is an owner")]
    pub(crate) fn owned(&self, sql: &str) {
        connect("owner", &self.name)
            .batch_execute(sql).expect("SQL");
    }

    /// Makes the tables of the audit, and whatever operators need beside them.
    #[allow(dead_code, reason = "not every user of the stage has operators")]
    pub(crate) fn audit(&self) {
        self.owner()
            .migrate(tenancy::audit::MIGRATIONS)
            .expect("the audit");
        self.raw()
            .batch_execute(
                "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO operator;
                REVOKE UPDATE, DELETE ON tenancy_audit_events FROM operator;
                REVOKE DELETE ON tenancy_audit_heads FROM operator;",
            )
            .expect("rights");
    }

    /// With the operators' own way in, where there is one.
    #[allow(dead_code, reason = "not every user of the stage has operators")]
    pub(crate) fn for_operators(
        &self,
        builder: tenancy::DatabaseBuilder<Conn>,
    ) -> tenancy::DatabaseBuilder<Conn> {
        builder.operator_url(address("operator", &self.name))
    }

    /// Changes the audit, as only who owns its tables can.
    #[allow(dead_code, reason = "not every user of the stage has operators")]
    pub(crate) fn tamper(&self, sql: &str) {
        self.fill(&format!("SET session_replication_role = replica; {sql}"));
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let end = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        drop(connect("postgres", "postgres").batch_execute(&end));
    }
}

fn connect(role: &str, database: &str) -> Conn {
    Conn::establish(&address(role, database)).expect("a connection")
}

fn address(role: &str, database: &str) -> String {
    let server = std::env::var("TENANCY_POSTGRES").expect(
        "TENANCY_POSTGRES is not set: `cargo xtask servers` starts servers, and says what to set",
    );
    format!("{server} user={role} dbname={database}")
}

fn in_its_words(sql: &str) -> String {
    let collation = if sql.contains("COLLATE NOCASE") {
        NOCASE
    } else {
        ""
    };
    let sql = sql
        .replace(
            " id INTEGER PRIMARY KEY",
            " id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY",
        )
        .replace(
            "(id INTEGER PRIMARY KEY",
            "(id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY",
        )
        .replace("_id INTEGER PRIMARY KEY", "_id BIGINT PRIMARY KEY")
        .replace("raw BLOB", "raw BYTEA")
        .replace(" BLOB", " UUID")
        .replace("X'00'", "'\\x00'")
        .replace("X'0000", "'0000")
        .replace(" REAL", " DOUBLE PRECISION")
        .replace(" DOUBLE NOT NULL", " DOUBLE PRECISION NOT NULL");
    format!("{collation}{sql}")
}

/// SQLite's collation that does not tell small letters from capitals.
const NOCASE: &str = "CREATE COLLATION nocase
    (provider = icu, locale = 'und-u-ks-level2', deterministic = false);";

/// SQLite's ways to write a value and its type, for the looks at all rows; and the rights of
/// the serving role.
const BEFORE: &str = "
    CREATE FUNCTION quote(anyelement) RETURNS text LANGUAGE sql AS 'SELECT quote_nullable($1)';
    CREATE FUNCTION quote(text) RETURNS text LANGUAGE sql AS 'SELECT quote_nullable($1)';
    CREATE FUNCTION quote(bigint) RETURNS text LANGUAGE sql AS
        'SELECT coalesce($1::text, ''NULL'')';
    CREATE FUNCTION quote(integer) RETURNS text LANGUAGE sql AS 'SELECT quote($1::bigint)';
    CREATE FUNCTION typeof(anyelement) RETURNS text LANGUAGE sql AS 'SELECT pg_typeof($1)::text';
    ALTER DEFAULT PRIVILEGES FOR ROLE postgres, owner
        GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO serving;
";

/// Sequences that go on behind the rows.
const AFTERWARDS: &str = "
    DO $$ DECLARE t regclass; BEGIN
        FOR t IN SELECT attrelid FROM pg_attribute WHERE attidentity <> '' LOOP
            EXECUTE format(
                'SELECT setval(pg_get_serial_sequence(%L, ''id''), coalesce(max(id), 0) + 1, false) FROM %s',
                t, t);
        END LOOP;
    END $$;
";
