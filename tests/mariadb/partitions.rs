//! Tables with partitions: no foreign key leads there or away, and a unique key holds what the
//! partitions go by.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::{Catalog, catalog};

use super::{Log, Stage};

diesel::table! {
    events (id) {
        id -> BigInt,
        tenant -> Text,
        at -> Timestamp,
    }
}

/// Without `references(..)`: the database cannot hold them.
#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = events)]
#[scoped(tenant = tenant)]
pub struct Event {
    #[expect(dead_code)]
    id: RowId<Event>,
}

const SERVING: &str = "serving@localhost";

fn all() -> Catalog {
    catalog![Log, Event]
}

/// The account has no right to the whole database.
fn with_events() -> Stage {
    let stage = Stage::new();
    let make = format!(
        "REVOKE SELECT, INSERT, UPDATE, DELETE ON {}.* FROM serving@localhost;
         CREATE TABLE events (
            id BIGINT NOT NULL AUTO_INCREMENT,
            tenant VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
            at DATETIME(6) NOT NULL, PRIMARY KEY (id, at)
        ) PARTITION BY RANGE COLUMNS (at) (
            PARTITION before_2026 VALUES LESS THAN ('2026-01-01'),
            PARTITION later VALUES LESS THAN (MAXVALUE)
        )",
        stage.name
    );
    stage.owner().batch_execute(&make).unwrap();
    stage
}

fn has_plain_index(stage: &Stage) -> bool {
    let index = "SELECT count(*) = 2 AS found FROM information_schema.statistics
        WHERE table_schema = database() AND index_name = 'events_tenancy_key' AND non_unique = 1";
    let found = diesel::dsl::sql::<diesel::sql_types::Bool>(index);
    found.get_result(&mut stage.owner()).unwrap()
}

#[test]
fn a_table_with_partitions_gets_an_index_and_no_unique_key() {
    let stage = with_events();
    all().protect(&mut stage.owner(), SERVING).unwrap();
    assert!(has_plain_index(&stage));
    assert!(
        all()
            .pending(&mut stage.owner(), SERVING)
            .unwrap()
            .steps()
            .is_empty()
    );
    stage
        .owner()
        .batch_execute("DROP INDEX events_tenancy_key ON events")
        .unwrap();
    let pending = all().pending(&mut stage.owner(), SERVING).unwrap();
    assert_eq!(pending.steps().len(), 1, "{pending}");
    // The text does the same, as often as it runs, and is taken back.
    let text = all().protection_on::<MysqlConnection>(SERVING).unwrap();
    for _ in 0..2 {
        stage.owner().batch_execute(&text.up()).unwrap();
        assert!(has_plain_index(&stage));
    }
    for _ in 0..2 {
        stage.owner().batch_execute(&text.down()).unwrap();
        assert!(!has_plain_index(&stage));
    }
}

/// What begins with the two columns does, as a primary key with the partitions' column behind them.
#[test]
fn a_longer_key_is_enough() {
    let stage = with_events();
    let rekey =
        "ALTER TABLE events DROP PRIMARY KEY, ADD PRIMARY KEY (tenant, id, at), ADD KEY (id)";
    stage.owner().batch_execute(rekey).unwrap();
    let pending = all().pending(&mut stage.owner(), SERVING).unwrap();
    let told = pending.to_string();
    assert!(!told.contains("unique key"), "{told}");
}
