//! SQL of the application's own is refused where a table of the catalog is not alone with its rows,
//! and where a trigger tells another tenant.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use tenancy::{Error, Result, Transport};

use crate::inspect::inheritance::parted;
use crate::stage::*;

const KIN: &str = "inherits rows, or bequeaths them";
const TELLS: &str = "\"items\" has a trigger that sets a tenant";
const TELLING: &str = "CREATE FUNCTION tells() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM set_config('tenancy.tenant_id', '2', true); RETURN NULL; END $$;";

const REFUSED: [(&str, &str); 9] = [
    ("CREATE TABLE part () INHERITS (items)", KIN),
    (
        "CREATE TABLE part () INHERITS (items); CREATE TABLE small () INHERITS (part)",
        KIN,
    ),
    (
        "CREATE SCHEMA off; CREATE TABLE off.whole (name text NOT NULL);
         ALTER TABLE items INHERIT off.whole",
        KIN,
    ),
    (
        "CREATE TABLE more () INHERITS (units)",
        "\"units\" inherits rows, or bequeaths them",
    ),
    (
        "CREATE EXTENSION postgres_fdw; CREATE SERVER there FOREIGN DATA WRAPPER postgres_fdw;
         CREATE FOREIGN TABLE part () INHERITS (items) SERVER there",
        KIN,
    ),
    (
        "{telling} CREATE TRIGGER tells AFTER UPDATE ON items EXECUTE FUNCTION tells()",
        TELLS,
    ),
    (
        "{telling} CREATE TRIGGER tells AFTER UPDATE ON units EXECUTE FUNCTION tells()",
        "\"units\" has a trigger that sets a tenant",
    ),
    (
        "CREATE TABLE part () INHERITS (items);
         {telling} CREATE TRIGGER tells AFTER UPDATE ON part EXECUTE FUNCTION tells()",
        TELLS,
    ),
    (
        "GRANT CREATE ON DATABASE {database} TO serving",
        "is in a database in which this role may make schemas",
    ),
];

const HARMLESS: [&str; 3] = [
    "CREATE TABLE one (name text); CREATE TABLE other () INHERITS (one)",
    "{telling} CREATE TRIGGER tells AFTER UPDATE ON items EXECUTE FUNCTION tells();
     ALTER TABLE items DISABLE TRIGGER tells",
    "CREATE FUNCTION reads() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM current_setting('tenancy.tenant_id', true); RETURN NULL; END $$;
     CREATE TRIGGER reads AFTER UPDATE ON items EXECUTE FUNCTION reads()",
];

fn made(sql: &str) -> Stage {
    let stage = Stage::new();
    let sql = sql
        .replace("{telling}", TELLING)
        .replace("{database}", stage.name());
    stage.raw().batch_execute(&sql).unwrap();
    stage
}

fn enforced(stage: &Stage) -> Result<i64> {
    let db = stage.open(Transport::Direct, 1);
    let anna = scope(&db, 1);
    let mut session = db.session(&anna).unwrap();
    session.enforced(&tables(), |raw| Ok(tools::table.count().get_result(raw)?))
}

#[test]
fn a_table_that_is_not_alone_with_its_rows_is_refused() {
    let ran: Vec<_> = REFUSED
        .iter()
        .filter_map(|(sql, told)| match enforced(&made(sql)) {
            Err(error @ Error::NotEnforced { .. }) if error.to_string().ends_with(told) => None,
            other => Some((sql, other)),
        })
        .collect();
    assert!(ran.is_empty(), "{ran:#?}");
}

#[test]
fn one_that_is_is_not() {
    for sql in HARMLESS {
        assert_eq!(enforced(&made(sql)).unwrap(), 1, "{sql}");
    }
    let saw = enforced(&parted());
    assert_eq!(saw.unwrap(), 1, "in parts");
}
