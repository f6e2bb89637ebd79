//! Views, functions, triggers and rules.

use diesel::connection::SimpleConnection;

use super::*;

const LISTED: &str = "listed() RETURNS SETOF items LANGUAGE sql SECURITY DEFINER
    AS 'SELECT * FROM items'";

/// What the owner of the tables makes is bound by their row security.
#[test]
fn what_reads_as_the_owner_is_a_warning() {
    let function = format!("CREATE FUNCTION {LISTED}");
    let cases: [Case; 2] = [
        (
            "CREATE VIEW shown AS SELECT * FROM items; GRANT SELECT ON shown TO serving",
            &[(WARNING, View, "shown")],
            "DROP VIEW shown",
        ),
        (
            function.leak(),
            &[(WARNING, DefinerFunction, "listed()")],
            "DROP FUNCTION listed()",
        ),
    ];
    check_cases(&tables(), &Stage::new(), "owner", &cases);
}

#[test]
fn l_87_l_88_l_89_l_90_what_goes_round_row_security_is_found() {
    let function = format!("CREATE FUNCTION {LISTED}");
    let cases: [Case; 6] = [
        (
            "CREATE VIEW shown AS SELECT * FROM items; GRANT SELECT ON shown TO serving",
            &[(ERROR, View, "shown")],
            "DROP VIEW shown",
        ),
        (
            // Over a view, and by one column only.
            "CREATE VIEW inner_one AS SELECT * FROM items;
             CREATE VIEW shown AS SELECT * FROM inner_one; GRANT SELECT (name) ON shown TO serving",
            &[(ERROR, View, "shown")],
            "DROP VIEW shown, inner_one",
        ),
        (
            "CREATE MATERIALIZED VIEW kept AS SELECT * FROM notes; GRANT SELECT ON kept TO serving",
            &[(ERROR, MaterializedView, "kept")],
            "DROP MATERIALIZED VIEW kept",
        ),
        (
            function.leak(),
            &[(ERROR, DefinerFunction, "listed()")],
            "DROP FUNCTION listed()",
        ),
        (
            "CREATE TABLE part () INHERITS (items); GRANT SELECT ON part TO serving",
            &[(ERROR, Partition, "part")],
            "DROP TABLE part",
        ),
        (
            // With row security of its own, it is looked at like the whole.
            "CREATE TABLE part () INHERITS (items); GRANT SELECT ON part TO serving;
             ALTER TABLE part ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
             CREATE POLICY tenancy ON part USING (tenant_id
                = nullif(current_setting('tenancy.tenant_id', true), '')::bigint);
             CREATE POLICY more ON part USING (true)",
            &[(ERROR, OpenPolicy, "part")],
            "DROP TABLE part",
        ),
    ];
    check_cases(&tables(), &Stage::new(), "postgres", &cases);
}

#[test]
fn a_trigger_that_sets_the_owner_is_found() {
    const FUNCTION: &str = "CREATE FUNCTION moves() RETURNS trigger LANGUAGE plpgsql AS";
    let broken = format!(
        "{FUNCTION} 'BEGIN NEW . tenant_id := 2; RETURN NEW; END';
         CREATE TRIGGER moves BEFORE INSERT ON items FOR EACH ROW EXECUTE FUNCTION moves()"
    );
    let reads = format!(
        "{FUNCTION} 'BEGIN IF NEW.tenant_id > 1 THEN NEW.name = NEW.tenant_id; END IF; RETURN NEW; END';
         CREATE TRIGGER reads BEFORE INSERT ON items FOR EACH ROW EXECUTE FUNCTION moves()"
    );
    let stage = Stage::new();
    let cases: [Case; 1] = [(
        broken.leak(),
        &[(WARNING, Trigger, "items")],
        "DROP FUNCTION moves() CASCADE",
    )];
    check_cases(&tables(), &stage, "postgres", &cases);
    let before = found(&tables(), &mut stage.serving());
    stage.raw().batch_execute(&reads).unwrap();
    assert_eq!(found(&tables(), &mut stage.serving()), before);
}

#[test]
fn l_89_a_rule_on_a_table_is_found() {
    let cases: [Case; 3] = [
        (
            "CREATE RULE more AS ON UPDATE TO categories DO ALSO UPDATE items SET name = name || id",
            &[(ERROR, Rule, "categories")],
            "",
        ),
        (
            "CREATE RULE not_at_all AS ON DELETE TO units DO INSTEAD NOTHING",
            &[(ERROR, Rule, "units")],
            "",
        ),
        (
            "CREATE TABLE extra (name text); CREATE RULE more AS ON INSERT TO extra
             DO ALSO UPDATE items SET name = name || id",
            &[(ERROR, Rule, "extra"), (WARNING, UndeclaredTable, "extra")],
            "DROP TABLE extra",
        ),
    ];
    check_cases(&tables(), &Stage::new(), "owner", &cases);
}
