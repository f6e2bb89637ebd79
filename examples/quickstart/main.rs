//! Two shops that rent out hiking gear keep it in one database. Each signs in, imports
//! its gear, searches, changes and deletes, and finds no way to the other's rows.
//!
//! `cargo run --example quickstart` runs it. It needs nothing installed, and leaves
//! nothing behind.

mod import;
mod models;
mod schema;
mod show;
mod sign_in;
mod sql_log;
mod trespass;

use std::error::Error;
use std::path::Path;

use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use tenancy::prelude::*;
use tenancy::{FixedClock, SequentialIds};

use models::{Category, Customer, Item, ItemChanges};
use schema::{categories, items, units};
use sign_in::ApiKeys;
use sql_log::SqlLog;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("examples/quickstart/migrations");
const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data");

// What the two customers would keep to themselves.
const SUMMIT_KEY: &str = "summit.0b9032d473393071d6610f4b5839a8c0";
const VALLEY_KEY: &str = "valley.30d4d473e693bdbc6a761fb1907a1377";
const LAST_YEARS_KEY: &str = "summit-old.2016cd09813848439d4731e035d2e8b5";

type Db = Database<SqliteConnection>;

fn main() -> Result<(), Box<dyn Error>> {
    let sql = SqlLog::start();
    let folder = tempfile::tempdir()?;
    let db = open(&folder.path().join("gear.db"))?;

    heading("Signing in");
    let summit = sign_in(&db, SUMMIT_KEY)?;
    let valley = sign_in(&db, VALLEY_KEY)?;
    fail_to_sign_in(&db);

    heading("Importing");
    import(&db, &summit, "summit.csv")?;
    import(&db, &valley, "valley.csv")?;

    heading("The same names, and each sees its own");
    compare(&db, &summit, &valley)?;

    heading("Searching for light tents");
    search(&db, &summit)?;
    search(&db, &valley)?;

    heading("Changing the gear of one");
    change(&db, &summit)?;
    compare(&db, &summit, &valley)?;

    heading("Deleting gear of the other");
    delete(&db, &valley)?;
    compare(&db, &summit, &valley)?;

    heading("Reaching for the other's rows");
    trespass::try_everything(&db, &summit, &valley)?;

    heading("The SQL that ran");
    sql.print();
    Ok(())
}

/// Opens the database and brings its tables up to date.
fn open(path: &Path) -> Result<Db, Box<dyn Error>> {
    // The clock stands still and the ids can be foretold, so that each run prints the
    // same. A service leaves both lines out.
    let db = Database::builder()
        .clock(FixedClock::at("2026-06-01T08:00:00Z".parse()?))
        .ids(SequentialIds::default())
        .open(path.to_str().ok_or("the path is not UTF-8")?)?;
    db.migrate(MIGRATIONS)?;
    Ok(db)
}

/// Turns a credential into a scope. There is no other way to one, and without one
/// there is no `Repo` and no `Session`.
fn sign_in(db: &Db, key: &str) -> tenancy::Result<TenantScope<i64>> {
    let identity = db.authenticate(&ApiKeys, key)?;
    let shop = TenantScope::new(&identity)?;
    let me = whoami(&shop, &mut db.session(&shop)?)?;
    println!("{} is customer {}", me.name, me.id);
    Ok(shop)
}

fn fail_to_sign_in(db: &Db) {
    for (what, key) in [
        ("a wrong secret", "summit.0123456789abcdef0123456789abcdef"),
        ("a wrong prefix", "forest.0123456789abcdef0123456789abcdef"),
        ("last year's key", LAST_YEARS_KEY),
    ] {
        match sign_in(db, key) {
            Ok(_) => println!("{what} is accepted!"),
            Err(error) => println!("{what}: {error}"),
        }
    }
}

fn import(db: &Db, shop: &TenantScope<i64>, file: &str) -> Result<(), Box<dyn Error>> {
    let report = import::gear_list(db, shop, &Path::new(DATA).join(file))?;
    let mut session = db.session(shop)?;
    let me = whoami(shop, &mut session)?;
    let categories: i64 = Repo::<Category>::new(shop)
        .query()
        .count()
        .get_result(&mut session)?;
    println!(
        "{}: {} items in {categories} categories from {file}",
        me.name, report.imported
    );
    for (line, reason) in report.rejected {
        println!("    line {line} is left out: {reason}");
    }
    Ok(())
}

/// A customer sees one customer.
fn whoami(
    shop: &TenantScope<i64>,
    session: &mut Session<SqliteConnection>,
) -> tenancy::Result<Customer> {
    Repo::<Customer>::new(shop).query().first(session)
}

/// Shows what both see of the things that have a lantern in their name.
fn compare(db: &Db, summit: &TenantScope<i64>, valley: &TenantScope<i64>) -> tenancy::Result<()> {
    let mut rows = Vec::new();
    for shop in [summit, valley] {
        let mut session = db.session(shop)?;
        let me = whoami(shop, &mut session)?;
        // Categories are joined within the shop. Units are everybody's.
        let lanterns: Vec<(Item, String, String)> = Repo::<Item>::new(shop)
            .query()
            .inner_join(categories::table)
            .inner_join(units::table)
            .filter(items::name.like("%lantern%"))
            .select((Item::as_select(), categories::name, units::name))
            .order(items::id)
            .load(&mut session)?;
        for (item, category, unit) in lanterns {
            rows.push((me.name.clone(), item, category, unit));
        }
    }
    show::items(&rows);
    Ok(())
}

fn search(db: &Db, shop: &TenantScope<i64>) -> tenancy::Result<()> {
    let mut session = db.session(shop)?;
    let tents: Vec<Item> = Repo::<Item>::new(shop)
        .query()
        .filter(items::name.like("%tent,%"))
        .filter(items::weight_grams.lt(4_000))
        .order(items::weight_grams.asc())
        .limit(3)
        .load(&mut session)?;
    println!("{}", whoami(shop, &mut session)?.name);
    for tent in tents {
        println!("    {}, {}", tent.name, show::weight(tent.weight_grams));
    }
    Ok(())
}

/// All of it, or nothing: an error in the closure rolls it back.
fn change(db: &Db, shop: &TenantScope<i64>) -> tenancy::Result<()> {
    let items = Repo::<Item>::new(shop);
    db.session(shop)?.transaction(|session| {
        // By a key, with a struct.
        let lantern = named("Camp lantern", &items, session)?;
        let changes = ItemChanges {
            weight_grams: Some(None),
            price_cents: Some(3000),
            ..ItemChanges::default()
        };
        items.update(lantern.id).set(&changes).execute(session)?;

        // By a key, inline, and with the row as it is then.
        let candle = named("Lantern candle", &items, session)?;
        let candle: Item = items
            .update(candle.id)
            .set(items::price_cents.eq(items::price_cents + 50))
            .get_result(session)?;
        println!(
            "{} costs {} now",
            candle.name,
            show::price(candle.price_cents)
        );

        // Whatever a query finds.
        let lanterns = items.query().filter(items::name.like("%lantern"));
        let cheaper = items
            .update(lanterns)
            .set(items::price_cents.eq(items::price_cents - 500))
            .execute(session)?;
        println!("{cheaper} lanterns cost 5.00 less");
        Ok(())
    })
}

fn delete(db: &Db, shop: &TenantScope<i64>) -> tenancy::Result<()> {
    let items = Repo::<Item>::new(shop);
    db.session(shop)?.transaction(|session| {
        let mantle = named("Lantern mantle", &items, session)?;
        items.delete(mantle.id).execute(session)?;

        let candles = items.query().filter(items::name.like("%candle%"));
        let deleted = items.delete(candles).execute(session)?;
        println!("{} and {deleted} kinds of candles are gone", mantle.name);
        Ok(())
    })
}

fn named(
    name: &str,
    items: &Repo<Item>,
    session: &mut Session<SqliteConnection>,
) -> tenancy::Result<Item> {
    items.query().filter(items::name.eq(name)).first(session)
}

fn heading(text: &str) {
    println!("\n== {text}\n");
}
