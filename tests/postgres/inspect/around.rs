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

/// The policies of the tables are not those of whoever owns the view.
#[test]
fn l_87_a_view_whose_reader_has_another_policy_is_an_error() {
    let stage = Stage::new();
    let reporter = format!("reporter_of_{}", stage.name());
    let mut raw = stage.raw();
    raw.batch_execute(&format!(
        "CREATE ROLE {reporter}; GRANT SELECT ON items TO {reporter};
         CREATE VIEW shown AS SELECT * FROM items; ALTER VIEW shown OWNER TO {reporter};
         CREATE FUNCTION {LISTED}; ALTER FUNCTION listed() OWNER TO {reporter};
         CREATE VIEW above AS SELECT * FROM shown; ALTER VIEW above OWNER TO owner;
         GRANT SELECT ON shown TO owner; GRANT SELECT ON shown, above TO serving"
    ))
    .unwrap();
    let mut look = |sql: String| {
        raw.batch_execute(&sql).unwrap();
        let findings = but_for_the_version(found(&tables(), &mut stage.serving()));
        let told = findings
            .into_iter()
            .map(|found| (found.severity, found.table));
        told.collect::<Vec<_>>()
    };
    let under = look("RESET ALL".to_owned());
    let beside = look(format!(
        "CREATE POLICY reports ON items FOR SELECT TO {reporter} USING (true)"
    ));
    let only_above = look("REVOKE ALL ON shown FROM serving".to_owned());
    look(format!(
        "DROP OWNED BY {reporter} CASCADE; DROP ROLE {reporter}"
    ));
    let told = |severity, names: &[&str]| {
        let names = names
            .iter()
            .map(|name| (severity, Some((*name).to_owned())));
        names.collect::<Vec<_>>()
    };
    assert_eq!(under, told(WARNING, &["above", "listed()", "shown"]));
    assert_eq!(beside, told(ERROR, &["above", "listed()", "shown"]));
    assert_eq!(only_above, told(ERROR, &["above", "listed()"]));
}

#[test]
fn a_function_that_has_a_tenant_is_found() {
    let cases: [Case; 2] = [
        (
            // The first of a session says how a setting is written from then on.
            "CREATE FUNCTION copies() RETURNS trigger LANGUAGE plpgsql
             SET \"Tenancy.Tenant_id\" = '2' AS 'BEGIN DELETE FROM notes; RETURN NEW; END';
             REVOKE EXECUTE ON FUNCTION copies() FROM PUBLIC;
             CREATE TRIGGER copies AFTER UPDATE ON items FOR EACH ROW EXECUTE FUNCTION copies()",
            &[(ERROR, TenantFunction, "copies()")],
            "DROP FUNCTION copies() CASCADE",
        ),
        (
            "CREATE FUNCTION bens() RETURNS SETOF text LANGUAGE sql SET tenancy.tenant_id = '2'
             AS 'SELECT name FROM items'",
            &[(ERROR, TenantFunction, "bens()")],
            "DROP FUNCTION bens()",
        ),
    ];
    check_cases(&tables(), &Stage::new(), "postgres", &cases);
}
