//! What is measured on a backend: writing the rows, what they take, and reading them.

use std::time::{Duration, Instant};

use super::compare::{Call, Comparison};
use super::figures::{Figures, Series, Sum};
use super::places::{INDEX, Place, Tree};
use super::rows::{KINDS, Sides, TENANTS};

/// The places of the kinds in [`KINDS`].
const PLAIN: usize = 0;
const V7: usize = 1;
const V4: usize = 2;
const KEYED: usize = 3;

/// How much is measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub(crate) rows: usize,
    /// How often all connections are made anew for reading. Where the kernel puts a client and its
    /// server changes the time of a call more than anything that is compared here, and stays.
    pub(crate) times_anew: usize,
    /// How often all take turns on one set of connections.
    pub(crate) rounds: usize,
}

/// The most rows that one statement of the library's is given.
const BATCH: usize = 1_000;

/// In so many parts the growth of the table is shown.
const PARTS: usize = 20;

pub(crate) fn measured(place: &dyn Place, size: Size) -> (Figures, Series) {
    let mut figures = Figures::default();
    place.make();
    let batches = written(&mut place.open(), size.rows, &[PLAIN, V7, V4, KEYED]);
    writing(&mut figures, &batches);
    KINDS.iter().for_each(|kind| place.settle(kind));
    let trees = KINDS.map(|kind| place.trees(kind));
    let added = [V7, V4].map(|kind| added(&trees[kind], &trees[PLAIN], size.rows));
    storing(&mut figures, &trees, added);
    reading(&mut figures, place, size);
    let growth = parts(&batches).map(|part| median(part, V4) / median(part, V7));
    let series = Series {
        name: place.name(),
        growth: growth.collect(),
        added,
    };
    (figures, series)
}

/// The time of a batch, of each kind.
type Batch = [Duration; 4];

/// The seconds of writing rows of this kind, and no others.
pub(crate) fn written_alone(place: &dyn Place, size: Size, kind: &str) -> f64 {
    let at = KINDS.iter().position(|one| *one == kind);
    let at = at.expect("plain, v7, v4 or keyed");
    place.make();
    total(&written(&mut place.open(), size.rows, &[at]), at)
}

/// Writes all rows: a batch of each of these kinds in turn, and each kind is the first in turn.
fn written(sides: &mut Sides, rows: usize, kinds: &[usize]) -> Vec<Batch> {
    for side in sides.each() {
        side.write_authors((rows / 10 / TENANTS).max(1));
    }
    let size = (rows / PARTS / TENANTS).clamp(1, BATCH);
    let mut batches = Vec::new();
    for batch in 0..rows / size {
        let title = |row: usize| format!("the title of {:09}", batch * size + row);
        let titles: Vec<String> = (0..size).map(title).collect();
        let mut times = [Duration::ZERO; 4];
        for turn in 0..kinds.len() {
            let at = kinds[(batch + turn) % kinds.len()];
            let start = Instant::now();
            sides.each()[at].write_books(batch, &titles);
            times[at] = start.elapsed();
        }
        batches.push(times);
    }
    batches
}

fn total(batches: &[Batch], kind: usize) -> f64 {
    let all: Duration = batches.iter().map(|times| times[kind]).sum();
    all.as_secs_f64()
}

/// The time of a batch in the middle: what disturbs few of them is not in it.
fn median(batches: &[Batch], kind: usize) -> f64 {
    let mut times: Vec<Duration> = batches.iter().map(|times| times[kind]).collect();
    times.sort();
    times[times.len() / 2].as_secs_f64()
}

fn parts(batches: &[Batch]) -> std::slice::Chunks<'_, Batch> {
    batches.chunks(batches.len().div_ceil(PARTS))
}

fn ratio(ratio: f64) -> String {
    format!("{ratio:.2}")
}

fn writing(figures: &mut Figures, batches: &[Batch]) {
    let seconds = |kind| format!("{:.1}", total(batches, kind));
    let over = |of, over| ratio(total(batches, of) / total(batches, over));
    let middle = |batches: &[Batch]| ratio(median(batches, V4) / median(batches, V7));
    let last = &batches[batches.len() / 10 * 9..];
    figures.table("writing the rows");
    figures.line("numbers alone, seconds", seconds(PLAIN));
    figures.line("with public ids of version 7, seconds", seconds(V7));
    figures.line("with public ids of version 4, seconds", seconds(V4));
    figures.line("UUIDs of version 7 for keys, seconds", seconds(KEYED));
    figures.line("version 7 over numbers alone", over(V7, PLAIN));
    figures.line("version 4 over version 7", over(V4, V7));
    figures.line("the same, of the medians of all batches", middle(batches));
    figures.line("the same, of those in the last tenth", middle(last));
    figures.line(
        "UUIDs for keys over numbers with version 7",
        over(KEYED, V7),
    );
}

fn bytes<'a>(trees: impl IntoIterator<Item = &'a Tree>) -> f64 {
    let all: i64 = trees.into_iter().map(|tree| tree.bytes).sum();
    number(all)
}

fn number(count: i64) -> f64 {
    f64::from(u32::try_from(count / 1024).expect("less than 4 TiB")) * 1024.0
}

fn index(trees: &[Tree]) -> &Tree {
    let found = trees.iter().find(|tree| tree.name == INDEX);
    found.expect("the index of the public ids")
}

/// What a public id adds to a row, beside the same rows without one.
fn added(with: &[Tree], without: &[Tree], rows: usize) -> Sum {
    let rows = f64::from(u32::try_from(rows).expect("fewer rows"));
    let others = with.iter().filter(|tree| tree.name != INDEX);
    Sum {
        column: (bytes(others) - bytes(without)) / rows,
        index: bytes([index(with)]) / rows,
    }
}

fn storing(figures: &mut Figures, trees: &[Vec<Tree>; 4], added: [Sum; 2]) {
    let of_a_row = |bytes: f64| format!("{bytes:.1}");
    let pages = |kind: usize| index(&trees[kind]).pages.to_string();
    let fill = |kind: usize| match index(&trees[kind]).fill {
        Some(fill) => format!("{:.0} %", fill * 100.0),
        None => String::new(),
    };
    let mebibytes = |kind: usize| format!("{:.0}", bytes(&trees[kind]) / 1024.0 / 1024.0);
    let [v7, v4] = added;
    figures.table("what they take");
    figures.reckoned(
        "column, version 7, bytes of a row",
        "16",
        of_a_row(v7.column),
    );
    figures.reckoned("index, version 7, bytes of a row", "22", of_a_row(v7.index));
    figures.reckoned("both, version 7", "38", of_a_row(v7.column + v7.index));
    figures.reckoned(
        "column, version 4, bytes of a row",
        "16",
        of_a_row(v4.column),
    );
    figures.reckoned("index, version 4, bytes of a row", "22", of_a_row(v4.index));
    figures.reckoned("both, version 4", "38", of_a_row(v4.column + v4.index));
    figures.line("pages of the index, version 7", pages(V7));
    figures.line("pages of the index, version 4", pages(V4));
    figures.line("of such a page is in use, version 7", fill(V7));
    figures.line("of such a page is in use, version 4", fill(V4));
    figures.line("table and indexes, numbers alone, MiB", mebibytes(PLAIN));
    figures.line("table and indexes, version 7, MiB", mebibytes(V7));
    figures.line("table and indexes, version 4, MiB", mebibytes(V4));
    figures.line("table and indexes, UUIDs for keys, MiB", mebibytes(KEYED));
}

const LOOKUPS: [Call; 5] = [
    |sides, call| sides.v7.by_key(call),
    |sides, call| sides.v7.by_public_id(call),
    |sides, call| sides.v4.by_key(call),
    |sides, call| sides.v4.by_public_id(call),
    |sides, call| sides.keyed.by_key(call),
];

const JOINS: [Call; 4] = [
    |sides, call| sides.plain.joined(call),
    |sides, call| sides.v7.joined(call),
    |sides, call| sides.v4.joined(call),
    |sides, call| sides.keyed.joined(call),
];

const REFERENCES: [Call; 4] = [
    |sides, call| sides.v7.references(call),
    |sides, call| sides.v7.public_references(call),
    |sides, call| sides.v4.public_references(call),
    |sides, call| sides.keyed.references(call),
];

fn reading(figures: &mut Figures, place: &dyn Place, size: Size) {
    let mut lookups = Comparison::of(LOOKUPS, 20);
    let mut joins = Comparison::of(JOINS, 4);
    let mut references = Comparison::of(REFERENCES, 4);
    for _ in 0..size.times_anew {
        let mut sides = place.open();
        sides.learn();
        lookups.run(&mut sides, size.rounds);
        joins.run(&mut sides, size.rounds);
        references.run(&mut sides, size.rounds);
    }
    let micros = |micros: f64| format!("{micros:.1}");
    figures.table("reading them");
    figures.line("a row by its number, us", micros(lookups.micros(0)));
    figures.line(
        "by a public id of version 7, over it",
        ratio(lookups.ratio(1, 0)),
    );
    figures.line(
        "by a public id of version 4, over it",
        ratio(lookups.ratio(3, 2)),
    );
    figures.line(
        "by a UUID that is the key, over it",
        ratio(lookups.ratio(4, 0)),
    );
    figures.line(
        "100 joined rows, numbers alone, us",
        micros(joins.micros(0)),
    );
    figures.line(
        "beside public ids of version 7, over it",
        ratio(joins.ratio(1, 0)),
    );
    figures.line(
        "beside public ids of version 4, over it",
        ratio(joins.ratio(2, 0)),
    );
    figures.line("UUIDs for keys, over it", ratio(joins.ratio(3, 0)));
    figures.line(
        "100 numbers and references as numbers, us",
        micros(references.micros(0)),
    );
    figures.line(
        "both as public ids of version 7, over it",
        ratio(references.ratio(1, 0)),
    );
    figures.line(
        "both as public ids of version 4, over it",
        ratio(references.ratio(2, 0)),
    );
    figures.line("UUIDs for keys, over it", ratio(references.ratio(3, 0)));
}
