//! The tables, the models and the rows that both sides of a pair work on.

use std::fmt::Write as _;

use diesel::prelude::*;
use tenancy::prelude::*;

diesel::table! {
    categories (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        name -> Text,
    }
}

diesel::table! {
    items (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        category_id -> BigInt,
        name -> Text,
        weight -> Nullable<Integer>,
        note -> Nullable<Text>,
    }
}

diesel::table! {
    entries (id) {
        id -> BigInt,
        item_id -> BigInt,
        body -> Text,
    }
}

diesel::table! {
    tickets (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        name -> Text,
        closed_at -> Nullable<Timestamp>,
    }
}

diesel::joinable!(items -> categories (category_id));
diesel::joinable!(entries -> items (item_id));
diesel::allow_tables_to_appear_in_same_query!(categories, items, entries);

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = categories)]
#[scoped(tenant = tenant_id)]
#[expect(dead_code, reason = "loaded, not read")]
pub(crate) struct Category {
    id: RowId<Category>,
    name: String,
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = items)]
#[scoped(tenant = tenant_id)]
#[expect(dead_code, reason = "loaded, not read")]
pub struct Item {
    pub(crate) id: RowId<Item>,
    pub(crate) name: String,
    weight: Option<i32>,
}

/// A row that belongs through its item.
#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = entries)]
#[scoped(parent(Item, on = item_id))]
#[expect(dead_code, reason = "stands for its table only")]
pub struct Entry {
    id: RowId<Entry>,
}

/// A row that is marked when it is deleted.
#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = tickets)]
#[scoped(tenant = tenant_id, soft_delete = closed_at)]
#[expect(dead_code, reason = "stands for its table only")]
pub(crate) struct Ticket {
    id: RowId<Ticket>,
}

/// A new row, for the scoped side.
#[derive(Debug, ScopedInsertable)]
#[diesel(table_name = items)]
pub(crate) struct NewItem<'a> {
    pub(crate) category_id: RowId<Category>,
    pub(crate) name: &'a str,
}

/// The same row by hand: whoever writes it must think of the tenant.
#[derive(Debug, Insertable)]
#[diesel(table_name = items)]
pub(crate) struct NewItemByHand<'a> {
    pub(crate) tenant_id: i64,
    pub(crate) category_id: RowId<Category>,
    pub(crate) name: &'a str,
}

/// A new row below an item, for the scoped side.
#[derive(Debug, ScopedInsertable)]
#[diesel(table_name = entries)]
pub(crate) struct NewEntry<'a> {
    pub(crate) item_id: RowId<Item>,
    pub(crate) body: &'a str,
}

/// A new row with optional fields, for the scoped side.
#[derive(Debug, ScopedInsertable)]
#[diesel(table_name = items)]
pub(crate) struct NewNotedItem<'a> {
    pub(crate) category_id: RowId<Category>,
    pub(crate) name: &'a str,
    pub(crate) weight: Option<i32>,
    pub(crate) note: Option<&'a str>,
}

/// The same row by hand.
#[derive(Debug, Insertable)]
#[diesel(table_name = items)]
pub(crate) struct NewNotedItemByHand<'a> {
    pub(crate) tenant_id: i64,
    pub(crate) category_id: RowId<Category>,
    pub(crate) name: &'a str,
    pub(crate) weight: Option<i32>,
    pub(crate) note: Option<&'a str>,
}

/// A change with optional fields, for both sides.
#[derive(Debug, AsChangeset, ScopedChangeset)]
#[diesel(table_name = items)]
pub(crate) struct ItemChanges<'a> {
    pub(crate) weight: Option<i32>,
    pub(crate) note: Option<&'a str>,
}

/// The tenant whose rows are used: not the first, and not the last.
pub(crate) const TENANT: i64 = 2;

const CATEGORIES_PER_TENANT: usize = 20;

/// Whether the environment's `TENANCY_BENCH` holds this word.
pub(crate) fn setting(word: &str) -> bool {
    std::env::var("TENANCY_BENCH").is_ok_and(|words| words.split(',').any(|found| found == word))
}

/// How many rows there are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub(crate) tenants: usize,
    pub(crate) rows_per_tenant: usize,
}

impl Size {
    /// Enough to look like a table that is in use.
    pub(crate) const LARGE: Self = Self {
        tenants: 10,
        rows_per_tenant: 1_000,
    };
    /// Few, since each instruction that fills them is simulated.
    pub(crate) const SMALL: Self = Self {
        tenants: 3,
        rows_per_tenant: 200,
    };
}

const TABLES: &str = "
    CREATE TABLE categories (
        id INTEGER PRIMARY KEY NOT NULL,
        tenant_id BIGINT NOT NULL,
        name TEXT NOT NULL,
        UNIQUE (tenant_id, id),
        UNIQUE (tenant_id, name)
    );
    CREATE TABLE items (
        id INTEGER PRIMARY KEY NOT NULL,
        tenant_id BIGINT NOT NULL,
        category_id BIGINT NOT NULL,
        name TEXT NOT NULL,
        weight INTEGER,
        note TEXT,
        UNIQUE (tenant_id, id),
        UNIQUE (tenant_id, name),
        FOREIGN KEY (tenant_id, category_id) REFERENCES categories (tenant_id, id)
    );
    CREATE INDEX items_of_category ON items (tenant_id, category_id);
    CREATE TABLE entries (
        id INTEGER PRIMARY KEY NOT NULL,
        item_id BIGINT NOT NULL,
        body TEXT NOT NULL
    );
    CREATE INDEX entries_of_item ON entries (item_id);
    CREATE TABLE tickets (
        id INTEGER PRIMARY KEY NOT NULL,
        tenant_id BIGINT NOT NULL,
        name TEXT NOT NULL,
        closed_at TIMESTAMP,
        UNIQUE (tenant_id, id)
    );
";

/// SQL that makes the tables and fills them; with the statistics of `ANALYZE` if
/// `TENANCY_BENCH` holds the word `analyzed`.
pub(crate) fn schema_and_rows(size: Size) -> String {
    let mut sql = format!("BEGIN; {TABLES}");
    let mut insert = |row: std::fmt::Arguments<'_>| {
        write!(sql, "INSERT INTO {row};").expect("a String takes all text");
    };
    for id in 1..=size.tenants * CATEGORIES_PER_TENANT {
        let tenant = (id - 1) / CATEGORIES_PER_TENANT + 1;
        insert(format_args!(
            "categories VALUES ({id}, {tenant}, 'category {id:04}')"
        ));
    }
    for id in 1..=size.tenants * size.rows_per_tenant {
        let tenant = (id - 1) / size.rows_per_tenant + 1;
        let category = (tenant - 1) * CATEGORIES_PER_TENANT + id % CATEGORIES_PER_TENANT + 1;
        insert(format_args!(
            "items VALUES ({id}, {tenant}, {category}, 'item {id:06}', {id}, NULL)"
        ));
        insert(format_args!("entries VALUES ({id}, {id}, 'entry')"));
        insert(format_args!(
            "tickets VALUES ({id}, {tenant}, 'ticket {id:06}', NULL)"
        ));
    }
    sql += "COMMIT;";
    if setting("analyzed") {
        sql += "ANALYZE;";
    }
    sql
}

/// The values of the calls, made beforehand so that nobody pays for them.
#[derive(Debug)]
pub(crate) struct Values {
    ids: Vec<i64>,
    categories: Vec<RowId<Category>>,
    names: Vec<String>,
    new_names: Vec<String>,
}

impl Values {
    pub(crate) fn new(size: Size) -> Self {
        let tenant = usize::try_from(TENANT).expect("a small number");
        let number = |n: usize| i64::try_from(n).expect("a small number");
        let rows = size.rows_per_tenant;
        // 7919 has no divisor in common with the number of rows: each row comes once.
        let ids = (0..rows).map(|call| (tenant - 1) * rows + call * 7919 % rows + 1);
        let ids: Vec<i64> = ids.map(number).collect();
        let first_category = (tenant - 1) * CATEGORIES_PER_TENANT + 1;
        Self {
            names: ids.iter().map(|id| format!("item {id:06}")).collect(),
            ids,
            categories: (0..CATEGORIES_PER_TENANT)
                .map(|call| RowId::from_raw(number(first_category + call)))
                .collect(),
            new_names: (0..100 * rows)
                .map(|call| format!("new {call:06}"))
                .collect(),
        }
    }

    /// The key of a row of the tenant.
    pub(crate) fn id(&self, call: usize) -> i64 {
        self.ids[call % self.ids.len()]
    }

    /// The name of the row with [`id`](Self::id).
    pub(crate) fn name(&self, call: usize) -> &str {
        &self.names[call % self.names.len()]
    }

    /// The keys of 20 rows of the tenant.
    pub(crate) fn some_ids(&self, call: usize) -> &[i64] {
        let start = call % (self.ids.len() / 20) * 20;
        &self.ids[start..start + 20]
    }

    /// A category of the tenant.
    pub(crate) fn category(&self, call: usize) -> RowId<Category> {
        self.categories[call % self.categories.len()]
    }

    /// A name that no row has.
    pub(crate) fn new_name(&self, call: usize) -> &str {
        &self.new_names[call % self.new_names.len()]
    }

    /// A number, and every second time none.
    pub(crate) fn weight(call: usize) -> Option<i32> {
        call.is_multiple_of(2).then_some(7)
    }

    /// A text, and half of the time none; not the times when [`weight`](Self::weight) is.
    pub(crate) fn note(call: usize) -> Option<&'static str> {
        (call / 2).is_multiple_of(2).then_some("a note")
    }

    /// A limit from 1 to 5.
    pub(crate) fn few(call: usize) -> i64 {
        i64::try_from(call % 5 + 1).expect("a small number")
    }

    /// An offset from 0 to 15.
    pub(crate) fn skipped(call: usize) -> i64 {
        i64::try_from(call % 4 * 5).expect("a small number")
    }
}
