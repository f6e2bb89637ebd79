//! Programs: what a tenant may ask and do, and how such things are made at random.
//!
//! To add a method of the library, give it a variant here, an answer in `model` and its call
//! in `typed` (or beside it: `upserts`, `plans`).

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::worlds::{HIGHEST, KEYS, Table, WORDS};
use Table::*;

/// `word = ? OR id < ?`: one type, and with its values many conditions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Inner {
    pub(crate) word: &'static str,
    pub(crate) below: i64,
}

/// A condition of its own, joined to the others by AND.
#[derive(Debug, Clone)]
pub(crate) enum Cond {
    IdEq(i64),
    IdNe(i64),
    IdLt(i64),
    IdGe(i64),
    WordEq(&'static str),
    WordNe(&'static str),
    WordLike(&'static str),
    /// The reference is the row's parent, or its owner.
    RefIsNull,
    RefEq(i64),
    IdAmong(Vec<i64>),
    IdNotAmong(Vec<i64>),
    WordAmong(Vec<&'static str>),
    RefNotAmong(Vec<i64>),
    Either(Inner),
    Neither(Inner),
    /// `word = ? OR id < ?`, by an operator that puts no parentheses around itself.
    Loose(Inner),
    /// True of every row, in a way that SQL does not see at once.
    Always,
    /// By the reference between the two tables.
    Within(Table, Inner),
    Without(Table, Inner),
    Exists(Table, Inner),
    NotExists(Table, Inner),
    /// Through a table into another one.
    Deep(bool, Inner),
    /// Whether another table has a row with the same word.
    NamedAlike(bool, Inner),
    /// `id <= (SELECT max(id) FROM another table ..)`.
    AtMostLargest(Inner),
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Order {
    Id,
    IdDesc,
    Word,
    WordDesc,
    RefThenId,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Page {
    pub(crate) limit: i64,
    pub(crate) offset: Option<i64>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum SetOperation {
    Union,
    UnionAll,
    Intersect,
    Except,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Join {
    /// By the tables' reference.
    Neighbour(Table),
    /// Through a table into another one: two joins in a row.
    Chain,
    /// Another table by the same word, with an explicit ON.
    Alike,
    /// The table itself by the same word, under an alias.
    Itself,
}

#[derive(Debug, Clone)]
pub(crate) enum Shape {
    Lines(Option<Order>, Option<Page>),
    First(Order),
    Count,
    Exists,
    DistinctWords,
    Set(SetOperation, Vec<Cond>),
    Joined {
        join: Join,
        left: bool,
        inner: Inner,
        page: Option<Page>,
    },
}

/// A boxed query with conditions that are put together at run time.
#[derive(Debug, Clone)]
pub(crate) struct Read {
    pub(crate) base: Table,
    pub(crate) conds: Vec<Cond>,
    pub(crate) shape: Shape,
}

/// What cannot be boxed, or begins otherwise than with `query()`.
#[derive(Debug, Clone)]
pub(crate) enum Typed {
    Find(Table, i64),
    /// Words and how often they are there, if that is often enough.
    Groups(Table, Inner, i64),
    /// The number of rows, of different words, and the largest key.
    Totals(Table, Inner),
    /// Of one folder after the other.
    FoldersBelow(Vec<i64>, Option<Inner>),
    FoldersAbove(Vec<i64>, Option<Inner>),
    MessagesOf(Vec<i64>, Inner),
    MarksOf(Vec<i64>, Inner),
    /// By word: the rows of one page, and the number of all.
    Page(Table, Inner, i64, i64),
    /// All pages by key, of this size, forward and backward; by reference or by word.
    Walk(Table, Inner, bool, i64),
    /// Plans, deleted or not.
    Bin(Sight, Inner),
    FindInBin(Sight, i64),
}

/// Which plans are seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sight {
    Live,
    WithDeleted,
    OnlyDeleted,
}

#[derive(Debug, Clone)]
pub(crate) struct NewRow {
    pub(crate) up: i64,
    pub(crate) side: i64,
    pub(crate) word: &'static str,
}

#[derive(Debug, Clone)]
pub(crate) enum Found {
    Key(i64),
    Where(Inner),
    /// The rows to which a neighbour has a row.
    Related(Table, Inner),
    /// The same by a join; of tables without a neighbour, by the same word.
    Joined(Table, Inner),
    /// The last by word: how many, and behind how many.
    Last(Inner, i64, i64),
    /// By a boxed query, without those of one word.
    Boxed(Inner, &'static str),
}

/// What happens if such a row is there.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Action {
    Nothing,
    /// Adds the number that was proposed to the one that is there.
    Add,
    /// The same, where what is there is less or the key is below this one.
    AddIf(i64),
}

/// Messages are known by their thread and words, plans by the tenant and their words.
#[derive(Debug, Clone)]
pub(crate) struct Upsert {
    pub(crate) table: Table,
    pub(crate) rows: NewRows,
    pub(crate) action: Action,
    /// Gives the written rows back.
    pub(crate) back: bool,
}

#[derive(Debug, Clone)]
pub(crate) enum NewRows {
    One(NewRow),
    /// One, by `under(parent)`.
    Under(NewRow),
    Batch(Vec<NewRow>),
}

impl NewRows {
    pub(crate) fn all(&self) -> &[NewRow] {
        match self {
            Self::One(row) | Self::Under(row) => std::slice::from_ref(row),
            Self::Batch(rows) => rows,
        }
    }
}

/// Which plans are meant.
#[derive(Debug, Clone, Copy)]
pub(crate) enum FoundPlans {
    /// In this version, if one is said.
    Key(i64, Option<i64>),
    /// By a query of what is seen.
    Where(Sight, Inner),
    /// The one of the highest key.
    Last(Sight, Inner),
}

/// What is done to plans, deleted or not.
#[derive(Debug, Clone, Copy)]
pub(crate) enum PlanWrite {
    /// By the repo itself, or by one that sees the deleted plans.
    Rename(Sight, FoundPlans, &'static str),
    Delete(FoundPlans),
    Restore(FoundPlans),
    Purge(FoundPlans),
}

#[derive(Debug, Clone)]
pub(crate) enum Write {
    Rename(Table, Found, &'static str),
    /// Gives the deleted rows back, if `true`.
    Delete(Table, Found, bool),
    Insert(Table, NewRow),
    InsertMany(Table, Vec<NewRow>),
    Move(Table, Found, i64),
    Under(Table, NewRow),
    Upsert(Upsert),
    Plans(PlanWrite),
}

#[derive(Debug, Clone)]
pub(crate) enum Program {
    Read(Read),
    Typed(Typed),
    Write(Write),
}

/// The tables that a table has a reference to or from, and whether existence can be asked
/// for by their `joinable!`.
pub(crate) fn neighbours(base: Table) -> &'static [(Table, bool)] {
    match base {
        Threads => &[(Messages, true), (Pins, true)],
        Messages => &[(Threads, true), (Marks, true)],
        Marks => &[(Messages, true)],
        Folders => &[(Pins, true), (Folders, false)],
        Labels => &[(Hints, true)],
        Hints => &[(Labels, true)],
        Pins => &[(Threads, true), (Folders, true)],
        Devices | Tints | Plans => &[],
    }
}

/// The way through a table into another one.
pub(crate) fn way(base: Table) -> Option<[Table; 2]> {
    match base {
        Threads => Some([Messages, Marks]),
        Messages => Some([Threads, Pins]),
        Marks => Some([Messages, Threads]),
        Folders => Some([Pins, Threads]),
        Pins => Some([Threads, Messages]),
        Labels | Hints | Devices | Tints | Plans => None,
    }
}

/// The table whose words are compared with those of this one.
pub(crate) fn other(base: Table) -> Table {
    match base {
        Threads | Pins => Folders,
        Messages => Marks,
        Marks | Labels | Plans => Devices,
        Folders => Threads,
        Hints => Labels,
        Devices | Tints => Plans,
    }
}

impl Program {
    /// Which calls it makes.
    pub(crate) fn kind(&self) -> String {
        let of = |what: &dyn std::fmt::Debug| {
            let text = format!("{what:?}");
            let name = text.split(|c: char| !c.is_alphanumeric()).next();
            name.unwrap_or_default().to_owned()
        };
        match self {
            Self::Read(read) => format!("read {}", of(&read.shape)),
            Self::Typed(typed) => format!("typed {}", of(typed)),
            Self::Write(write) => match write {
                Write::Rename(_, found, _) | Write::Delete(_, found, _) => {
                    format!("{} by {}", of(write), of(found))
                }
                Write::Move(_, found, _) => format!("Move by {}", of(found)),
                Write::Upsert(upsert) => {
                    let (rows, action) = (of(&upsert.rows), of(&upsert.action));
                    format!("upsert {:?} {rows} {action}", upsert.table)
                }
                Write::Plans(write) => {
                    let (PlanWrite::Rename(_, found, _)
                    | PlanWrite::Delete(found)
                    | PlanWrite::Restore(found)
                    | PlanWrite::Purge(found)) = write;
                    format!("plans {} by {}", of(write), of(found))
                }
                Write::Insert(..) | Write::InsertMany(..) | Write::Under(..) => of(write),
            },
        }
    }

    /// Whether the tenants' answers are the parts of the answer over all rows: nothing is
    /// compared but what references tie together, and nobody's and everybody's rows are not
    /// there.
    pub(crate) fn is_sum_of_parts(&self) -> bool {
        let owned = |table: &Table| !matches!(table, Labels | Hints | Devices | Tints);
        match self {
            Self::Read(read) => {
                let shape = match &read.shape {
                    Shape::Lines(_, page) => page.is_none(),
                    Shape::Set(_, conds) => conds.iter().all(Cond::is_local),
                    Shape::Joined { join, page, .. } => {
                        page.is_none() && matches!(join, Join::Neighbour(_) | Join::Chain)
                    }
                    _ => false,
                };
                shape && owned(&read.base) && read.conds.iter().all(Cond::is_local)
            }
            Self::Typed(Typed::Find(table, _)) => owned(table),
            Self::Typed(Typed::Groups(..) | Typed::Totals(..)) => false,
            Self::Typed(Typed::Page(..) | Typed::Walk(..)) => false,
            Self::Typed(_) => true,
            Self::Write(_) => false,
        }
    }
}

impl Cond {
    fn is_local(&self) -> bool {
        !matches!(self, Self::NamedAlike(..) | Self::AtMostLargest(_))
    }
}

fn keys() -> impl Strategy<Value = i64> {
    prop_oneof![
        12 => KEYS,
        1 => HIGHEST..HIGHEST + 4,
    ]
}

fn words() -> impl Strategy<Value = &'static str> {
    select(WORDS.as_slice())
}

fn inners() -> impl Strategy<Value = Inner> {
    let below = prop_oneof![Just(0), KEYS, Just(HIGHEST)];
    let word = prop_oneof![3 => words(), 1 => Just("none")];
    (word, below).prop_map(|(word, below)| Inner { word, below })
}

fn own_conds() -> impl Strategy<Value = Cond> {
    let some = || vec(keys(), 0..6);
    prop_oneof![
        keys().prop_map(Cond::IdEq),
        keys().prop_map(Cond::IdNe),
        keys().prop_map(Cond::IdLt),
        keys().prop_map(Cond::IdGe),
        words().prop_map(Cond::WordEq),
        words().prop_map(Cond::WordNe),
        select(vec!["a%", "%A%", "_a_", "%k", "%", ""]).prop_map(Cond::WordLike),
        Just(Cond::RefIsNull),
        keys().prop_map(Cond::RefEq),
        some().prop_map(Cond::IdAmong),
        some().prop_map(Cond::IdNotAmong),
        vec(words(), 0..4).prop_map(Cond::WordAmong),
        some().prop_map(Cond::RefNotAmong),
        inners().prop_map(Cond::Either),
        inners().prop_map(Cond::Neither),
        inners().prop_map(Cond::Loose),
        Just(Cond::Always),
    ]
}

fn conds(base: Table) -> BoxedStrategy<Cond> {
    let mut tying: Vec<BoxedStrategy<Cond>> = vec![
        (any::<bool>(), inners())
            .prop_map(|(is, i)| Cond::NamedAlike(is, i))
            .boxed(),
        inners().prop_map(Cond::AtMostLargest).boxed(),
    ];
    for (to, has_joinable) in neighbours(base) {
        tying.push(inners().prop_map(|i| Cond::Within(*to, i)).boxed());
        tying.push(inners().prop_map(|i| Cond::Without(*to, i)).boxed());
        if *has_joinable {
            tying.push(inners().prop_map(|i| Cond::Exists(*to, i)).boxed());
            tying.push(inners().prop_map(|i| Cond::NotExists(*to, i)).boxed());
        }
    }
    if way(base).is_some() {
        let deep = (any::<bool>(), inners()).prop_map(|(is, i)| Cond::Deep(is, i));
        tying.push(deep.boxed());
    }
    prop_oneof![1 => own_conds(), 1 => proptest::strategy::Union::new(tying)].boxed()
}

fn orders() -> impl Strategy<Value = Order> {
    select(vec![
        Order::Id,
        Order::IdDesc,
        Order::Word,
        Order::WordDesc,
        Order::RefThenId,
    ])
}

fn pages() -> impl Strategy<Value = Page> {
    (1..8_i64, prop::option::of(0..4_i64)).prop_map(|(limit, offset)| Page { limit, offset })
}

fn shapes(base: Table) -> impl Strategy<Value = Shape> {
    let mut joins = vec![Join::Alike, Join::Itself];
    for (to, has_joinable) in neighbours(base) {
        if *has_joinable {
            joins.extend([Join::Neighbour(*to); 2]);
        }
    }
    if way(base).is_some() {
        joins.extend([Join::Chain; 2]);
    }
    let sets = select(vec![
        SetOperation::Union,
        SetOperation::UnionAll,
        SetOperation::Intersect,
        SetOperation::Except,
    ]);
    let joined = (
        select(joins),
        any::<bool>(),
        inners(),
        prop::option::weighted(0.3, pages()),
    );
    prop_oneof![
        3 => (prop::option::of(orders()), prop::option::weighted(0.3, pages())).prop_map(
            // The rows of a page are known only if they have an order.
            |(order, page)| Shape::Lines(order.or(page.map(|_| Order::Word)), page)
        ),
        1 => orders().prop_map(Shape::First),
        1 => Just(Shape::Count),
        1 => Just(Shape::Exists),
        1 => Just(Shape::DistinctWords),
        2 => (sets, vec(conds(base), 0..3)).prop_map(|(set, conds)| Shape::Set(set, conds)),
        4 => joined.prop_map(|(join, left, inner, page)| Shape::Joined { join, left, inner, page }),
    ]
}

fn reads() -> impl Strategy<Value = Read> {
    select(Table::ALL.as_slice())
        .prop_flat_map(|base| (Just(base), vec(conds(base), 0..3), shapes(base)))
        .prop_map(|(base, conds, shape)| Read { base, conds, shape })
}

fn typed() -> impl Strategy<Value = Typed> {
    let table = || select(Table::ALL.as_slice());
    let perhaps = || prop::option::weighted(0.3, inners());
    prop_oneof![
        3 => (table(), keys()).prop_map(|(table, id)| Typed::Find(table, id)),
        2 => (table(), inners(), 0..3_i64).prop_map(|(table, i, least)| Typed::Groups(table, i, least)),
        2 => (table(), inners()).prop_map(|(table, i)| Typed::Totals(table, i)),
        3 => (vec(KEYS, 1..8), perhaps()).prop_map(|(ids, i)| Typed::FoldersBelow(ids, i)),
        3 => (vec(KEYS, 1..8), perhaps()).prop_map(|(ids, i)| Typed::FoldersAbove(ids, i)),
        1 => (vec(keys(), 0..6), inners()).prop_map(|(ids, i)| Typed::MessagesOf(ids, i)),
        1 => (vec(keys(), 0..6), inners()).prop_map(|(ids, i)| Typed::MarksOf(ids, i)),
        2 => (table(), inners(), 1..4_i64, 1..4_i64)
            .prop_map(|(table, i, number, size)| Typed::Page(table, i, number, size)),
        2 => (table(), inners(), any::<bool>(), 1..4_i64)
            .prop_map(|(table, i, by, size)| Typed::Walk(table, i, by, size)),
        1 => (sights(), inners()).prop_map(|(sight, i)| Typed::Bin(sight, i)),
        1 => (sights(), 1..9_i64).prop_map(|(sight, id)| Typed::FindInBin(sight, id)),
    ]
}

fn sights() -> impl Strategy<Value = Sight> {
    select(vec![Sight::Live, Sight::WithDeleted, Sight::OnlyDeleted])
}

fn found(table: Table) -> BoxedStrategy<Found> {
    let related: Vec<_> = neighbours(table)
        .iter()
        .filter(|(_, has_joinable)| *has_joinable)
        .map(|(to, _)| *to)
        .collect();
    let alone = prop_oneof![
        4 => keys().prop_map(Found::Key),
        2 => inners().prop_map(Found::Where),
        2 => (inners(), 1..4_i64, 0..2_i64).prop_map(|(i, most, from)| Found::Last(i, most, from)),
        2 => (inners(), words()).prop_map(|(i, word)| Found::Boxed(i, word)),
    ];
    if related.is_empty() {
        let joined = inners().prop_map(move |i| Found::Joined(other(table), i));
        return prop_oneof![5 => alone, 1 => joined].boxed();
    }
    let related = (select(related), any::<bool>(), inners()).prop_map(|(to, join, i)| match join {
        true => Found::Joined(to, i),
        false => Found::Related(to, i),
    });
    prop_oneof![3 => alone, 1 => related].boxed()
}

fn new_rows() -> impl Strategy<Value = NewRow> {
    (keys(), keys(), words()).prop_map(|(up, side, word)| NewRow { up, side, word })
}

/// The rows of a batch have one parent: of several, one would not be the tenant's.
fn upserts() -> impl Strategy<Value = Upsert> {
    let batch = (keys(), vec(new_rows(), 0..4)).prop_map(|(up, rows)| {
        let under = |row| NewRow { up, ..row };
        NewRows::Batch(rows.into_iter().map(under).collect())
    });
    let rows = prop_oneof![
        2 => new_rows().prop_map(NewRows::One),
        2 => new_rows().prop_map(NewRows::Under),
        3 => batch,
    ];
    let actions = prop_oneof![
        1 => Just(Action::Nothing),
        1 => Just(Action::Add),
        2 => KEYS.prop_map(Action::AddIf),
    ];
    let tables = select(vec![Messages, Plans]);
    (tables, rows, actions, any::<bool>()).prop_map(|(table, rows, action, back)| Upsert {
        table,
        rows: match rows {
            NewRows::Under(row) if table == Plans => NewRows::One(row),
            rows => rows,
        },
        action,
        back,
    })
}

fn found_plans() -> impl Strategy<Value = FoundPlans> {
    prop_oneof![
        3 => (1..9_i64, prop::option::of(1..4_i64)).prop_map(|(id, v)| FoundPlans::Key(id, v)),
        1 => (sights(), inners()).prop_map(|(sight, i)| FoundPlans::Where(sight, i)),
        1 => (sights(), inners()).prop_map(|(sight, i)| FoundPlans::Last(sight, i)),
    ]
}

fn plan_writes() -> impl Strategy<Value = PlanWrite> {
    prop_oneof![
        3 => (sights(), found_plans(), words())
            .prop_map(|(sight, found, word)| PlanWrite::Rename(sight, found, word)),
        2 => found_plans().prop_map(PlanWrite::Delete),
        1 => found_plans().prop_map(PlanWrite::Restore),
        1 => found_plans().prop_map(PlanWrite::Purge),
    ]
}

fn writes() -> impl Strategy<Value = Write> {
    let writable: Vec<Table> = Table::ALL.into_iter().filter(|t| *t != Tints).collect();
    let any_table = move || select(writable.clone());
    let found_in = |table: Table| (Just(table), found(table));
    let movable = select(vec![Messages, Marks, Hints, Folders]);
    prop_oneof![
        3 => (any_table().prop_flat_map(found_in), words())
            .prop_map(|((table, found), word)| Write::Rename(table, found, word)),
        2 => (any_table().prop_flat_map(found_in), any::<bool>())
            .prop_map(|((table, found), back)| Write::Delete(table, found, back)),
        3 => (any_table(), new_rows()).prop_map(|(table, row)| Write::Insert(table, row)),
        2 => (any_table(), vec(new_rows(), 0..5)).prop_map(|(table, rows)| Write::InsertMany(table, rows)),
        2 => (movable.prop_flat_map(found_in), keys())
            .prop_map(|((table, found), to)| Write::Move(table, found, to)),
        1 => (select(vec![Messages, Marks, Hints]), new_rows())
            .prop_map(|(table, row)| Write::Under(table, row)),
        8 => upserts().prop_map(Write::Upsert),
        8 => plan_writes().prop_map(Write::Plans),
    ]
}

pub(crate) fn programs() -> impl Strategy<Value = Program> {
    prop_oneof![
        5 => reads().prop_map(Program::Read),
        4 => typed().prop_map(Program::Typed),
        8 => writes().prop_map(Program::Write),
    ]
}

pub(crate) fn queries() -> impl Strategy<Value = Program> {
    prop_oneof![
        5 => reads().prop_map(Program::Read),
        3 => typed().prop_map(Program::Typed),
    ]
    .prop_filter("its answers are parts of one", Program::is_sum_of_parts)
}
