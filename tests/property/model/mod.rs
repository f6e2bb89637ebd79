//! What each program must answer and do, in plain Rust.

mod reads;
mod writes;

use super::programs::Program;
use super::worlds::{Viewer, World};
use reads::View;

/// A value of an answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cell {
    Null,
    Int(i64),
    Text(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    NotFound,
    Unique,
    ForeignKey,
    Conflict,
    Stale,
    Other,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// In this order.
    Ordered(Vec<Vec<Cell>>),
    /// In any order: sorted.
    Lines(Vec<Vec<Cell>>),
    Truth(bool),
    Changed(usize),
    Failed(Failure),
}

impl Answer {
    pub(crate) fn unordered(mut lines: Vec<Vec<Cell>>) -> Self {
        lines.sort();
        Self::Lines(lines)
    }

    /// Whether there is something in it.
    pub(crate) fn says_something(&self) -> bool {
        match self {
            Self::Ordered(lines) | Self::Lines(lines) => lines
                .iter()
                .flatten()
                .any(|cell| !matches!(cell, Cell::Null | Cell::Int(0))),
            Self::Truth(truth) => *truth,
            Self::Changed(rows) => *rows > 0,
            Self::Failed(_) => false,
        }
    }
}

/// What somebody is answered who runs a program that only reads.
pub(crate) fn asked(world: &World, viewer: Viewer, program: &Program) -> Answer {
    let view = View { world, viewer };
    match program {
        Program::Read(read) => view.read(read),
        Program::Typed(typed) => view.typed(typed),
        Program::Write(_) => unreachable!("writes are done, not asked"),
    }
}

/// Runs a program as a tenant. What fails changes nothing.
pub(crate) fn run(world: &mut World, tenant: i64, now: i64, program: &Program) -> Answer {
    let viewer = Viewer::Tenant(tenant);
    let Program::Write(write) = program else {
        return asked(world, viewer, program);
    };
    let mut after = world.clone();
    match writes::done(&mut after, tenant, now, write) {
        Ok(answer) => {
            *world = after;
            answer
        }
        Err(failure) => Answer::Failed(failure),
    }
}
