//! MariaDB: a database for each kind.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::{Answer, INDEX, Place, Tree, Words, tables};
use crate::ids::rows::{self, KINDS, Sides};

const WORDS: Words = Words {
    number: "BIGINT AUTO_INCREMENT PRIMARY KEY",
    uuid: "UUID",
    end: "STATS_PERSISTENT = 1",
};

/// A server that `cargo xtask servers` starts, by its socket.
pub(crate) struct MariaDb(pub(crate) String);

impl MariaDb {
    fn connect(&self, database: &str) -> MysqlConnection {
        MysqlConnection::establish(&self.address(database)).expect("a connection")
    }

    fn address(&self, database: &str) -> String {
        format!("mysql://owner@localhost/{database}?unix_socket={}", self.0)
    }

    fn drop_all(&self) {
        for kind in KINDS {
            let none = format!("DROP DATABASE IF EXISTS {}", name(kind));
            let dropped = self.connect("mysql").batch_execute(&none);
            dropped.expect("no database");
        }
    }

    /// How full the pages of the index are: those that are in memory when all were read.
    fn fill(&self, kind: &str) -> Option<f64> {
        let database = name(kind);
        let mut conn = self.connect(&database);
        let read = format!("DO (SELECT count(public_id) FROM books FORCE INDEX ({INDEX}))");
        conn.batch_execute(&read).expect("the index is read");
        let fill = format!(
            "SELECT '' AS name, 0 AS pages, 0 AS bytes,
                CAST(avg(data_size) / @@innodb_page_size AS DOUBLE) AS fill
            FROM information_schema.INNODB_BUFFER_PAGE
            WHERE page_type = 'INDEX' AND index_name = '{INDEX}'
                AND table_name = '`{database}`.`books`'"
        );
        let fill = diesel::sql_query(fill).get_result::<Tree>(&mut conn);
        fill.expect("the fill").fill
    }
}

fn name(kind: &str) -> String {
    format!("identifiers_{kind}")
}

impl Place for MariaDb {
    fn name(&self) -> &'static str {
        "MariaDB"
    }

    fn version(&self) -> String {
        let version = diesel::sql_query("SELECT version() AS text");
        let version = version.get_result::<Answer>(&mut self.connect("mysql"));
        let version = version.expect("a version").text;
        version.split('-').next().unwrap_or_default().to_owned()
    }

    fn make(&self) {
        self.drop_all();
        for kind in KINDS {
            let make = format!(
                "CREATE DATABASE {} CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin",
                name(kind)
            );
            let made = self.connect("mysql").batch_execute(&make);
            made.expect("a database");
            let mut owner = self.connect(&name(kind));
            owner
                .batch_execute(&tables(kind, &WORDS))
                .expect("the tables");
        }
    }

    fn open(&self) -> Sides {
        rows::mysql("", |kind| self.address(&name(kind)))
    }

    fn settle(&self, kind: &str) {
        let settled = self
            .connect(&name(kind))
            .batch_execute("ANALYZE TABLE authors, books");
        settled.expect("statistics");
    }

    /// The leaves: what it says of all pages counts those that it keeps in reserve, too.
    fn trees(&self, kind: &str) -> Vec<Tree> {
        let trees = format!(
            "SELECT index_name AS name, CAST(stat_value AS SIGNED) AS pages,
                CAST(stat_value * @@innodb_page_size AS SIGNED) AS bytes,
                CAST(NULL AS DOUBLE) AS fill
            FROM mysql.innodb_index_stats
            WHERE database_name = '{}' AND table_name = 'books' AND stat_name = 'n_leaf_pages'",
            name(kind)
        );
        let trees = diesel::sql_query(trees).load(&mut self.connect("mysql"));
        let mut trees: Vec<Tree> = trees.expect("the pages");
        if let Some(index) = trees.iter_mut().find(|tree| tree.name == INDEX) {
            index.fill = self.fill(kind);
        }
        trees
    }
}

impl Drop for MariaDb {
    fn drop(&mut self) {
        self.drop_all();
    }
}
