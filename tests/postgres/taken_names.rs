//! What a step would make cannot be called so: said before anything is done, and by which name.

use diesel::connection::SimpleConnection;
use tenancy::Error;

use crate::stage::*;

const TAKEN: [(&str, &str); 6] = [
    (
        "ALTER TABLE items DROP CONSTRAINT items_tenancy_key CASCADE;
         CREATE INDEX items_tenancy_key ON items (name)",
        "something else is called `items_tenancy_key`",
    ),
    (
        "ALTER TABLE items DROP CONSTRAINT items_tenancy_key CASCADE;
         ALTER TABLE items ADD CONSTRAINT items_tenancy_key UNIQUE (tenant_id, id) DEFERRABLE",
        "something else is called `items_tenancy_key`",
    ),
    (
        "ALTER TABLE items DROP CONSTRAINT items_tenancy_key CASCADE;
         ALTER TABLE items ADD CONSTRAINT items_tenancy_key CHECK (true)",
        "something else is called `items_tenancy_key`",
    ),
    (
        "ALTER TABLE items DROP CONSTRAINT items_category_id_tenancy_fkey;
         ALTER TABLE items ADD CONSTRAINT items_category_id_tenancy_fkey CHECK (true)",
        "something else is called `items_category_id_tenancy_fkey`",
    ),
    (
        "ALTER TABLE items DROP CONSTRAINT items_category_id_tenancy_fkey;
         ALTER TABLE items ADD CONSTRAINT items_category_id_tenancy_fkey
            FOREIGN KEY (category_id) REFERENCES categories (id)",
        "something else is called `items_category_id_tenancy_fkey`",
    ),
    (
        "DROP INDEX notes_tenancy_index; CREATE TABLE notes_tenancy_index (x int)",
        "something else is called `notes_tenancy_index`",
    ),
];

#[test]
fn a_name_that_is_taken_is_told_before_anything_is_done() {
    for (sql, told) in TAKEN {
        let stage = Stage::new();
        stage.owner().batch_execute(sql).unwrap();
        let mut owner = stage.owner();
        for refused in [
            tables().pending(&mut owner, "serving"),
            tables().protect(&mut owner, "serving"),
        ] {
            let Err(error @ Error::Catalog { .. }) = refused else {
                panic!("{sql}: {refused:?}");
            };
            assert!(error.to_string().ends_with(told), "{sql}: {error}");
        }
    }
}

/// One of the same name that is not valid yet is made anew.
#[test]
fn a_reference_that_is_made_anew_keeps_its_name() {
    let stage = Stage::new();
    let sql = "ALTER TABLE items DROP CONSTRAINT items_category_id_tenancy_fkey;
        ALTER TABLE items ADD CONSTRAINT items_category_id_tenancy_fkey
            FOREIGN KEY (tenant_id, category_id) REFERENCES categories (tenant_id, id) NOT VALID";
    stage.owner().batch_execute(sql).unwrap();
    let changed = tables().protect(&mut stage.owner(), "serving").unwrap();
    assert_eq!(changed.steps().len(), 1);
}
