//! A database of one test's, and who asks.

use std::ops::ControlFlow;

use diesel::prelude::*;
use document_control::controllers::{Answer, ApiError, call};
use document_control::{App, Caller, Conn, transition};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tenancy::{Database, FixedClock, SequentialIds};

/// A database, which ends with this.
pub(crate) struct Stage {
    /// As its owner, who migrates.
    pub(crate) url: String,
    served: String,
    #[cfg(not(feature = "mysql"))]
    _folder: tempfile::TempDir,
    #[cfg(feature = "mysql")]
    name: String,
}

#[cfg(not(feature = "mysql"))]
impl Stage {
    pub(crate) fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = folder.path().join("documents.db").display().to_string();
        Self {
            served: url.clone(),
            url,
            _folder: folder,
        }
    }
}

#[cfg(feature = "mysql")]
impl Stage {
    pub(crate) fn empty() -> Self {
        use std::sync::atomic::{AtomicU32, Ordering};

        use diesel::connection::SimpleConnection;

        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("documents_{}_{number}", std::process::id());
        let make = format!(
            "CREATE DATABASE {name} CHARACTER SET utf8mb4;
             GRANT SELECT, INSERT, UPDATE, DELETE ON {name}.* TO serving@localhost"
        );
        connect(&address("owner", "mysql"))
            .batch_execute(&make)
            .unwrap();
        Self {
            url: address("owner", &name),
            served: address("serving", &name),
            name,
        }
    }
}

#[cfg(feature = "mysql")]
impl Drop for Stage {
    fn drop(&mut self) {
        use diesel::connection::SimpleConnection;

        let end = format!(
            "DROP DATABASE {0}; REVOKE SELECT, INSERT, UPDATE, DELETE ON {0}.* FROM serving@localhost",
            self.name
        );
        drop(connect(&address("owner", "mysql")).batch_execute(&end));
    }
}

#[cfg(feature = "mysql")]
fn address(user: &str, database: &str) -> String {
    let socket = std::env::var("TENANCY_MARIADB").expect(
        "TENANCY_MARIADB is not set: `cargo xtask servers` starts servers, and says what to set",
    );
    format!("mysql://{user}@localhost/{database}?unix_socket={socket}")
}

fn connect(url: &str) -> Conn {
    Conn::establish(url).unwrap()
}

impl Stage {
    /// Filled, and with numbers only.
    pub(crate) fn old() -> Self {
        let stage = Self::empty();
        transition::make_old_tables(&stage.owner()).unwrap();
        transition::fill_old_tables(&stage.url).unwrap();
        stage
    }

    /// With public ids.
    pub(crate) fn new() -> Self {
        let stage = Self::old();
        stage.add_public_ids();
        stage
    }

    pub(crate) fn add_public_ids(&self) {
        let all = |_| ControlFlow::Continue(());
        let flow = transition::add_public_ids(&self.owner(), &self.url, all).unwrap();
        assert!(flow.is_continue());
    }

    pub(crate) fn owner(&self) -> Database<Conn> {
        open(&self.url, "2026-03-12T08:00:00Z")
    }

    pub(crate) fn app(&self) -> App {
        App::new(open(&self.served, "2026-03-13T08:00:00Z"))
    }

    /// A connection beside the library, that sees every row.
    pub(crate) fn raw(&self) -> Conn {
        connect(&self.url)
    }

    /// All rows of all tables, of each organization, one a text.
    pub(crate) fn all_rows(&self) -> Vec<String> {
        let mut rows = Vec::new();
        for table in tables() {
            let columns = self.texts(&columns_of(&table));
            let columns = columns.iter();
            let shown: Vec<_> = columns
                .map(|of| format!("coalesce(hex({of}), '-')"))
                .collect();
            let line = format!("concat_ws('|', '{table}', {})", shown.join(", "));
            rows.extend(self.texts(&format!("SELECT {line} AS text FROM {table} ORDER BY 1")));
        }
        rows
    }

    fn texts(&self, sql: &str) -> Vec<String> {
        #[derive(QueryableByName)]
        struct Text {
            #[diesel(sql_type = diesel::sql_types::Text)]
            text: String,
        }
        let found: Vec<Text> = diesel::sql_query(sql).load(&mut self.raw()).unwrap();
        found.into_iter().map(|of| of.text).collect()
    }

    /// One number of SQL.
    pub(crate) fn number(&self, sql: &str) -> i64 {
        #[derive(QueryableByName)]
        struct Number {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            number: i64,
        }
        let sql = format!("SELECT ({sql}) AS number");
        let found: Number = diesel::sql_query(sql).get_result(&mut self.raw()).unwrap();
        found.number
    }
}

fn columns_of(table: &str) -> String {
    if cfg!(feature = "mysql") {
        format!(
            "SELECT column_name AS text FROM information_schema.columns
            WHERE table_schema = database() AND table_name = '{table}' ORDER BY ordinal_position"
        )
    } else {
        format!("SELECT name AS text FROM pragma_table_info('{table}')")
    }
}

fn tables() -> Vec<String> {
    let catalog = document_control::models::catalog();
    catalog.names().map(ToString::to_string).collect()
}

/// The ids begin anew with each `Database`: the moment tells those of two apart.
fn open(url: &str, moment: &str) -> Database<Conn> {
    Database::<Conn>::builder()
        .clock(FixedClock::at(moment.parse().unwrap()))
        .ids(SequentialIds::default())
        .open(url)
        .unwrap()
}

/// Somebody who asks.
pub(crate) struct At<'a> {
    app: &'a App,
    pub(crate) caller: Caller,
}

pub(crate) fn anna(app: &App) -> At<'_> {
    signed_in(app, "anna-demo-token")
}

pub(crate) fn ben(app: &App) -> At<'_> {
    signed_in(app, "ben-demo-token")
}

/// Of the other organization.
pub(crate) fn cora(app: &App) -> At<'_> {
    signed_in(app, "cora-demo-token")
}

fn signed_in<'a>(app: &'a App, token: &str) -> At<'a> {
    At {
        app,
        caller: app.sign_in(token).unwrap(),
    }
}

impl At<'_> {
    pub(crate) fn ask<Q: DeserializeOwned, R: Serialize>(
        &self,
        controller: impl Fn(&App, &Caller, Q) -> Answer<R>,
        request: &Value,
    ) -> Answer<Value> {
        call(controller, self.app, &self.caller, &request.to_string())
    }

    /// The answer to what is not refused.
    pub(crate) fn get<Q: DeserializeOwned, R: Serialize>(
        &self,
        controller: impl Fn(&App, &Caller, Q) -> Answer<R>,
        request: &Value,
    ) -> Value {
        self.ask(controller, request).unwrap()
    }
}

pub(crate) fn assert_not_found(answer: &Answer<Value>) {
    assert!(matches!(answer, Err(ApiError::NotFound)), "{answer:?}");
}

pub(crate) fn assert_bad_request(answer: &Answer<Value>) {
    assert!(matches!(answer, Err(ApiError::BadRequest(_))), "{answer:?}");
}
