use std::sync::atomic::{AtomicU32, Ordering};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

/// The connection of the tests.
pub(crate) type Conn = MysqlConnection;

/// A moment in a row.
#[allow(dead_code, reason = "not every user of the stage has moments")]
pub(crate) type Moment = chrono::NaiveDateTime;

/// A database on the server, which ends with this. The sessions are of a user that owns
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
        connect("owner", "mysql")
            .batch_execute(&format!(
                "CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin; \
                 GRANT SELECT, INSERT, UPDATE, DELETE, CREATE TEMPORARY TABLES ON {name}.* TO serving@localhost"
            ))
            .expect("a database");
        let stage = Self {
            url: address("serving", &name),
            name,
        };
        let mut owner = stage.raw();
        for sql in sql.iter().filter(|sql| !sql.is_empty()) {
            owner
                .batch_execute(&in_its_words(sql))
                .expect("the schema and its rows");
        }
        stage
    }

    /// How the databases of the tests are opened.
    pub(crate) fn builder() -> tenancy::DatabaseBuilder<Conn> {
        tenancy::Database::builder()
    }

    /// A connection beside the library, that sees every tenant's rows.
    pub(crate) fn raw(&self) -> Conn {
        let mut raw = connect("owner", &self.name);
        raw.batch_execute("SET sql_mode = 'STRICT_ALL_TABLES,ANSI_QUOTES,PIPES_AS_CONCAT'")
            .expect("a setting");
        raw
    }

    /// Lets the database itself guard these tables, if it can.
    #[allow(dead_code, reason = "not every user of the stage has models")]
    pub(crate) fn guard(&self, _: &tenancy::Catalog) {}

    #[allow(dead_code, reason = "not every user of the stage adds to it")]
    pub(crate) fn fill(&self, sql: &str) {
        // The client library reads behind the end of an empty text.
        if !sql.is_empty() {
            self.raw().batch_execute(&in_its_words(sql)).expect("SQL");
        }
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
        self.owned(&format!(
            "GRANT SELECT, INSERT, UPDATE, DELETE ON {}.* TO operator@localhost;
             GRANT PROCESS ON *.* TO operator@localhost",
            self.name
        ));
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
        let triggers = "DROP TRIGGER IF EXISTS tenancy_audit_events_stay;
            DROP TRIGGER IF EXISTS tenancy_audit_events_remain;
            DROP TRIGGER IF EXISTS tenancy_audit_heads_remain;
            DROP TRIGGER IF EXISTS tenancy_audit_heads_count;";
        self.fill(&format!("{triggers}{sql}"));
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let end = format!("DROP DATABASE {}", self.name);
        drop(connect("owner", "mysql").batch_execute(&end));
    }
}

fn connect(user: &str, database: &str) -> Conn {
    Conn::establish(&address(user, database)).expect("a connection")
}

fn address(user: &str, database: &str) -> String {
    let socket = std::env::var("TENANCY_MARIADB").expect(
        "TENANCY_MARIADB is not set: `cargo xtask servers` starts servers, and says what to set",
    );
    format!("mysql://{user}@localhost/{database}?unix_socket={socket}")
}

fn in_its_words(sql: &str) -> String {
    // A key compares as its columns do. A column beside it compares otherwise.
    sql.replace(
        "CREATE UNIQUE INDEX careless ON pages (owner COLLATE NOCASE, path)",
        "ALTER TABLE pages ADD UNIQUE (owner, path), ADD UNIQUE (careless, path),
            ADD careless VARCHAR(180) AS (lower(owner)) INVISIBLE",
    )
    .replace(
        " id INTEGER PRIMARY KEY",
        " id BIGINT AUTO_INCREMENT PRIMARY KEY",
    )
    .replace(
        "(id INTEGER PRIMARY KEY",
        "(id BIGINT AUTO_INCREMENT PRIMARY KEY",
    )
    .replace("_id INTEGER PRIMARY KEY", "_id BIGINT PRIMARY KEY")
    .replace(" TEXT", " VARCHAR(180)")
    .replace(" TIMESTAMPTZ", " DATETIME(6)")
    .replace(" TIMESTAMP", " DATETIME(6)")
    .replace("+00:00'", "'")
    .replace(" uuid BLOB", " uuid UUID")
    .replace(" BLOB", " BINARY(16)")
}
