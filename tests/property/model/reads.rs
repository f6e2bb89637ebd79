//! What somebody is answered.

use std::collections::BTreeSet;

use super::{Answer, Cell, Failure};
use crate::programs::{
    Cond, Inner, Join, Order, Page, Read, SetOperation, Shape, Sight, Typed, other, way,
};
use crate::worlds::{Row, Table, Viewer, World};
use Table::*;

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

pub(super) fn line(table: Table, row: Option<&Row>) -> Vec<Cell> {
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
pub(super) fn refers(base: Table, row: &Row, to: Table, other: &Row) -> bool {
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

pub(super) fn holds(inner: Inner, row: &Row) -> bool {
    row.word == inner.word || row.id < inner.below
}

pub(super) fn is_seen(sight: Sight, row: &Row) -> bool {
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
pub(super) struct View<'w> {
    pub(super) world: &'w World,
    pub(super) viewer: Viewer,
}

impl<'w> View<'w> {
    pub(super) fn rows(self, table: Table) -> impl Iterator<Item = &'w Row> {
        self.all(table).filter(|row| is_seen(Sight::Live, row))
    }

    /// The deleted ones, too.
    pub(super) fn all(self, table: Table) -> impl Iterator<Item = &'w Row> {
        self.world
            .rows(table)
            .filter(move |row| self.world.reads(self.viewer, table, row))
    }

    pub(super) fn plans(self, sight: Sight) -> impl Iterator<Item = &'w Row> {
        self.all(Plans).filter(move |row| is_seen(sight, row))
    }

    pub(super) fn has_related(self, base: Table, row: &Row, to: Table, inner: Inner) -> bool {
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

    pub(super) fn read(self, read: &Read) -> Answer {
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

    pub(super) fn typed(self, typed: &Typed) -> Answer {
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

pub(super) fn sort(table: Table, rows: &mut [&Row], order: Order) {
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

pub(super) fn cut<L>(lines: Vec<L>, page: Option<Page>) -> Vec<L> {
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
