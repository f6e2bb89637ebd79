//! Tables that the catalog does not know.

use diesel::connection::SimpleConnection;

use super::*;

#[test]
fn tables_that_only_one_side_knows_are_found() {
    let cases: [Case; 4] = [
        (
            "CREATE TABLE extra (id bigint)",
            &[(WARNING, UndeclaredTable, "extra")],
            "DROP TABLE extra",
        ),
        (
            "CREATE TABLE extra (tenant_id bigint)",
            &[(ERROR, UndeclaredTable, "extra")],
            "DROP TABLE extra",
        ),
        (
            "ALTER TABLE units RENAME TO sizes",
            &[
                (ERROR, MissingTable, "units"),
                (WARNING, UndeclaredTable, "sizes"),
            ],
            "ALTER TABLE sizes RENAME TO units",
        ),
        (
            "ALTER TABLE units RENAME TO sizes; CREATE VIEW units AS SELECT * FROM sizes",
            &[
                (ERROR, NotATable, "units"),
                (WARNING, UndeclaredTable, "sizes"),
            ],
            "DROP VIEW units; ALTER TABLE sizes RENAME TO units",
        ),
    ];
    check_cases(&tables(), &Stage::new(), "owner", &cases);
}

#[test]
fn tables_off_the_search_path_are_found() {
    let cases: [Case; 6] = [
        (
            "CREATE SCHEMA other; GRANT USAGE ON SCHEMA other TO serving;
             CREATE FOREIGN DATA WRAPPER afar; CREATE SERVER far FOREIGN DATA WRAPPER afar;
             CREATE FOREIGN TABLE other.things (tenant_id bigint) SERVER far;
             GRANT SELECT ON other.things TO serving",
            &[(ERROR, UndeclaredTable, "other.things")],
            "DROP FOREIGN DATA WRAPPER afar CASCADE; DROP SCHEMA other",
        ),
        (
            "CREATE SCHEMA other; GRANT USAGE ON SCHEMA other TO serving;
             CREATE TABLE other.things (tenant_id bigint); GRANT SELECT ON other.things TO serving",
            &[(ERROR, UndeclaredTable, "other.things")],
            "DROP TABLE other.things; DROP SCHEMA other",
        ),
        (
            "CREATE SCHEMA other; GRANT USAGE ON SCHEMA other TO PUBLIC;
             CREATE TABLE other.items (name text); GRANT SELECT (name) ON other.items TO PUBLIC",
            &[(ERROR, UndeclaredTable, "other.items")],
            "DROP TABLE other.items; DROP SCHEMA other",
        ),
        (
            // A role that it would have to become.
            "CREATE SCHEMA other; GRANT USAGE ON SCHEMA other TO serving;
             CREATE TABLE other.things (owner_id bigint); GRANT DELETE ON other.things TO serving",
            &[(ERROR, UndeclaredTable, "other.things")],
            "DROP TABLE other.things; DROP SCHEMA other",
        ),
        (
            // With row security or without: nobody has said whose its rows are.
            "CREATE SCHEMA other; GRANT USAGE ON SCHEMA other TO serving;
             CREATE TABLE other.things (tenant_id bigint) PARTITION BY LIST (tenant_id);
             ALTER TABLE other.things ENABLE ROW LEVEL SECURITY;
             GRANT SELECT ON other.things TO serving",
            &[(ERROR, UndeclaredTable, "other.things")],
            "DROP TABLE other.things; DROP SCHEMA other",
        ),
        (
            "CREATE SCHEMA other; GRANT USAGE ON SCHEMA other TO serving;
             CREATE TABLE other.part () INHERITS (items); GRANT SELECT ON other.part TO serving",
            &[(ERROR, Partition, "other.part")],
            "DROP TABLE other.part; DROP SCHEMA other",
        ),
    ];
    let stage = Stage::new();
    check_cases(&tables(), &stage, "postgres", &cases);
    let before = found(&tables(), &mut stage.serving());
    stage
        .raw()
        .batch_execute(
            "CREATE SCHEMA closed; CREATE TABLE closed.items (tenant_id bigint);
             GRANT SELECT ON closed.items TO serving;
             CREATE SCHEMA open; GRANT USAGE ON SCHEMA open TO serving;
             CREATE TABLE open.items (tenant_id bigint); CREATE TABLE open.others (name text);
             GRANT SELECT ON open.others TO serving",
        )
        .unwrap();
    assert_eq!(found(&tables(), &mut stage.serving()), before);
}
