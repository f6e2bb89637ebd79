//! The databases that the programs run in, how many programs run, and what came of them.

use std::cell::{Cell, RefCell};
use std::env;
use std::fmt::{self, Write as _};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use proptest::collection::vec;
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestRunner};
use tenancy::prelude::*;

use super::model::Answer;
use super::programs::Program;
use super::schema::MORE;
use super::typed::{self, Failed};
use super::worlds::{Row, TENANTS, Table, World, changes, seeds};
use crate::kin::{Numbers, SCHEMA};

/// A database that is filled with one world after the other. It keeps its connections and
/// their prepared statements.
pub(crate) struct Stage {
    raw: RefCell<SqliteConnection>,
    session: RefCell<Vec<(i64, TenantScope<i64>, Session<SqliteConnection>)>>,
    _directory: tempfile::TempDir,
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
        let db = Database::<SqliteConnection>::builder()
            .max_size(8)
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
            _directory: directory,
        }
    }

    /// Takes the place of all rows.
    pub(crate) fn fill(&self, world: &World) {
        let mut sql = String::from("BEGIN;");
        for table in Table::ALL {
            let (name, columns, word) = table.columns();
            writeln!(sql, "DELETE FROM {name};").expect("a string");
            for row in world.rows(table) {
                let mut names = format!("id, {word}");
                let mut values = format!("{}, '{}'", row.id, row.word);
                for (column, value) in columns.into_iter().zip([row.owner, row.up, row.side]) {
                    if let Some(column) = column {
                        let value = value.map_or("NULL".to_owned(), |value| value.to_string());
                        write!(names, ", {column}").expect("a string");
                        write!(values, ", {value}").expect("a string");
                    }
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
                format!(
                    "SELECT {number} AS table_number, id, {owner} AS owner, {up} AS up, \
                     {side} AS side, {word} AS word FROM {name}"
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
                },
            );
        }
        world
    }

    /// Runs a program as a tenant.
    pub(crate) fn run(&self, tenant: i64, program: &Program) -> Seen {
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

/// How many programs there were, and what came of them.
#[derive(Debug, Default)]
struct Tally {
    programs: Cell<usize>,
    telling: Cell<usize>,
    rows: Cell<usize>,
    writes: Cell<usize>,
    changing: Cell<usize>,
    refused: Cell<usize>,
}

impl Tally {
    fn note(&self, program: &Program, answer: &Answer) {
        let add = |to: &Cell<usize>, what: usize| to.set(to.get() + what);
        let is_write = matches!(program, Program::Write(_));
        let says = answer.says_something();
        add(&self.programs, 1);
        add(&self.telling, says.into());
        add(&self.writes, is_write.into());
        add(&self.changing, (is_write && says).into());
        match answer {
            Answer::Ordered(lines) | Answer::Lines(lines) => add(&self.rows, lines.len()),
            Answer::Failed(_) => add(&self.refused, 1),
            Answer::Truth(_) | Answer::Changed(_) => {}
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            programs,
            telling,
            rows,
            writes,
            changing,
            refused,
        } = self;
        let [programs, telling, rows] = [programs, telling, rows].map(Cell::get);
        let [writes, changing, refused] = [writes, changing, refused].map(Cell::get);
        write!(
            f,
            "{programs} programs, {telling} of them with a result that is not empty, {rows} rows; \
             {writes} writes, {changing} of which changed rows; {refused} refused"
        )
    }
}

fn number(variable: &str, default: u64) -> u64 {
    match env::var(variable) {
        Ok(text) => text
            .parse()
            .unwrap_or_else(|_| panic!("{variable} is not a number: {text}")),
        Err(_) => default,
    }
}

/// Programs, and the worlds that they run in.
#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) world: World,
    pub(crate) other: World,
    programs: Vec<Program>,
}

/// Some programs in each world.
pub(crate) fn cases(
    strays: impl Strategy<Value = bool>,
    programs: impl Strategy<Value = Program>,
) -> impl Strategy<Value = Case> {
    (seeds(strays), changes(), vec(programs, 1..20)).prop_map(|(seed, changes, programs)| {
        let world = seed.world();
        let mut other = world.clone();
        changes.iter().for_each(|change| change.make(&mut other));
        Case {
            world,
            other,
            programs,
        }
    })
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "the world:\n{:?}", self.world)?;
        writeln!(f, "what is different in the other world:")?;
        for line in self.world.difference(&self.other) {
            writeln!(f, "  {line}")?;
        }
        writeln!(f, "the programs:")?;
        self.programs
            .iter()
            .try_for_each(|program| writeln!(f, "  {program:?}"))
    }
}

/// Two worlds are the same, or it is said where they are not.
pub(crate) fn same(left: &World, right: &World, what: &str) -> Result<(), TestCaseError> {
    if left == right {
        return Ok(());
    }
    let difference = left.difference(right).join("\n");
    Err(TestCaseError::fail(format!("{what}:\n{difference}")))
}

/// Checks as many programs as are asked for, and sees that enough of them were about
/// something. `begin` makes a world ready, and what it gives runs a program there.
pub(crate) fn check<S, P>(what: &str, cases: &S, begin: impl Fn(&Case) -> P)
where
    S: Strategy<Value = Case>,
    P: FnMut(&Program) -> Result<Answer, TestCaseError>,
{
    let wanted = number("TENANCY_PROPERTY_PROGRAMS", 500);
    let seed = number("TENANCY_PROPERTY_SEED", 20_260_101);
    let tally = Tally::default();
    for round in 0.. {
        if u64::try_from(tally.programs.get()).expect("a number") >= wanted {
            break;
        }
        let config = Config {
            cases: 10,
            rng_seed: RngSeed::Fixed(seed.wrapping_add(round)),
            failure_persistence: None,
            max_shrink_iters: 2_000,
            ..Config::default()
        };
        let result = TestRunner::new(config).run(cases, |case| {
            let mut run = begin(&case);
            case.programs.iter().try_for_each(|program| {
                let answer = run(program)?;
                tally.note(program, &answer);
                Ok(())
            })
        });
        if let Err(error) = result {
            panic!("{what} (seed {seed}, round {round}): {error}");
        }
    }
    println!("{what} (seed {seed}): {tally}");
    let is_enough = |part: &Cell<usize>, by, whole: &Cell<usize>| part.get() * by >= whole.get();
    assert!(
        is_enough(&tally.telling, 3, &tally.programs),
        "too many say nothing: {tally}"
    );
    assert!(
        is_enough(&tally.changing, 4, &tally.writes),
        "too many change nothing: {tally}"
    );
}
