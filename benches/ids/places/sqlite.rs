//! SQLite: a file for each kind.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use tempfile::TempDir;

use super::{Answer, Place, Tree, Words, tables};
use crate::ids::rows::{self, KINDS, Sides};

const WORDS: Words = Words {
    number: "INTEGER PRIMARY KEY NOT NULL",
    uuid: "BLOB",
    end: "",
};

const TREES: &str = "
    SELECT name, count(*) AS pages, sum(pgsize) AS bytes,
        1.0 - 1.0 * sum(unused) / sum(pgsize) AS fill
    FROM dbstat WHERE name IN (SELECT name FROM sqlite_schema WHERE tbl_name = 'books')
    GROUP BY name";

pub(crate) struct Sqlite {
    directory: TempDir,
    settings: String,
}

impl Sqlite {
    /// With so many KiB of pages in memory. Nobody waits for the disk, as on the servers.
    pub(crate) fn new(cache: u32) -> Self {
        Self {
            directory: tempfile::tempdir().expect("a directory"),
            settings: format!("PRAGMA synchronous = OFF; PRAGMA cache_size = -{cache}"),
        }
    }

    fn path(&self, kind: &str) -> String {
        let path = self.directory.path().join(kind);
        path.to_str().expect("a path in UTF-8").to_owned()
    }

    fn connect(&self, kind: &str) -> SqliteConnection {
        SqliteConnection::establish(&self.path(kind)).expect("a connection")
    }
}

impl Place for Sqlite {
    fn name(&self) -> &'static str {
        "SQLite"
    }

    fn version(&self) -> String {
        let version = diesel::sql_query("SELECT sqlite_version() AS text");
        let version = version.get_result::<Answer>(&mut self.connect(KINDS[0]));
        version.expect("a version").text
    }

    fn make(&self) {
        for kind in KINDS {
            let made = self.connect(kind).batch_execute(&tables(kind, &WORDS));
            made.expect("the tables");
        }
    }

    fn open(&self) -> Sides {
        rows::sqlite(&self.settings, |kind| self.path(kind))
    }

    /// It has no statistics, as long as nobody asks for them.
    fn settle(&self, _: &str) {}

    fn trees(&self, kind: &str) -> Vec<Tree> {
        let trees = diesel::sql_query(TREES).load(&mut self.connect(kind));
        trees.expect("the pages")
    }
}
