//! What comes of reaching for another's rows.
//!
//! Most attempts do not compile: to load `items::table` without a `Repo`, to make a
//! `Repo` without a scope, to filter by a subquery, to insert or to set `tenant_id`.
//! These do, because keys and texts are only known when the program runs.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use tenancy::prelude::*;

use crate::Db;
use crate::models::{Category, Customer, Item, Unit};
use crate::schema::items;
use crate::show;

/// Tries to get from one shop to the rows of another, and prints what came of it.
pub(crate) fn try_everything(
    db: &Db,
    me: &TenantScope<i64>,
    them: &TenantScope<i64>,
) -> tenancy::Result<()> {
    // Keys get about: in a link, in a log, by counting.
    let lantern = their_lantern(db, them)?;
    let (item, category, _) = lantern;
    let no_item = RowId::from_raw(1_000_000);
    let no_category = RowId::from_raw(1_000_000);

    let session = &mut db.session(me)?;
    let mine = Repo::<Item>::new(me);
    let theirs = Repo::<Item>::new(them);

    let attempts = [
        ("find their item", find(&mine, item, session)),
        (
            "find an item that does not exist",
            find(&mine, no_item, session),
        ),
        (
            "find their customer row",
            Repo::<Customer>::new(me)
                .find(*them.tenant())
                .first(session)
                .map(|_: Customer| 1),
        ),
        (
            "change their item",
            mine.update(item)
                .set(items::price_cents.eq(1))
                .execute(session),
        ),
        ("delete their item", mine.delete(item).execute(session)),
        (
            "run their statement on my session",
            theirs.delete(theirs.query()).execute(session),
        ),
        (
            "put an item into their category",
            put(&mine, category, session),
        ),
        (
            "put an item into a category that does not exist",
            put(&mine, no_category, session),
        ),
        (
            "filter by `1 = 1) OR (1 = 1`",
            filter(&mine, "1 = 1) OR (1 = 1", session),
        ),
        (
            "filter by `id IN (SELECT id FROM items)`",
            filter(&mine, "id IN (SELECT id FROM items)", session),
        ),
    ];

    let mut table = show::table(["attempt", "outcome"]);
    for (attempt, outcome) in attempts {
        let outcome = match outcome {
            Ok(rows) => format!("it worked, on {rows} rows!"),
            Err(error) => error.to_string(),
        };
        table.add_row([attempt, &outcome]);
    }
    println!("{table}");

    assert_eq!(lantern, their_lantern(db, them)?);
    println!("Their lantern is as it was.");
    Ok(())
}

/// The keys of an item and of its category, and the item's price.
fn their_lantern(
    db: &Db,
    them: &TenantScope<i64>,
) -> tenancy::Result<(RowId<Item>, RowId<Category>, i32)> {
    Repo::<Item>::new(them)
        .query()
        .filter(items::name.eq("Camp lantern"))
        .select((items::id, items::category_id, items::price_cents))
        .first(&mut db.session(them)?)
}

fn find(
    items: &Repo<Item>,
    id: RowId<Item>,
    session: &mut Session<SqliteConnection>,
) -> tenancy::Result<usize> {
    items.find(id).first(session).map(|_: Item| 1)
}

fn put(
    items: &Repo<Item>,
    category: RowId<Category>,
    session: &mut Session<SqliteConnection>,
) -> tenancy::Result<usize> {
    items
        .insert((
            items::name.eq("Cuckoo"),
            items::category_id.eq(category),
            items::unit_id.eq(RowId::<Unit>::from_raw(1)), // a piece, by the migration
            items::price_cents.eq(100),
        ))
        .execute(session)
}

/// A condition that came from outside as text.
fn filter(
    items: &Repo<Item>,
    condition: &str,
    session: &mut Session<SqliteConnection>,
) -> tenancy::Result<usize> {
    items
        .query()
        .filter_dynamic(sql::<Bool>(condition))
        .load(session)
        .map(|rows: Vec<Item>| rows.len())
}
