//! What becomes of the rows.

use super::reads::{View, cut, holds, is_seen, line, refers, sort};
use super::{Answer, Failure};
use crate::programs::{
    Action, Found, FoundPlans, NewRow, Order, Page, PlanWrite, Sight, Upsert, Write, neighbours,
};
use crate::worlds::{Kept, Row, Table, Viewer, World};
use Table::*;

/// The rows that a write reaches.
fn reached(
    world: &World,
    viewer: Viewer,
    table: Table,
    found: &Found,
) -> Result<Vec<i64>, Failure> {
    let view = View { world, viewer };
    let meets = |row: &&Row| match found {
        Found::Key(id) => row.id == *id,
        Found::Where(inner) | Found::Last(inner, ..) => holds(*inner, row),
        Found::Boxed(inner, word) => holds(*inner, row) && row.word != *word,
        Found::Related(to, inner) => view.has_related(table, row, *to, *inner),
        Found::Joined(to, inner) => view.rows(*to).any(|other| {
            let tied = match neighbours(table).is_empty() {
                true => row.word == other.word,
                false => refers(table, row, *to, other),
            };
            tied && holds(*inner, other)
        }),
    };
    let mut rows: Vec<&Row> = view.rows(table).filter(meets).collect();
    if let Found::Last(_, limit, from) = found {
        sort(table, &mut rows, Order::WordDesc);
        let page = Page {
            limit: *limit,
            offset: Some(*from),
        };
        rows = cut(rows, Some(page));
    }
    // What is read and found is not always written.
    rows.retain(|row| world.writes(viewer, table, row));
    let ids: Vec<i64> = rows.into_iter().map(|row| row.id).collect();
    match found {
        Found::Key(_) if ids.is_empty() => Err(Failure::NotFound),
        _ => Ok(ids),
    }
}

pub(super) fn done(
    world: &mut World,
    tenant: i64,
    now: i64,
    write: &Write,
) -> Result<Answer, Failure> {
    let viewer = Viewer::Tenant(tenant);
    match write {
        Write::Rename(table, found, word) => {
            let ids = reached(world, viewer, *table, found)?;
            change(world, *table, now, &ids, |row| {
                row.word = (*word).to_owned();
            })
        }
        Write::Move(table, found, to) => {
            let ids = reached(world, viewer, *table, found)?;
            if !ids.is_empty() {
                has_parent(world, viewer, *table, *to)?;
            }
            change(world, *table, now, &ids, |row| row.up = Some(*to))
        }
        Write::Delete(table, found, back) => {
            let ids = match reached(world, viewer, *table, found) {
                // A list of what was deleted may be empty.
                Err(Failure::NotFound) if *back => vec![],
                ids => ids?,
            };
            let gone = |id: &i64| line(*table, world.row(*table, *id));
            let lines = ids.iter().map(gone).collect();
            for id in &ids {
                match table {
                    Plans => mark(world, *id, now),
                    _ => delete(world, *table, *id),
                }
            }
            if holds_folders(world, *table, &ids, tenant) {
                return Err(Failure::ForeignKey);
            }
            Ok(match back {
                true => Answer::unordered(lines),
                false => Answer::Changed(ids.len()),
            })
        }
        Write::Insert(table, row) | Write::Under(table, row) => {
            insert(world, tenant, now, *table, row)?;
            Ok(Answer::Changed(1))
        }
        Write::InsertMany(table, rows) => {
            for row in rows {
                insert(world, tenant, now, *table, row)?;
            }
            Ok(Answer::Changed(rows.len()))
        }
        Write::Upsert(program) => upsert(world, tenant, now, program),
        Write::Plans(program) => plans(world, tenant, now, *program),
    }
}

fn change(
    world: &mut World,
    table: Table,
    now: i64,
    ids: &[i64],
    make: impl Fn(&mut Row),
) -> Result<Answer, Failure> {
    for id in ids {
        let row = world.row_mut(table, *id).expect("a row");
        make(row);
        touch(table, row, now);
    }
    let unique = |id: &i64| world.is_unique(table, world.row(table, *id).expect("a row"));
    match ids.iter().all(unique) {
        true => Ok(Answer::Changed(ids.len())),
        false => Err(Failure::Unique),
    }
}

fn touch(table: Table, row: &mut Row, now: i64) {
    if table == Plans {
        row.kept.touched = now;
        row.kept.version += 1;
    }
}

fn mark(world: &mut World, id: i64, now: i64) {
    let row = world.row_mut(Plans, id).expect("a plan");
    touch(Plans, row, now);
    row.kept.deleted = Some(now);
}

/// Whether a row may be put below this one.
fn has_parent(world: &World, viewer: Viewer, table: Table, id: i64) -> Result<(), Failure> {
    let Some(parents) = table.parent() else {
        return Ok(());
    };
    match world.row(parents, id) {
        Some(row) if world.writes(viewer, parents, row) => Ok(()),
        _ => Err(Failure::NotFound),
    }
}

fn delete(world: &mut World, table: Table, id: i64) {
    let below = |children: Table, fits: &dyn Fn(&Row) -> bool| -> Vec<i64> {
        let fitting = world.rows(children).filter(|row| fits(row));
        fitting.map(|row| row.id).collect()
    };
    let owner = world.row(table, id).and_then(|row| row.owner);
    let is_below = |row: &Row| row.up == Some(id);
    let cascade = match table {
        Threads => vec![
            (Messages, below(Messages, &is_below)),
            (
                Pins,
                below(Pins, &|row| row.owner == owner && is_below(row)),
            ),
        ],
        Messages => vec![(Marks, below(Marks, &is_below))],
        Labels => vec![(Hints, below(Hints, &is_below))],
        _ => vec![],
    };
    world.remove(table, id);
    for (children, ids) in cascade {
        for id in ids {
            delete(world, children, id);
        }
    }
}

/// Whether a pin holds one of these folders, which are gone.
fn holds_folders(world: &World, table: Table, gone: &[i64], tenant: i64) -> bool {
    table == Folders
        && world.rows(Pins).any(|pin| {
            pin.owner == Some(tenant) && pin.side.is_some_and(|folder| gone.contains(&folder))
        })
}

fn insert(
    world: &mut World,
    tenant: i64,
    now: i64,
    table: Table,
    new: &NewRow,
) -> Result<i64, Failure> {
    has_parent(world, Viewer::Tenant(tenant), table, new.up)?;
    let (_, [owner, up, side], _) = table.columns();
    let id = world.next_id(table);
    let mut row = Row {
        id,
        owner: owner.map(|_| tenant),
        up: up.map(|_| new.up),
        // Only upserts say likes.
        side: side.map(|_| if table == Messages { 0 } else { new.side }),
        word: new.word.to_owned(),
        kept: Kept::default(),
    };
    touch(table, &mut row, now);
    if !world.is_unique(table, &row) {
        return Err(Failure::Unique);
    }
    let own = |to: Table, id: i64| world.row(to, id).is_some_and(|r| r.owner == Some(tenant));
    if table == Pins && !(own(Threads, new.up) && own(Folders, new.side)) {
        return Err(Failure::ForeignKey);
    }
    world.put(table, row);
    Ok(id)
}

/// Where it fails, the caller undoes what was written.
fn upsert(world: &mut World, tenant: i64, now: i64, upsert: &Upsert) -> Result<Answer, Failure> {
    let table = upsert.table;
    let mut written = Vec::new();
    let mut is_conflict = false;
    for new in upsert.rows.all() {
        has_parent(world, Viewer::Tenant(tenant), table, new.up)?;
        let is_same = |row: &&Row| match table {
            Plans => row.owner == Some(tenant) && row.word == new.word,
            _ => row.up == Some(new.up) && row.word == new.word,
        };
        let there = world.rows(table).find(is_same).cloned();
        let id = match (there, upsert.action) {
            (None, _) => {
                let id = insert(world, tenant, now, table, new)?;
                world.row_mut(table, id).expect("a row").side = Some(new.side);
                id
            }
            (Some(_), Action::Nothing) => continue,
            (Some(row), action) => {
                let side = row.side.expect("a number");
                let fits = match action {
                    Action::AddIf(below) => side < new.side || row.id < below,
                    _ => true,
                };
                if !fits || !is_seen(Sight::Live, &row) {
                    is_conflict = true;
                    continue;
                }
                let add = |row: &mut Row| row.side = Some(side + new.side);
                change(world, table, now, &[row.id], add)?;
                row.id
            }
        };
        written.push(line(table, world.row(table, id)));
    }
    if is_conflict {
        return Err(Failure::Conflict);
    }
    Ok(match upsert.back {
        true => Answer::unordered(written),
        false => Answer::Changed(written.len()),
    })
}

fn plans(world: &mut World, tenant: i64, now: i64, write: PlanWrite) -> Result<Answer, Failure> {
    let view = View {
        world,
        viewer: Viewer::Tenant(tenant),
    };
    let (found, through) = match write {
        PlanWrite::Rename(sight, found, _) => (found, sight),
        PlanWrite::Delete(found) => (found, Sight::Live),
        PlanWrite::Restore(found) => (found, Sight::OnlyDeleted),
        PlanWrite::Purge(found) => (found, Sight::WithDeleted),
    };
    let mut rows: Vec<&Row> = match found {
        FoundPlans::Key(id, _) => view.all(Plans).filter(|row| row.id == id).collect(),
        FoundPlans::Where(sight, inner) | FoundPlans::Last(sight, inner) => {
            let found = view.plans(sight).filter(|row| holds(inner, row));
            found.collect()
        }
    };
    if matches!(found, FoundPlans::Last(..)) {
        rows = rows.pop().into_iter().collect();
    }
    // The repo's own update takes what a query finds, deleted or not.
    let is_as_found = matches!(write, PlanWrite::Rename(Sight::Live, ..))
        && !matches!(found, FoundPlans::Key(..));
    rows.retain(|row| is_as_found || is_seen(through, row));
    if let FoundPlans::Key(_, version) = found {
        let Some(row) = rows.first() else {
            return Err(Failure::NotFound);
        };
        let has_versions = matches!(write, PlanWrite::Rename(..) | PlanWrite::Delete(_));
        if has_versions && version.is_some_and(|version| version != row.kept.version) {
            return Err(Failure::Stale);
        }
    }
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    match write {
        PlanWrite::Rename(_, _, word) => {
            return change(world, Plans, now, &ids, |row| row.word = word.to_owned());
        }
        PlanWrite::Delete(_) => ids.iter().for_each(|id| mark(world, *id, now)),
        PlanWrite::Restore(_) => {
            return change(world, Plans, now, &ids, |row| row.kept.deleted = None);
        }
        PlanWrite::Purge(_) => ids.iter().for_each(|id| world.remove(Plans, *id)),
    }
    Ok(Answer::Changed(ids.len()))
}
