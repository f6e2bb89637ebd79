//! Worlds: the rows of several tenants, made at random, and what may be done to the rows that
//! are not the first tenant's.

use std::collections::BTreeMap;
use std::fmt;

use proptest::prelude::*;

/// A table, and how its rows have owners.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Table {
    Threads,
    Messages,
    Marks,
    Folders,
    Labels,
    Hints,
    Devices,
    Pins,
    Tints,
    Plans,
}

use Table::*;

impl Table {
    pub(crate) const ALL: [Self; 10] = [
        Threads, Messages, Marks, Folders, Labels, Hints, Devices, Pins, Tints, Plans,
    ];

    /// The table's name, its column for the owner, the two for other rows, and for the word.
    pub(crate) fn columns(self) -> (&'static str, [Option<&'static str>; 3], &'static str) {
        match self {
            Threads => ("threads", [Some("tenant_id"), None, None], "title"),
            Messages => ("messages", [None, Some("thread_id"), Some("likes")], "body"),
            Marks => ("marks", [None, Some("message_id"), None], "word"),
            Folders => (
                "folders",
                [Some("tenant_id"), Some("parent_id"), None],
                "name",
            ),
            Labels => ("labels", [Some("tenant_id"), None, None], "name"),
            Hints => ("hints", [None, Some("label_id"), None], "text"),
            Devices => ("devices", [Some("owner_id"), None, None], "name"),
            Pins => (
                "pins",
                [Some("tenant_id"), Some("thread_id"), Some("folder_id")],
                "note",
            ),
            Tints => ("tints", [None, Some("grade"), None], "name"),
            Plans => ("plans", [Some("tenant_id"), None, Some("amount")], "name"),
        }
    }

    /// Whose child a row is, if it belongs through its parent.
    pub(crate) fn parent(self) -> Option<Self> {
        match self {
            Messages => Some(Threads),
            Marks => Some(Messages),
            Hints => Some(Labels),
            _ => None,
        }
    }
}

/// A row of any table. `up` and `side` lead to other rows, or are numbers: the grade of a
/// tint, the likes of a message, the amount of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) id: i64,
    pub(crate) owner: Option<i64>,
    pub(crate) up: Option<i64>,
    pub(crate) side: Option<i64>,
    pub(crate) word: String,
    pub(crate) kept: Kept,
}

/// What the library keeps of a plan; times are seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Kept {
    pub(crate) touched: i64,
    pub(crate) deleted: Option<i64>,
    pub(crate) version: i64,
}

/// Who looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Viewer {
    Tenant(i64),
    Everyone,
}

/// The tenant of the programs.
pub(crate) const ANNA: i64 = 1;

/// A tenant with one row in each table, of the highest key, so that the keys of new rows are
/// the same in all worlds. (What the keys of new rows tell is not tested here.)
pub(crate) const KEEPER: i64 = 9;
pub(crate) const HIGHEST: i64 = 1_000_000;

pub(crate) const TENANTS: [i64; 4] = [ANNA, 2, 3, KEEPER];

/// All rows of all tables.
#[derive(Clone, PartialEq, Eq, Default)]
pub(crate) struct World(BTreeMap<Table, BTreeMap<i64, Row>>);

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for table in Table::ALL {
            for row in self.rows(table) {
                let Row {
                    id,
                    owner,
                    up,
                    side,
                    word,
                    kept,
                } = row;
                let (name, ..) = table.columns();
                write!(
                    f,
                    "  {name} {id}: owner {owner:?}, up {up:?}, side {side:?}, {word}"
                )?;
                if table == Plans {
                    write!(f, ", {kept:?}")?;
                }
                writeln!(f)?;
            }
        }
        Ok(())
    }
}

impl World {
    pub(crate) fn rows(&self, table: Table) -> impl Iterator<Item = &Row> {
        self.0.get(&table).into_iter().flat_map(BTreeMap::values)
    }

    pub(crate) fn row(&self, table: Table, id: i64) -> Option<&Row> {
        self.0.get(&table)?.get(&id)
    }

    pub(crate) fn row_mut(&mut self, table: Table, id: i64) -> Option<&mut Row> {
        self.0.get_mut(&table)?.get_mut(&id)
    }

    pub(crate) fn put(&mut self, table: Table, row: Row) {
        self.0.entry(table).or_default().insert(row.id, row);
    }

    pub(crate) fn remove(&mut self, table: Table, id: i64) {
        if let Some(rows) = self.0.get_mut(&table) {
            rows.remove(&id);
        }
    }

    /// The key that the database gives to the next row.
    pub(crate) fn next_id(&self, table: Table) -> i64 {
        self.rows(table).map(|row| row.id).max().unwrap_or(0) + 1
    }

    /// Whether somebody reads a row, deleted or not.
    pub(crate) fn reads(&self, viewer: Viewer, table: Table, row: &Row) -> bool {
        let Viewer::Tenant(tenant) = viewer else {
            return true;
        };
        match table {
            Threads | Folders | Devices | Pins | Plans => row.owner == Some(tenant),
            Labels => row.owner.is_none_or(|owner| owner == tenant),
            Messages | Marks | Hints => self
                .parent(table, row)
                .is_some_and(|(parents, parent)| self.reads(viewer, parents, parent)),
            Tints => true,
        }
    }

    /// Whether somebody may change a row.
    pub(crate) fn writes(&self, viewer: Viewer, table: Table, row: &Row) -> bool {
        let Viewer::Tenant(tenant) = viewer else {
            return true;
        };
        match table {
            Threads | Folders | Devices | Pins | Labels | Plans => row.owner == Some(tenant),
            Messages | Marks | Hints => self
                .parent(table, row)
                .is_some_and(|(parents, parent)| self.writes(viewer, parents, parent)),
            Tints => false,
        }
    }

    fn parent(&self, table: Table, row: &Row) -> Option<(Table, &Row)> {
        let parents = table.parent()?;
        Some((parents, self.row(parents, row.up?)?))
    }

    /// Whether the unique keys of the schema allow this row, beside the others.
    pub(crate) fn is_unique(&self, table: Table, row: &Row) -> bool {
        let same = |other: &Row| match table {
            Threads | Plans => (other.owner, &other.word) == (row.owner, &row.word),
            Messages => (other.up, &other.word) == (row.up, &row.word),
            _ => false,
        };
        !self
            .rows(table)
            .any(|other| other.id != row.id && same(other))
    }

    /// The rows that only one of two worlds has.
    pub(crate) fn difference(&self, other: &Self) -> Vec<String> {
        let mut found = Vec::new();
        for (name, has, lacks) in [("left", self, other), ("right", other, self)] {
            has.each(|table, row| {
                if lacks.row(table, row.id) != Some(row) {
                    found.push(format!("{name} only: {table:?} {row:?}"));
                }
            });
        }
        found
    }

    fn part(&self, belongs: impl Fn(Table, &Row) -> bool) -> Self {
        let mut part = Self::default();
        self.each(|table, row| {
            if belongs(table, row) {
                part.put(table, row.clone());
            }
        });
        part
    }

    /// The rows that Anna sees.
    pub(crate) fn seen(&self) -> Self {
        self.part(|table, row| self.reads(Viewer::Tenant(ANNA), table, row))
    }

    /// The rows that Anna does not see.
    fn unseen(&self) -> Self {
        self.part(|table, row| !self.reads(Viewer::Tenant(ANNA), table, row))
    }

    /// The rows that Anna must not change: those that she does not see, and everybody's.
    pub(crate) fn untouchable(&self) -> Self {
        self.part(|table, row| !self.writes(Viewer::Tenant(ANNA), table, row))
    }
}

/// What a world is made of: a few numbers for each row.
#[derive(Debug, Clone)]
pub(crate) struct Seed {
    /// A row that is not there leaves its key free.
    rows: Vec<(Table, Option<Numbers>)>,
    /// Whether rows refer to rows of other tenants, and to rows that are not there.
    pub(crate) strays: bool,
}

#[derive(Debug, Clone, Copy)]
struct Numbers {
    owner: i64,
    up: u8,
    side: u8,
    word: usize,
}

pub(crate) const WORDS: [&str; 4] = ["ash", "bay", "elm", "Oak"];

/// The keys that a program may name: some are Anna's, some others', some nobody's.
pub(crate) const KEYS: std::ops::Range<i64> = 1..16;

fn numbers() -> impl Strategy<Value = Numbers> {
    let owner = prop_oneof![4 => Just(ANNA), 3 => Just(2_i64), 1 => Just(3_i64), 1 => Just(0_i64)];
    (owner, any::<u8>(), any::<u8>(), 0..WORDS.len()).prop_map(|(owner, up, side, word)| Numbers {
        owner,
        up,
        side,
        word,
    })
}

pub(crate) fn seeds(strays: impl Strategy<Value = bool>) -> impl Strategy<Value = Seed> {
    let rows = |table: Table, most: usize| {
        let row = prop::option::weighted(0.8, numbers());
        prop::collection::vec(row.prop_map(move |numbers| (table, numbers)), most)
    };
    let tables = (
        rows(Threads, 12),
        rows(Messages, 14),
        rows(Marks, 14),
        rows(Folders, 14),
        rows(Labels, 10),
        rows(Hints, 10),
        rows(Devices, 8),
        rows(Pins, 14),
        rows(Tints, 5),
        rows(Plans, 8),
    );
    (tables, strays).prop_map(|((a, b, c, d, e, f, g, h, i, j), strays)| Seed {
        rows: [a, b, c, d, e, f, g, h, i, j].concat(),
        strays,
    })
}

impl Seed {
    pub(crate) fn world(&self) -> World {
        let mut world = World::default();
        let mut last = BTreeMap::new();
        for (table, numbers) in &self.rows {
            let id = last.entry(*table).and_modify(|id| *id += 1).or_insert(1);
            if let Some(numbers) = *numbers
                && let Some(row) = self.row(&world, *table, *id, numbers)
                && world.is_unique(*table, &row)
            {
                world.put(*table, row);
            }
        }
        keep(&mut world);
        world
    }

    fn row(&self, world: &World, table: Table, id: i64, of: Numbers) -> Option<Row> {
        let somebody = if of.owner == 0 { 2 } else { of.owner };
        let owner = match table {
            Threads | Folders | Pins | Plans => Some(somebody),
            Labels | Devices => (of.owner != 0).then_some(of.owner),
            _ => None,
        };
        let lead = |to: Table, number: u8, owner: Option<i64>| {
            if self.strays && table == Folders && !number.is_multiple_of(4) {
                // A ladder, on which owners take turns: walks leave a tenant and return.
                return Some(id - 1 - i64::from(number % 2));
            }
            if self.strays && number.is_multiple_of(3) {
                return Some(i64::from(number) % KEYS.end);
            }
            let fitting: Vec<i64> = world
                .rows(to)
                .filter(|row| owner.is_none() || row.owner == owner)
                .map(|row| row.id)
                .collect();
            fitting
                .get(usize::from(number) % fitting.len().max(1))
                .copied()
        };
        let (up, side) = match table {
            Messages => (
                Some(lead(Threads, of.up, None)?),
                Some(i64::from(of.side % 5)),
            ),
            Plans => (None, Some(i64::from(of.side % 5))),
            Marks => (Some(lead(Messages, of.up, None)?), None),
            Hints => (Some(lead(Labels, of.up, None)?), None),
            Folders if of.side.is_multiple_of(7) => (None, None),
            Folders => (lead(Folders, of.up, owner), None),
            Pins => (
                Some(lead(Threads, of.up, owner)?),
                Some(lead(Folders, of.side, owner)?),
            ),
            Tints => (
                of.up.is_multiple_of(2).then_some(i64::from(of.up) % 5),
                None,
            ),
            Threads | Labels | Devices => (None, None),
        };
        Some(Row {
            id,
            owner,
            up,
            side,
            word: WORDS[of.word].to_owned(),
            kept: match table {
                Plans => Kept {
                    touched: i64::from(of.side),
                    deleted: of.up.is_multiple_of(2).then_some(i64::from(of.up)),
                    version: 1 + i64::from(of.side % 2),
                },
                _ => Kept::default(),
            },
        })
    }
}

/// Gives the keeper a row in each table that a tenant may write to.
fn keep(world: &mut World) {
    for table in Table::ALL {
        let leads = |to: Option<&str>| to.map(|_| HIGHEST);
        let (_, [owner, up, side], _) = table.columns();
        if table != Tints {
            let row = Row {
                id: HIGHEST,
                owner: owner.map(|_| KEEPER),
                up: leads(up),
                side: leads(side),
                word: WORDS[0].to_owned(),
                kept: Kept::default(),
            };
            world.put(table, row);
        }
    }
}

/// Something that is done to the rows that Anna does not see.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    DeleteAll,
    /// Each row of which the key has this remainder by 3.
    DeleteSome(i64),
    RenameAll(usize),
    /// Nine more of each.
    Tenfold,
    /// All of Anna's rows once more, as another tenant's.
    CopyAnnas(i64),
    /// The others change what they own with one another.
    SwapOwners,
}

pub(crate) fn changes() -> impl Strategy<Value = Vec<Change>> {
    let change = prop_oneof![
        1 => Just(Change::DeleteAll),
        2 => (0..3_i64).prop_map(Change::DeleteSome),
        1 => (0..WORDS.len()).prop_map(Change::RenameAll),
        1 => Just(Change::Tenfold),
        3 => (2..4_i64).prop_map(Change::CopyAnnas),
        1 => Just(Change::SwapOwners),
    ];
    prop::collection::vec(change, 1..=3)
}

impl Change {
    pub(crate) fn make(&self, world: &mut World) {
        let others = world.unseen();
        match self {
            Self::DeleteAll => others.each(|table, row| world.remove_others(table, row.id)),
            Self::DeleteSome(rest) => others.each(|table, row| {
                if row.id % 3 == *rest {
                    world.remove_others(table, row.id);
                }
            }),
            Self::RenameAll(word) => others.each(|table, row| {
                let word = WORDS[*word].to_owned();
                world.put_if_unique(
                    table,
                    Row {
                        word,
                        ..row.clone()
                    },
                );
            }),
            Self::Tenfold => {
                for round in 0..9 {
                    others.each(|table, row| {
                        let word = format!("{}{round}", row.word);
                        let id = world.free_id(table);
                        world.put_if_unique(
                            table,
                            Row {
                                id,
                                word,
                                ..row.clone()
                            },
                        );
                    });
                }
            }
            Self::CopyAnnas(tenant) => world.copy_annas(*tenant),
            Self::SwapOwners => others.each(|table, row| {
                let owner = row.owner.map(|owner| match owner {
                    2 => 3,
                    3 => 2,
                    other => other,
                });
                world.put_if_unique(
                    table,
                    Row {
                        owner,
                        ..row.clone()
                    },
                );
            }),
        }
    }
}

impl World {
    fn each(&self, mut work: impl FnMut(Table, &Row)) {
        for table in Table::ALL {
            self.rows(table).for_each(|row| work(table, row));
        }
    }

    /// The keeper's rows stay, because the keys of new rows hang on them.
    fn remove_others(&mut self, table: Table, id: i64) {
        if id != HIGHEST {
            self.remove(table, id);
        }
    }

    fn put_if_unique(&mut self, table: Table, row: Row) {
        if self.is_unique(table, &row) {
            self.put(table, row);
        }
    }

    /// The lowest key that no row has: what was nobody's in one world is Ben's in another.
    fn free_id(&self, table: Table) -> i64 {
        (1..HIGHEST)
            .find(|id| self.row(table, *id).is_none())
            .unwrap_or(HIGHEST)
    }

    fn copy_annas(&mut self, tenant: i64) {
        let annas = self.seen();
        let mut copies: BTreeMap<(Table, i64), i64> = BTreeMap::new();
        annas.each(|table, row| {
            let copy = |to: Option<Table>, id: Option<i64>| {
                id.map(|id| {
                    to.and_then(|to| copies.get(&(to, id)).copied())
                        .unwrap_or(id)
                })
            };
            let (up, side) = match table {
                Pins => (Some(Threads), Some(Folders)),
                Folders => (Some(Folders), None),
                _ => (table.parent(), None),
            };
            let new = Row {
                id: self.free_id(table),
                owner: row.owner.map(|_| tenant),
                up: copy(up, row.up),
                side: copy(side, row.side),
                word: row.word.clone(),
                kept: row.kept,
            };
            // A copy that would still be Anna's, or everybody's, is none.
            if !self.reads(Viewer::Tenant(ANNA), table, &new) && self.is_unique(table, &new) {
                copies.insert((table, row.id), new.id);
                self.put(table, new);
            }
        });
    }
}
