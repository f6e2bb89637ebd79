//! What each program must answer and do, in plain Rust.

use std::collections::BTreeSet;

use super::programs::{
    Action, Cond, Found, FoundPlans, Inner, Join, NewRow, Order, Page, PlanWrite, Program, Read,
    SetOperation, Shape, Sight, Typed, Upsert, Write, neighbours, other, way,
};
use super::worlds::{Kept, Row, Table, Viewer, World};
use Table::*;

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

/// The reference that programs ask for: the parent, or else the owner.
fn reference(table: Table, row: &Row) -> Option<i64> {
    match table {
        Threads | Labels | Devices | Plans => row.owner,
        _ => row.up,
    }
}

fn cell(value: Option<i64>) -> Cell {
    value.map_or(Cell::Null, Cell::Int)
}

fn line(table: Table, row: Option<&Row>) -> Vec<Cell> {
    match row {
        Some(row) => vec![
            Cell::Int(row.id),
            cell(reference(table, row)),
            Cell::Text(row.word.clone()),
        ],
        None => vec![Cell::Null, Cell::Null, Cell::Null],
    }
}

/// Whether one row refers to the other, by the reference between their tables.
fn refers(base: Table, row: &Row, to: Table, other: &Row) -> bool {
    match (base, to) {
        (Messages, Threads) | (Marks, Messages) | (Hints, Labels) | (Pins, Threads) => {
            row.up == Some(other.id)
        }
        (Folders, Folders) => row.up == Some(other.id),
        (Pins, Folders) => row.side == Some(other.id),
        (Threads, Messages) | (Messages, Marks) | (Labels, Hints) | (Threads, Pins) => {
            other.up == Some(row.id)
        }
        (Folders, Pins) => other.side == Some(row.id),
        _ => unreachable!("{base:?} and {to:?} have no reference"),
    }
}

fn holds(inner: Inner, row: &Row) -> bool {
    row.word == inner.word || row.id < inner.below
}

fn is_seen(sight: Sight, row: &Row) -> bool {
    match sight {
        Sight::Live => row.kept.deleted.is_none(),
        Sight::WithDeleted => true,
        Sight::OnlyDeleted => row.kept.deleted.is_some(),
    }
}

/// `LIKE`, which knows no case.
fn like(text: &[u8], pattern: &[u8]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, _) => text.is_empty(),
        (Some((b'%', rest)), _) => (0..=text.len()).any(|from| like(&text[from..], rest)),
        (Some(_), None) => false,
        (Some((p, rest)), Some((t, tail))) => {
            (*p == b'_' || p.eq_ignore_ascii_case(t)) && like(tail, rest)
        }
    }
}

/// A world as somebody sees it.
#[derive(Clone, Copy)]
struct View<'w> {
    world: &'w World,
    viewer: Viewer,
}

impl<'w> View<'w> {
    fn rows(self, table: Table) -> impl Iterator<Item = &'w Row> {
        self.all(table).filter(|row| is_seen(Sight::Live, row))
    }

    /// The deleted ones, too.
    fn all(self, table: Table) -> impl Iterator<Item = &'w Row> {
        self.world
            .rows(table)
            .filter(move |row| self.world.reads(self.viewer, table, row))
    }

    fn plans(self, sight: Sight) -> impl Iterator<Item = &'w Row> {
        self.all(Plans).filter(move |row| is_seen(sight, row))
    }

    fn has_related(self, base: Table, row: &Row, to: Table, inner: Inner) -> bool {
        self.rows(to)
            .any(|other| holds(inner, other) && refers(base, row, to, other))
    }

    fn meets(self, base: Table, row: &Row, cond: &Cond) -> bool {
        let refers_to = reference(base, row);
        match cond {
            Cond::IdEq(id) => row.id == *id,
            Cond::IdNe(id) => row.id != *id,
            Cond::IdLt(id) => row.id < *id,
            Cond::IdGe(id) => row.id >= *id,
            Cond::WordEq(word) => row.word == *word,
            Cond::WordNe(word) => row.word != *word,
            Cond::WordLike(pattern) => like(row.word.as_bytes(), pattern.as_bytes()),
            Cond::RefIsNull => refers_to.is_none(),
            Cond::RefEq(id) => refers_to == Some(*id),
            Cond::IdAmong(ids) => ids.contains(&row.id),
            Cond::IdNotAmong(ids) => !ids.contains(&row.id),
            Cond::WordAmong(words) => words.contains(&row.word.as_str()),
            Cond::RefNotAmong(ids) => {
                ids.is_empty() || refers_to.is_some_and(|id| !ids.contains(&id))
            }
            Cond::Either(inner) | Cond::Loose(inner) => holds(*inner, row),
            Cond::Neither(inner) => !holds(*inner, row),
            Cond::Always => true,
            Cond::Within(to, inner) | Cond::Exists(to, inner) => {
                self.has_related(base, row, *to, *inner)
            }
            Cond::Without(to, inner) | Cond::NotExists(to, inner) => {
                !self.has_related(base, row, *to, *inner)
            }
            Cond::Deep(is, inner) => *is == self.leads(base, row, *inner),
            Cond::NamedAlike(is, inner) => {
                let alike = |other: &Row| holds(*inner, other) && other.word == row.word;
                *is == self.rows(other(base)).any(alike)
            }
            Cond::AtMostLargest(inner) => self
                .rows(other(base))
                .any(|other| holds(*inner, other) && row.id <= other.id),
        }
    }

    fn leads(self, base: Table, row: &Row, inner: Inner) -> bool {
        let Some([first, second]) = way(base) else {
            return false;
        };
        self.rows(first).any(|middle| {
            refers(base, row, first, middle) && self.has_related(first, middle, second, inner)
        })
    }

    fn filtered(self, base: Table, conds: &[Cond]) -> Vec<&'w Row> {
        self.rows(base)
            .filter(|row| conds.iter().all(|cond| self.meets(base, row, cond)))
            .collect()
    }

    fn joined(
        self,
        base: Table,
        rows: &[&'w Row],
        join: Join,
        left: bool,
        inner: Inner,
    ) -> Vec<Vec<Cell>> {
        let of = |to: Table, fits: &dyn Fn(&Row) -> bool| -> Vec<&'w Row> {
            self.rows(to).filter(|row| fits(row)).collect()
        };
        let mut lines = Vec::new();
        for row in rows {
            let start = line(base, Some(row));
            let alike = |b: &Row| row.word == b.word && holds(inner, b);
            // An inner join by a reference has the condition besides, a left one has none.
            match join {
                Join::Neighbour(to) => {
                    let fits = |b: &Row| refers(base, row, to, b) && (left || holds(inner, b));
                    push(&mut lines, &start, &of(to, &fits), to, left);
                }
                Join::Alike => {
                    let to = other(base);
                    push(&mut lines, &start, &of(to, &alike), to, left);
                }
                Join::Itself => push(&mut lines, &start, &of(base, &alike), base, left),
                Join::Chain => {
                    let [first, second] = way(base).expect("a way");
                    let middles = of(first, &|b| refers(base, row, first, b));
                    if left && middles.is_empty() {
                        lines.push([start.clone(), line(first, None), line(second, None)].concat());
                    }
                    for middle in middles {
                        let start = [start.clone(), line(first, Some(middle))].concat();
                        let fits =
                            |b: &Row| refers(first, middle, second, b) && (left || holds(inner, b));
                        push(&mut lines, &start, &of(second, &fits), second, left);
                    }
                }
            }
        }
        lines
    }

    fn read(self, read: &Read) -> Answer {
        let base = read.base;
        let mut rows = self.filtered(base, &read.conds);
        let lines = |rows: &[&Row]| -> Vec<Vec<Cell>> {
            rows.iter().map(|row| line(base, Some(row))).collect()
        };
        match &read.shape {
            Shape::Lines(None, _) => Answer::unordered(lines(&rows)),
            Shape::Lines(Some(order), page) => {
                sort(base, &mut rows, *order);
                Answer::Ordered(cut(lines(&rows), *page))
            }
            Shape::First(order) => {
                sort(base, &mut rows, *order);
                rows.truncate(1);
                match rows.is_empty() {
                    true => Answer::Failed(Failure::NotFound),
                    false => Answer::Ordered(lines(&rows)),
                }
            }
            Shape::Count => Answer::Ordered(vec![vec![count(rows.len())]]),
            Shape::Exists => Answer::Truth(!rows.is_empty()),
            Shape::DistinctWords => {
                let words: BTreeSet<&str> = rows.iter().map(|row| row.word.as_str()).collect();
                Answer::unordered(
                    words
                        .into_iter()
                        .map(|w| vec![Cell::Text(w.into())])
                        .collect(),
                )
            }
            Shape::Set(operation, conds) => {
                let right = lines(&self.filtered(base, conds));
                let left = lines(&rows);
                Answer::Ordered(together(*operation, left, right))
            }
            Shape::Joined {
                join,
                left,
                inner,
                page,
            } => {
                let mut lines = self.joined(base, &rows, *join, *left, *inner);
                // By the keys of all tables, which come first in each line.
                lines.sort_by_key(|line| line.iter().step_by(3).cloned().collect::<Vec<_>>());
                Answer::Ordered(cut(lines, *page))
            }
        }
    }

    fn typed(self, typed: &Typed) -> Answer {
        let held = |table: Table, inner: &Inner| -> Vec<&Row> {
            self.rows(table).filter(|row| holds(*inner, row)).collect()
        };
        let lines = |table: Table, rows: Vec<&Row>| {
            Answer::Ordered(rows.into_iter().map(|row| line(table, Some(row))).collect())
        };
        match typed {
            Typed::Find(table, id) => match self.rows(*table).find(|row| row.id == *id) {
                Some(row) => lines(*table, vec![row]),
                None => Answer::Failed(Failure::NotFound),
            },
            Typed::Groups(table, inner, least) => {
                let rows = held(*table, inner);
                let words: BTreeSet<&str> = rows.iter().map(|row| row.word.as_str()).collect();
                let groups = words.into_iter().filter_map(|word| {
                    let size = rows.iter().filter(|row| row.word == word).count();
                    let enough = count(size) > Cell::Int(*least);
                    enough.then(|| vec![Cell::Text(word.to_owned()), count(size)])
                });
                Answer::Ordered(groups.collect())
            }
            Typed::Totals(table, inner) => {
                let rows = held(*table, inner);
                let words: BTreeSet<&str> = rows.iter().map(|row| row.word.as_str()).collect();
                let largest = rows.iter().map(|row| row.id).max();
                Answer::Ordered(vec![vec![
                    count(rows.len()),
                    count(words.len()),
                    cell(largest),
                ]])
            }
            Typed::Page(table, inner, number, size) => {
                let mut rows = held(*table, inner);
                sort(*table, &mut rows, Order::Word);
                let page = Page {
                    limit: *size,
                    offset: Some((number - 1) * size),
                };
                let all = rows.iter().map(|row| line(*table, Some(row))).collect();
                let mut lines = cut(all, Some(page));
                lines.push(vec![count(rows.len())]);
                Answer::Ordered(lines)
            }
            Typed::Walk(table, inner, by_reference, _) => {
                let mut rows = held(*table, inner);
                match by_reference {
                    true => {
                        rows.sort_by_key(|row| (std::cmp::Reverse(reference(*table, row)), row.id));
                    }
                    false => sort(*table, &mut rows, Order::Word),
                }
                lines(*table, rows)
            }
            Typed::Bin(sight, inner) => {
                let rows = self.plans(*sight).filter(|row| holds(*inner, row));
                lines(Plans, rows.collect())
            }
            Typed::FindInBin(sight, id) => match self.plans(*sight).find(|row| row.id == *id) {
                Some(row) => lines(Plans, vec![row]),
                None => Answer::Failed(Failure::NotFound),
            },
            Typed::FoldersBelow(ids, inner) => {
                self.walks(ids, *inner, |from, row| row.up == Some(from.id))
            }
            Typed::FoldersAbove(ids, inner) => {
                self.walks(ids, *inner, |from, row| from.up == Some(row.id))
            }
            Typed::MessagesOf(ids, inner) | Typed::MarksOf(ids, inner) => {
                let table = match typed {
                    Typed::MarksOf(..) => Marks,
                    _ => Messages,
                };
                let of_parents = |row: &&Row| row.up.is_some_and(|id| ids.contains(&id));
                lines(
                    table,
                    held(table, inner).into_iter().filter(of_parents).collect(),
                )
            }
        }
    }

    fn walks(
        self,
        starts: &[i64],
        inner: Option<Inner>,
        step: impl Fn(&Row, &Row) -> bool,
    ) -> Answer {
        let found = starts.iter().flat_map(|start| self.walk(*start, &step));
        let found = found.filter(|row| inner.is_none_or(|inner| holds(inner, row)));
        Answer::Ordered(found.map(|row| line(Folders, Some(row))).collect())
    }

    fn walk(self, start: i64, step: impl Fn(&Row, &Row) -> bool) -> Vec<&'w Row> {
        let start: Vec<&Row> = self.rows(Folders).filter(|row| row.id == start).collect();
        let mut reached = start.clone();
        loop {
            let further: Vec<&Row> = self
                .rows(Folders)
                .filter(|row| !reached.contains(row))
                .filter(|row| reached.iter().any(|from| step(from, row)))
                .collect();
            if further.is_empty() {
                break;
            }
            reached.extend(further);
        }
        reached.retain(|row| !start.contains(row));
        reached.sort_by_key(|row| row.id);
        reached
    }
}

fn push(lines: &mut Vec<Vec<Cell>>, start: &[Cell], found: &[&Row], to: Table, left: bool) {
    if left && found.is_empty() {
        lines.push([start, &line(to, None)].concat());
    }
    lines.extend(
        found
            .iter()
            .map(|row| [start, &line(to, Some(row))].concat()),
    );
}

fn count(rows: usize) -> Cell {
    Cell::Int(i64::try_from(rows).expect("a small number"))
}

fn sort(table: Table, rows: &mut [&Row], order: Order) {
    match order {
        Order::Id => rows.sort_by_key(|row| row.id),
        Order::IdDesc => rows.sort_by_key(|row| -row.id),
        Order::Word => rows.sort_by_key(|row| (row.word.clone(), row.id)),
        Order::WordDesc => {
            rows.sort_by_key(|row| (std::cmp::Reverse(row.word.clone()), row.id));
        }
        Order::RefThenId => rows.sort_by_key(|row| (reference(table, row), row.id)),
    }
}

fn cut<L>(lines: Vec<L>, page: Option<Page>) -> Vec<L> {
    let Some(page) = page else {
        return lines;
    };
    let size = |number: i64| usize::try_from(number).expect("a positive number");
    lines
        .into_iter()
        .skip(size(page.offset.unwrap_or(0)))
        .take(size(page.limit))
        .collect()
}

fn together(
    operation: SetOperation,
    left: Vec<Vec<Cell>>,
    right: Vec<Vec<Cell>>,
) -> Vec<Vec<Cell>> {
    let mut lines = match operation {
        SetOperation::Union | SetOperation::UnionAll => {
            let again = right
                .into_iter()
                .filter(|line| matches!(operation, SetOperation::UnionAll) || !left.contains(line));
            let again: Vec<_> = again.collect();
            [left, again].concat()
        }
        SetOperation::Intersect => left.into_iter().filter(|l| right.contains(l)).collect(),
        SetOperation::Except => left.into_iter().filter(|l| !right.contains(l)).collect(),
    };
    lines.sort();
    lines
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
    match done(&mut after, tenant, now, write) {
        Ok(answer) => {
            *world = after;
            answer
        }
        Err(failure) => Answer::Failed(failure),
    }
}

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

fn done(world: &mut World, tenant: i64, now: i64, write: &Write) -> Result<Answer, Failure> {
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
    // An update by a query that was only filtered takes what the query finds.
    let is_as_found = matches!(write, PlanWrite::Rename(Sight::Live, ..))
        && matches!(found, FoundPlans::Where(..));
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
