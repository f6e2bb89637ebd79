//! The databases that the rows are written to: how they are made, and what they tell of their
//! pages.

#[cfg(feature = "mysql")]
mod mariadb;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Double, Nullable, Text};

#[cfg(feature = "mysql")]
pub(crate) use mariadb::MariaDb;
#[cfg(feature = "postgres")]
pub(crate) use postgres::Postgres;
#[cfg(feature = "sqlite")]
pub(crate) use sqlite::Sqlite;

use super::rows::Sides;

/// A backend.
pub(crate) trait Place {
    fn name(&self) -> &'static str;
    fn version(&self) -> String;
    /// Makes a database for each kind of identifier, anew.
    fn make(&self);
    /// Opens them, each with a connection.
    fn open(&self) -> Sides;
    /// Sees to the statistics of a database that has been filled.
    fn settle(&self, kind: &str);
    /// What the table of books and its indexes take.
    fn trees(&self, kind: &str) -> Vec<Tree>;
}

/// A table or an index.
#[derive(Debug, QueryableByName)]
pub(crate) struct Tree {
    #[diesel(sql_type = Text)]
    pub(crate) name: String,
    #[diesel(sql_type = BigInt)]
    pub(crate) pages: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) bytes: i64,
    /// How much of a page is in use, from 0 to 1, if it is known.
    #[diesel(sql_type = Nullable<Double>)]
    pub(crate) fill: Option<f64>,
}

/// A text that a database answers.
#[derive(Debug, QueryableByName)]
struct Answer {
    #[diesel(sql_type = Text)]
    text: String,
}

/// The index of the public ids of books.
pub(crate) const INDEX: &str = "books_by_public_id";

/// The words in which the backends differ.
struct Words {
    number: &'static str,
    uuid: &'static str,
    /// What stands behind a table.
    end: &'static str,
}

/// The tables with one kind of identifier.
fn tables(kind: &str, words: &Words) -> String {
    let Words { number, uuid, end } = words;
    let (key, reference) = match kind {
        "keyed" => (format!("{uuid} NOT NULL PRIMARY KEY"), *uuid),
        _ => ((*number).to_owned(), "BIGINT"),
    };
    let is_public = ["v7", "v4"].contains(&kind);
    let table = |name: &str, columns: &str| {
        let (column, index) = if is_public {
            let index = format!("CREATE UNIQUE INDEX {name}_by_public_id ON {name} (public_id);");
            (format!("public_id {uuid} NOT NULL,"), index)
        } else {
            Default::default()
        };
        format!(
            "CREATE TABLE {name} (id {key}, tenant_id BIGINT NOT NULL, {columns}, {column}
                UNIQUE (tenant_id, id)) {end}; {index}"
        )
    };
    let books = format!("author_id {reference} NOT NULL, title VARCHAR(100) NOT NULL");
    table("authors", "name VARCHAR(100) NOT NULL") + &table("books", &books)
}
