//! Mends that run, where a column stands in more than one place.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::{Check, Finding, catalog};

use crate::Stage;

diesel::table! {
    racks (id) {
        id -> BigInt,
        tenant_id -> BigInt,
    }
}

diesel::table! {
    shelves (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        rack_id -> BigInt,
    }
}

diesel::table! {
    boxes (id) {
        id -> BigInt,
        shelf_id -> BigInt,
    }
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = racks)]
#[scoped(tenant = tenant_id)]
pub struct Rack {
    #[expect(dead_code)]
    id: RowId<Rack>,
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = shelves)]
#[scoped(tenant = tenant_id, references(Rack, on = rack_id))]
pub struct Shelf {
    #[expect(dead_code)]
    id: RowId<Shelf>,
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = boxes)]
#[scoped(parent(Shelf, on = shelf_id))]
pub struct Carton {
    #[expect(dead_code)]
    id: RowId<Carton>,
}

const TABLES: &str = "
    CREATE TABLE racks (
        id BIGINT AUTO_INCREMENT PRIMARY KEY, tenant_id BIGINT NOT NULL, UNIQUE own (tenant_id, id)
    );
    CREATE TABLE shelves (
        id BIGINT AUTO_INCREMENT PRIMARY KEY, tenant_id BIGINT NOT NULL, rack_id BIGINT NOT NULL,
        UNIQUE own (tenant_id, id),
        CONSTRAINT of_rack FOREIGN KEY (tenant_id, rack_id) REFERENCES racks (tenant_id, id)
    );
    CREATE TABLE boxes (
        id BIGINT AUTO_INCREMENT PRIMARY KEY, shelf_id BIGINT NOT NULL,
        CONSTRAINT of_shelf FOREIGN KEY (shelf_id) REFERENCES shelves (id)
    );
";

fn found(stage: &Stage) -> Vec<Finding> {
    let tables = catalog![Rack, Shelf, Carton];
    let inspection = tables.inspect(&mut stage.serving()).unwrap();
    let found = inspection.findings().iter();
    let own = ["racks", "shelves", "boxes"];
    found
        .filter(|found| own.contains(&found.table.as_deref().unwrap_or_default()))
        .cloned()
        .collect()
}

#[test]
fn each_is_found_and_its_mends_run_in_their_order() {
    for (breaks, expected) in [
        ("DO 0", &[] as &[Check]),
        (
            "ALTER TABLE racks ADD INDEX (id, tenant_id);
             ALTER TABLE shelves DROP FOREIGN KEY of_rack, ADD CONSTRAINT crossed
                 FOREIGN KEY (tenant_id, rack_id) REFERENCES racks (id, tenant_id)",
            &[Check::ForeignKey],
        ),
        (
            "ALTER TABLE boxes DROP FOREIGN KEY of_shelf, MODIFY shelf_id BIGINT NULL;
             ALTER TABLE boxes ADD CONSTRAINT emptied
                 FOREIGN KEY (shelf_id) REFERENCES shelves (id) ON DELETE SET NULL",
            &[Check::EmptiedOwner, Check::NullableOwner],
        ),
        (
            "ALTER TABLE shelves DROP FOREIGN KEY of_rack;
             ALTER TABLE racks MODIFY tenant_id BIGINT UNSIGNED NOT NULL;
             ALTER TABLE shelves MODIFY tenant_id BIGINT UNSIGNED NOT NULL",
            &[Check::KeyType, Check::KeyType, Check::MissingForeignKey],
        ),
        (
            "ALTER TABLE racks ADD INDEX other (tenant_id); ALTER TABLE shelves DROP FOREIGN KEY
             of_rack; ALTER TABLE racks DROP INDEX other, ALTER INDEX own IGNORED",
            &[Check::MissingForeignKey, Check::MissingIndex],
        ),
    ] {
        let stage = Stage::new();
        let mut owner = stage.owner();
        owner.batch_execute(TABLES).unwrap();
        owner
            .batch_execute(breaks)
            .unwrap_or_else(|error| panic!("{breaks}: {error}"));
        let found_now = found(&stage);
        let checks: Vec<Check> = found_now.iter().map(|found| found.check).collect();
        assert_eq!(checks, expected, "{breaks}: {found_now:#?}");
        for mend in found_now.iter().filter_map(|found| found.mend.as_deref()) {
            owner
                .batch_execute(mend)
                .unwrap_or_else(|error| panic!("{mend}: {error}"));
        }
        assert_eq!(found(&stage), [], "behind {breaks}");
    }
}
