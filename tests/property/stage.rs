//! The databases that the programs run in: filled with a world, and read as one.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use tenancy::Clock;
use tenancy::prelude::*;

use super::model::Answer;
use super::programs::Program;
use super::schema::MORE;
use super::typed::{self, Failed};
use super::worlds::{Kept, Row, TENANTS, Table, World};
use crate::kin::{Numbers, SCHEMA};

/// A database that is filled with one world after the other. It keeps its connections and
/// their prepared statements.
pub(crate) struct Stage {
    raw: RefCell<SqliteConnection>,
    session: RefCell<Vec<(i64, TenantScope<i64>, Session<SqliteConnection>)>>,
    clock: Arc<SetClock>,
    _directory: tempfile::TempDir,
}

/// A clock that stands still while a program runs: the seconds are the programs.
#[derive(Default)]
struct SetClock(AtomicI64);

impl SetClock {
    fn seconds(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Clock for SetClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.seconds(), 0).expect("a time")
    }
}

#[derive(QueryableByName)]
struct Stored {
    #[diesel(sql_type = BigInt)]
    table_number: i64,
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    owner: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    up: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    side: Option<i64>,
    #[diesel(sql_type = Text)]
    word: String,
    #[diesel(sql_type = BigInt)]
    touched: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    deleted: Option<i64>,
    #[diesel(sql_type = BigInt)]
    version: i64,
}

/// What a program gave: its answer, and all that can be read of it.
#[derive(Debug, PartialEq)]
pub(crate) struct Seen {
    pub(crate) answer: Answer,
    text: String,
}

impl Stage {
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let path = directory.path().join("stage.db");
        let path = path.to_str().expect("a path in UTF-8");
        let mut raw = SqliteConnection::establish(path).expect("a database");
        let settings = "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; \
                        PRAGMA foreign_keys = OFF; PRAGMA busy_timeout = 60000;";
        for sql in [settings, SCHEMA, MORE] {
            raw.batch_execute(sql).expect("the schema");
        }
        let clock = Arc::new(SetClock::default());
        let db = Database::<SqliteConnection>::builder()
            .max_size(8)
            .clock(Arc::clone(&clock))
            .on_connect("PRAGMA synchronous = OFF")
            .open(path)
            .expect("a pool");
        let sessions = TENANTS.map(|tenant| {
            let identity = db.authenticate(&Numbers, tenant).expect("a tenant");
            let scope = TenantScope::new(&identity).expect("a scope");
            let session = db.session(&scope).expect("a session");
            (tenant, scope, session)
        });
        Self {
            raw: RefCell::new(raw),
            session: RefCell::new(sessions.into()),
            clock,
            _directory: directory,
        }
    }

    /// The time of the last program, in seconds.
    pub(crate) fn now(&self) -> i64 {
        self.clock.seconds()
    }

    /// Takes the place of all rows, and begins the time anew.
    pub(crate) fn fill(&self, world: &World) {
        self.clock.0.store(1_000, Ordering::Relaxed);
        let mut sql = String::from("BEGIN;");
        let time = |seconds: i64| format!("datetime({seconds}, 'unixepoch')");
        for table in &Table::ALL {
            let (name, columns, word) = table.columns();
            writeln!(sql, "DELETE FROM {name};").expect("a string");
            for row in world.rows(*table) {
                let mut names = format!("id, {word}");
                let mut values = format!("{}, '{}'", row.id, row.word);
                for (column, value) in columns.into_iter().zip([row.owner, row.up, row.side]) {
                    if let Some(column) = column {
                        let value = value.map_or("NULL".to_owned(), |value| value.to_string());
                        write!(names, ", {column}").expect("a string");
                        write!(values, ", {value}").expect("a string");
                    }
                }
                if *table == Table::Plans {
                    let Kept {
                        touched,
                        deleted,
                        version,
                    } = row.kept;
                    let deleted = deleted.map_or("NULL".to_owned(), time);
                    let touched = time(touched);
                    write!(names, ", updated_at, deleted_at, version").expect("a string");
                    write!(values, ", {touched}, {deleted}, {version}").expect("a string");
                }
                writeln!(sql, "INSERT INTO {name} ({names}) VALUES ({values});").expect("a string");
            }
        }
        sql.push_str("COMMIT;");
        self.raw.borrow_mut().batch_execute(&sql).expect("the rows");
    }

    /// All rows, of everybody.
    pub(crate) fn world(&self) -> World {
        let selects: Vec<String> = Table::ALL
            .iter()
            .enumerate()
            .map(|(number, table)| {
                let (name, refs, word) = table.columns();
                let [owner, up, side] = refs.map(|column| column.unwrap_or("NULL"));
                let kept = match table {
                    Table::Plans => {
                        "CAST(strftime('%s', updated_at) AS INTEGER) AS touched, \
                         CAST(strftime('%s', deleted_at) AS INTEGER) AS deleted, version"
                    }
                    _ => "0 AS touched, NULL AS deleted, 0 AS version",
                };
                format!(
                    "SELECT {number} AS table_number, id, {owner} AS owner, {up} AS up, \
                     {side} AS side, {word} AS word, {kept} FROM {name}"
                )
            })
            .collect();
        let rows: Vec<Stored> = diesel::sql_query(selects.join(" UNION ALL "))
            .load(&mut *self.raw.borrow_mut())
            .expect("all rows");
        let mut world = World::default();
        for row in rows {
            let number = usize::try_from(row.table_number).expect("a number of a table");
            let Stored {
                id,
                owner,
                up,
                side,
                word,
                touched,
                deleted,
                version,
                ..
            } = row;
            world.put(
                Table::ALL[number],
                Row {
                    id,
                    owner,
                    up,
                    side,
                    word,
                    kept: Kept {
                        touched,
                        deleted,
                        version,
                    },
                },
            );
        }
        world
    }

    /// Runs a program as a tenant.
    pub(crate) fn run(&self, tenant: i64, program: &Program) -> Seen {
        self.clock.0.fetch_add(1, Ordering::Relaxed);
        let mut sessions = self.session.borrow_mut();
        let (_, scope, session) = sessions
            .iter_mut()
            .find(|(of, ..)| *of == tenant)
            .expect("a session of the tenant");
        match typed::run(scope, session, program) {
            Ok(answer) => Seen {
                answer,
                text: String::new(),
            },
            Err(Failed { failure, text }) => Seen {
                answer: Answer::Failed(failure),
                text,
            },
        }
    }
}
