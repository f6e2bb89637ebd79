//! Takes the steps of a path, one after the other. What the next one is, the database says.

use std::ops::ControlFlow;

use super::Transitions;
use super::fill::{self, Filling};
use super::plan::{Act, Planned, Seen, Wanted};
use super::preview::{PlannedStep, Preview, State, TablePreview};
use super::progress::Progress;
use crate::error::{Error, Result};

/// Whether a path goes on, or is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    On,
    Back,
}

impl Direction {
    /// Refuses what would end half way.
    fn check(self, wanted: &Wanted, seen: &Seen) -> Result<()> {
        match &seen.held_by {
            Some(index) if self == Self::Back => Err(wanted.refused(format!(
                "its index {index} holds {} among others: drop it before",
                wanted.column
            ))),
            _ => Ok(()),
        }
    }

    fn steps<C: Transitions>(self, wanted: &Wanted, seen: &Seen) -> Vec<Planned> {
        match self {
            Self::On => C::steps(wanted, seen),
            Self::Back => C::steps_back(wanted, seen),
        }
    }
}

/// What would be done.
pub(super) fn preview<C: Transitions>(
    conn: &mut C,
    tables: &[Wanted],
    direction: Direction,
) -> Result<Preview> {
    let tables = tables.iter().map(|wanted| {
        let (seen, rows, empty) = counted(conn, wanted)?;
        direction.check(wanted, &seen)?;
        let steps = direction.steps::<C>(wanted, &seen);
        let state = match &seen.column {
            None => State::NoColumn { rows },
            Some(_) if empty > 0 && wanted.is_to_fill(&seen) => State::Filling {
                filled: rows - empty,
                rows,
            },
            Some(_) if C::steps(wanted, &seen).is_empty() => State::Done { rows },
            Some(_) => State::Filled { rows },
        };
        let steps = steps.into_iter().map(|step| PlannedStep {
            what: step.what,
            sql: step.sql,
        });
        Ok(TablePreview {
            table: wanted.table.name.to_string(),
            state,
            steps: steps.collect(),
        })
    });
    let tables = tables.collect::<Result<_>>()?;
    Ok(Preview { tables })
}

/// The table as it is, how many rows it has, and how many have nothing in the column.
fn counted<C: Transitions>(conn: &mut C, wanted: &Wanted) -> Result<(Seen, u64, u64)> {
    let mut seen = conn.see(wanted)?;
    let (rows, empty) = conn.together(|conn| fill::count(conn, wanted, &seen))?;
    seen.empty = empty > 0;
    Ok((seen, rows, empty))
}

fn look<C: Transitions>(conn: &mut C, wanted: &Wanted) -> Result<Seen> {
    let mut seen = conn.see(wanted)?;
    if seen.column.as_ref().is_some_and(|column| column.nullable) {
        seen.empty = conn.together(|conn| fill::has_empty(conn, wanted))?;
    }
    Ok(seen)
}

/// Takes all steps, until the closure says to stop. One run at a time.
pub(super) fn run<C: Transitions>(
    conn: &mut C,
    tables: &[Wanted],
    direction: Direction,
    filling: Filling<'_>,
    told: impl FnMut(&Progress) -> ControlFlow<()>,
) -> Result<ControlFlow<()>> {
    conn.check_alone()?;
    by_itself(conn, |conn| go(conn, tables, direction, filling, told))
}

/// While no other run is at this database. What was done stays, also if the lock cannot be let go.
pub(super) fn by_itself<C: Transitions, R>(
    conn: &mut C,
    work: impl FnOnce(&mut C) -> Result<R>,
) -> Result<R> {
    if !conn.hold()? {
        return Err(Error::Locked);
    }
    let done = work(conn);
    let let_go = conn.let_go();
    let done = done?;
    let_go.map(|()| done)
}

/// Before the first step each table is looked at, and its rows are read: what cannot be done is
/// refused while nothing is changed.
fn go<C: Transitions>(
    conn: &mut C,
    tables: &[Wanted],
    direction: Direction,
    filling: Filling<'_>,
    mut told: impl FnMut(&Progress) -> ControlFlow<()>,
) -> Result<ControlFlow<()>> {
    for wanted in tables {
        let (seen, ..) = counted(conn, wanted)?;
        direction.check(wanted, &seen)?;
    }
    let mut taken = 0;
    for wanted in tables {
        let mut last = Last::default();
        loop {
            let seen = look(conn, wanted)?;
            let Some(step) = direction.steps::<C>(wanted, &seen).into_iter().next() else {
                break;
            };
            match take(conn, wanted, &seen, &step, filling, &mut last, &mut told) {
                Ok(ControlFlow::Continue(())) => taken += 1,
                Ok(stopped) => return Ok(stopped),
                Err(source) => {
                    if let Some(source) = still(conn, wanted, direction, &step, source) {
                        return Err(Error::Unfinished {
                            step: format!("{}: {}", wanted.table.name, step.what),
                            taken,
                            source: Box::new(source),
                        });
                    }
                }
            }
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// Why a step has failed; nothing, if it is to be taken no more, since another run has taken it at
/// the same time.
fn still<C: Transitions>(
    conn: &mut C,
    wanted: &Wanted,
    direction: Direction,
    step: &Planned,
    source: Error,
) -> Option<Error> {
    match look(conn, wanted) {
        Ok(seen) if !direction.steps::<C>(wanted, &seen).contains(step) => None,
        Err(Error::Locked) => Some(Error::Locked),
        Ok(_) | Err(_) => Some(source),
    }
}

/// How often rows may come that want to be filled once more.
const PASSES: u32 = 10;

/// The step that was taken last, and how many rows there were to fill.
#[derive(Default)]
struct Last {
    step: Option<Planned>,
    rows: u64,
    passes: u32,
}

impl Last {
    /// Whether a step has no effect: a change of the schema that is still to be made, or rows that
    /// stay empty.
    fn is_in_vain(&mut self, step: &Planned, rows: u64) -> bool {
        let again = self.step.as_ref() == Some(step);
        self.passes = if again && rows >= self.rows {
            self.passes + 1
        } else {
            0
        };
        self.step = Some(step.clone());
        self.rows = rows;
        again && (step.act != Act::Fill || self.passes >= PASSES)
    }
}

/// Takes one step.
fn take<C: Transitions>(
    conn: &mut C,
    wanted: &Wanted,
    seen: &Seen,
    step: &Planned,
    filling: Filling<'_>,
    last: &mut Last,
    told: &mut impl FnMut(&Progress) -> ControlFlow<()>,
) -> Result<ControlFlow<()>> {
    let of = match step.act {
        Act::Fill => conn.together(|conn| fill::count(conn, wanted, seen))?.1,
        Act::Alone | Act::Together => 0,
    };
    if last.is_in_vain(step, of) {
        return Err(wanted.refused(format!("was changed, and still wants: {}", step.what)));
    }
    let mut progress = Progress {
        table: wanted.table.name.to_string(),
        what: step.what.clone(),
        rows: 0,
        done: 0,
        of,
    };
    match step.act {
        Act::Fill => fill::fill(conn, wanted, seen, filling, |rows| {
            progress.rows = rows;
            progress.done += rows;
            told(&progress)
        }),
        Act::Alone => {
            conn.act(&step.sql)?;
            Ok(told(&progress))
        }
        Act::Together => {
            conn.together(|conn| conn.act(&step.sql))?;
            Ok(told(&progress))
        }
    }
}
