//! What is wrong with a database: `cargo run --example inspect -- <url>`.
//!
//! The URL is one of PostgreSQL or MariaDB (with `--features postgres` or `mysql`), else the
//! path of a SQLite file. Without one, it makes a database with typical mistakes and shows
//! what is found. `--json` prints JSON (with `--features serde`). The exit code is 1 if there
//! are errors, and 2 if the database could not be inspected.
//!
//! The catalog is that of the quickstart: an application has its own.

use std::env;
use std::error::Error;
use std::process::ExitCode;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use tenancy::{Catalog, Inspection, catalog};

use models::{Category, Customer, Item, Unit};

#[allow(dead_code)] // nothing is read: the catalog only wants to know the tables
mod models {
    use diesel::prelude::*;
    use tenancy::prelude::*;

    diesel::table! {
        customers (id) {
            id -> BigInt,
            name -> Text,
        }
    }

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
        }
    }

    diesel::table! {
        units (id) {
            id -> BigInt,
            name -> Text,
        }
    }

    #[derive(Queryable, Selectable, Scoped)]
    #[diesel(table_name = customers)]
    #[scoped(tenant = id)]
    pub struct Customer {
        id: i64,
    }

    #[derive(Queryable, Selectable, Scoped)]
    #[diesel(table_name = categories)]
    #[scoped(tenant = tenant_id)]
    pub struct Category {
        id: RowId<Category>,
    }

    #[derive(Queryable, Selectable, Scoped)]
    #[diesel(table_name = items)]
    #[scoped(tenant = tenant_id, references(Category, on = category_id))]
    pub struct Item {
        id: RowId<Item>,
    }

    #[derive(Queryable, Selectable, Scoped)]
    #[diesel(table_name = units)]
    #[scoped(global)]
    pub struct Unit {
        id: RowId<Unit>,
    }
}

/// What one finds in a schema that grew.
const MISTAKES: &str = "
    CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
    CREATE TABLE categories (
        id INTEGER PRIMARY KEY, tenant_id BIGINT, name TEXT NOT NULL UNIQUE
    );
    CREATE TABLE items (
        id INTEGER PRIMARY KEY, tenant_id BIGINT NOT NULL,
        category_id BIGINT NOT NULL REFERENCES categories (id), name TEXT NOT NULL
    );
    CREATE UNIQUE INDEX items_by_name ON items (name);
    CREATE TABLE units (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
    CREATE TABLE item_history (item_id BIGINT NOT NULL, tenant_id BIGINT, name TEXT);
    CREATE VIEW stock AS SELECT name, count(*) AS number FROM items GROUP BY name;
";

fn main() -> ExitCode {
    match run() {
        Ok(has_errors) => ExitCode::from(u8::from(has_errors)),
        Err(error) => {
            eprintln!("cannot inspect: {error}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<bool, Box<dyn Error>> {
    let (options, urls): (Vec<String>, Vec<String>) = env::args()
        .skip(1)
        .partition(|argument| argument.starts_with("--"));
    let tables = catalog![Customer, Category, Item, Unit];
    let inspection = inspect(&tables, urls.first().map(String::as_str))?;
    if options.iter().any(|option| option == "--json") {
        print_json(&inspection)?;
    } else {
        print!("{inspection}");
    }
    Ok(inspection.has_errors())
}

fn inspect(tables: &Catalog, url: Option<&str>) -> Result<Inspection, Box<dyn Error>> {
    match url {
        Some(url) if url.starts_with("postgres") => on_postgres(tables, url),
        Some(url) if url.starts_with("mysql:") => on_mysql(tables, url),
        Some(url) if url.contains("://") => Err("a URL is `postgres://..` or `mysql://..`".into()),
        Some(path) if !std::path::Path::new(path).exists() => Err(format!("no file {path}").into()),
        Some(path) => on_sqlite(tables, path, ""),
        None => on_sqlite(tables, ":memory:", MISTAKES),
    }
}

fn on_sqlite(tables: &Catalog, path: &str, schema: &str) -> Result<Inspection, Box<dyn Error>> {
    let mut conn = SqliteConnection::establish(path)?;
    conn.batch_execute("PRAGMA foreign_keys = ON")?; // as a `Database` has it
    conn.batch_execute(schema)?;
    Ok(tables.inspect(&mut conn)?)
}

#[cfg(feature = "postgres")]
fn on_postgres(tables: &Catalog, url: &str) -> Result<Inspection, Box<dyn Error>> {
    let db = tenancy::Database::<PgConnection>::open(url)?;
    Ok(db.inspect(tables)?)
}

#[cfg(not(feature = "postgres"))]
fn on_postgres(_: &Catalog, _: &str) -> Result<Inspection, Box<dyn Error>> {
    Err("needs `--features postgres`".into())
}

#[cfg(feature = "mysql")]
fn on_mysql(tables: &Catalog, url: &str) -> Result<Inspection, Box<dyn Error>> {
    let db = tenancy::Database::<MysqlConnection>::open(url)?; // in strict mode
    Ok(db.inspect(tables)?)
}

#[cfg(not(feature = "mysql"))]
fn on_mysql(_: &Catalog, _: &str) -> Result<Inspection, Box<dyn Error>> {
    Err("needs `--features mysql`".into())
}

#[cfg(feature = "serde")]
fn print_json(inspection: &Inspection) -> Result<(), Box<dyn Error>> {
    println!("{}", serde_json::to_string_pretty(inspection)?);
    Ok(())
}

#[cfg(not(feature = "serde"))]
fn print_json(_: &Inspection) -> Result<(), Box<dyn Error>> {
    Err("needs `--features serde`".into())
}
