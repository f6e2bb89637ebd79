//! The programs as calls of the library: macros make the typed statements for each table.

use diesel::prelude::*;
use tenancy::Error;
use tenancy::prelude::*;

use super::model::{Answer, Cell, Failure};
use super::programs::Program;

pub(crate) type Scope = TenantScope<i64>;
pub(crate) type Conn = Session<SqliteConnection>;

/// A row as programs load it: its key, its reference and its word.
pub(crate) type Line = (i64, Option<i64>, String);

// diesel's own `or` comes in parentheses; this one does not. What it stands in must put them.
diesel::infix_operator!(LooseOr, " OR ");

pub(crate) fn loose<A, B>(a: A, b: B) -> LooseOr<A, B> {
    LooseOr::new(a, b)
}

/// One or more rows side by side, as cells.
pub(crate) trait IntoCells {
    fn cells(self) -> Vec<Cell>;
}

impl IntoCells for Line {
    fn cells(self) -> Vec<Cell> {
        let up = self.1.map_or(Cell::Null, Cell::Int);
        vec![Cell::Int(self.0), up, Cell::Text(self.2)]
    }
}

impl IntoCells for Option<Line> {
    fn cells(self) -> Vec<Cell> {
        self.map_or_else(|| vec![Cell::Null; 3], IntoCells::cells)
    }
}

impl<A: IntoCells, B: IntoCells> IntoCells for (A, B) {
    fn cells(self) -> Vec<Cell> {
        [self.0.cells(), self.1.cells()].concat()
    }
}

pub(crate) fn all<L: IntoCells>(lines: Vec<L>) -> Vec<Vec<Cell>> {
    lines.into_iter().map(IntoCells::cells).collect()
}

/// How a program failed, and all that the error says.
pub(crate) struct Failed {
    pub(crate) failure: Failure,
    pub(crate) text: String,
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        let failure = match &error {
            Error::NotFound => Failure::NotFound,
            Error::UniqueViolation { .. } => Failure::Unique,
            Error::ForeignKeyViolation { .. } => Failure::ForeignKey,
            Error::Conflict => Failure::Conflict,
            Error::StaleVersion => Failure::Stale,
            _ => Failure::Other,
        };
        Self {
            failure,
            text: format!("{error}, {error:?}"),
        }
    }
}

pub(crate) type Outcome = Result<Answer, Failed>;

pub(crate) fn changed(rows: Result<usize, Error>) -> Outcome {
    Ok(Answer::Changed(rows?))
}

/// The columns that every program loads.
macro_rules! line {
    (threads) => {
        (threads::id, threads::tenant_id.nullable(), threads::title)
    };
    (messages) => {
        (messages::id, messages::thread_id.nullable(), messages::body)
    };
    (marks) => {
        (marks::id, marks::message_id.nullable(), marks::word)
    };
    (folders) => {
        (folders::id, folders::parent_id.nullable(), folders::name)
    };
    (labels) => {
        (labels::id, labels::tenant_id.nullable(), labels::name)
    };
    (hints) => {
        (hints::id, hints::label_id.nullable(), hints::text)
    };
    (devices) => {
        (devices::id, devices::owner_id.nullable(), devices::name)
    };
    (pins) => {
        (pins::id, pins::thread_id.nullable(), pins::note)
    };
    (plans) => {
        (plans::id, plans::tenant_id.nullable(), plans::name)
    };
    (tints) => {
        (tints::id, tints::grade.nullable(), tints::name)
    };
}

macro_rules! word {
    (threads) => {
        threads::title
    };
    (messages) => {
        messages::body
    };
    (marks) => {
        marks::word
    };
    (folders) => {
        folders::name
    };
    (labels) => {
        labels::name
    };
    (hints) => {
        hints::text
    };
    (devices) => {
        devices::name
    };
    (pins) => {
        pins::note
    };
    (plans) => {
        plans::name
    };
    (tints) => {
        tints::name
    };
}

macro_rules! reference {
    (threads) => {
        threads::tenant_id
    };
    (messages) => {
        messages::thread_id
    };
    (marks) => {
        marks::message_id
    };
    (folders) => {
        folders::parent_id
    };
    (labels) => {
        labels::tenant_id
    };
    (hints) => {
        hints::label_id
    };
    (devices) => {
        devices::owner_id
    };
    (pins) => {
        pins::thread_id
    };
    (plans) => {
        plans::tenant_id
    };
    (tints) => {
        tints::grade
    };
}

macro_rules! model {
    (threads) => {
        Thread
    };
    (messages) => {
        Message
    };
    (marks) => {
        Mark
    };
    (folders) => {
        Folder
    };
    (labels) => {
        Label
    };
    (hints) => {
        Hint
    };
    (devices) => {
        Device
    };
    (pins) => {
        Pin
    };
    (plans) => {
        Plan
    };
    (tints) => {
        Tint
    };
}

macro_rules! inner {
    ($table:ident, $inner:expr) => {
        word!($table)
            .eq($inner.word)
            .or($table::id.lt($inner.below))
    };
}

/// The rows of a table for which the inner condition holds.
macro_rules! held {
    ($scope:expr, $table:ident, $inner:expr) => {
        Repo::<model!($table)>::new($scope).query().filter(loose(
            word!($table).eq($inner.word),
            $table::id.lt($inner.below),
        ))
    };
}

// Behind the macros that they use.
mod reads;
mod unboxed;
mod writes;

/// Runs a program in a scope.
pub(crate) fn run(scope: &Scope, session: &mut Conn, program: &Program) -> Outcome {
    match program {
        Program::Read(read) => reads::reader(read.base)(scope, session, read),
        Program::Typed(program) => unboxed::run(scope, session, program),
        Program::Write(program) => writes::write(scope, session, program),
    }
}
