//! Takes the steps of a path, one after the other. What the next one is, the database says.

use std::ops::ControlFlow;

use super::fill::{self, Filling};
use super::plan::{Act, Planned, Seen, Wanted};
use super::preview::{PlannedStep, Preview, State, TablePreview};
use super::progress::Progress;
use super::Transitions;
use crate::error::{Error, Result};

/// Whether a path goes on, or is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    On,
    Back,
}

impl Direction {
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

/// Takes all steps, until the closure says to stop. Before the first one each table is looked at,
/// and its rows are read: what cannot be done is refused while nothing is changed.
pub(super) fn run<C: Transitions>(
    conn: &mut C,
    tables: &[Wanted],
    direction: Direction,
    filling: Filling<'_>,
    mut told: impl FnMut(&Progress) -> ControlFlow<()>,
) -> Result<ControlFlow<()>> {
    conn.check_alone()?;
    for wanted in tables {
        counted(conn, wanted)?;
    }
    let mut taken = 0;
    for wanted in tables {
        let mut last: Option<(Planned, u64)> = None;
        loop {
            let seen = look(conn, wanted)?;
            let Some(step) = direction.steps::<C>(wanted, &seen).into_iter().next() else {
                break;
            };
            let done = take(conn, wanted, &seen, &step, filling, &mut last, &mut told);
            let flow = done.map_err(|source| Error::Unfinished {
                step: format!("{}: {}", wanted.table.name, step.what),
                taken,
                source: Box::new(source),
            })?;
            taken += 1;
            if flow.is_break() {
                return Ok(flow);
            }
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// Takes one step. The same one twice is one that has no effect, unless there were fewer rows to
/// fill.
fn take<C: Transitions>(
    conn: &mut C,
    wanted: &Wanted,
    seen: &Seen,
    step: &Planned,
    filling: Filling<'_>,
    last: &mut Option<(Planned, u64)>,
    told: &mut impl FnMut(&Progress) -> ControlFlow<()>,
) -> Result<ControlFlow<()>> {
    let of = match step.act {
        Act::Fill => conn.together(|conn| fill::count(conn, wanted, seen))?.1,
        Act::Alone | Act::Together => 0,
    };
    let again = last.as_ref().filter(|(before, _)| before == step);
    if again.is_some_and(|(_, left)| of >= *left) {
        return Err(wanted.refused(format!("was changed, and still wants: {}", step.what)));
    }
    *last = Some((step.clone(), of));
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
