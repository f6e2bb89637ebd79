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
fn l_87_a_view_is_found_by_any_right_to_it() {
    let cases: [Case; 7] = [
        (
            "CREATE VIEW shown AS SELECT * FROM items; GRANT DELETE ON shown TO serving",
            SHOWN,
            "DROP VIEW shown",
        ),
        (
            "CREATE VIEW shown AS SELECT * FROM items; GRANT INSERT (name) ON shown TO serving",
            SHOWN,
            "DROP VIEW shown",
        ),
        (
            "CREATE VIEW shown AS SELECT * FROM items; GRANT UPDATE (name) ON shown TO serving",
            SHOWN,
            "DROP VIEW shown",
        ),
        (
            "CREATE VIEW shown WITH (security_barrier) AS SELECT * FROM items;
             GRANT SELECT ON shown TO serving",
            SHOWN,
            "DROP VIEW shown",
        ),
        (
            "CREATE VIEW shown WITH (security_invoker = false) AS SELECT * FROM items;
             GRANT SELECT ON shown TO serving",
            SHOWN,
            "DROP VIEW shown",
        ),
        (
            "CREATE TABLE part () INHERITS (items); CREATE VIEW shown AS SELECT * FROM part;
             GRANT SELECT ON shown TO serving",
            SHOWN,
            "DROP VIEW shown; DROP TABLE part",
        ),
        (
            // The inner one reads as who asks, which is the owner of the other.
            "CREATE VIEW inner_one WITH (security_invoker) AS SELECT * FROM items;
             ALTER VIEW inner_one OWNER TO owner; CREATE VIEW shown AS SELECT * FROM inner_one;
             GRANT SELECT ON shown TO serving",
            SHOWN,
            "DROP VIEW shown, inner_one",
        ),
    ];
    check_cases(&tables(), &Stage::new(), "postgres", &cases);
}

const SHOWN: &[(Severity, Check, &str)] = &[(ERROR, View, "shown")];

#[test]
fn l_90_what_a_role_has_to_a_part_is_found() {
    const GUARDED: &str = "CREATE TABLE part () INHERITS (items);
        ALTER TABLE part ENABLE ROW LEVEL SECURITY; CREATE POLICY tenancy ON part USING (tenant_id
            = nullif(current_setting('tenancy.tenant_id', true), '')::bigint);";
    let with = |then: &str| -> &'static str { format!("{GUARDED} {then}").leak() };
    let cases: [Case; 8] = [
        (
            "CREATE TABLE part () INHERITS (items); GRANT DELETE ON part TO serving",
            &[(ERROR, Partition, "part")],
            "DROP TABLE part",
        ),
        (
            "CREATE TABLE part () INHERITS (items); GRANT SELECT (name) ON part TO serving",
            &[(ERROR, Partition, "part")],
            "DROP TABLE part",
        ),
        (
            "CREATE TABLE part () INHERITS (items); GRANT TRUNCATE ON part TO serving",
            &[(ERROR, Rights, "part")],
            "DROP TABLE part",
        ),
        (
            with("ALTER TABLE part OWNER TO serving, FORCE ROW LEVEL SECURITY"),
            &[(ERROR, TableOwner, "part")],
            "DROP TABLE part",
        ),
        (
            with("ALTER TABLE part OWNER TO serving"),
            &[(ERROR, TableOwner, "part"), (ERROR, Partition, "part")],
            "DROP TABLE part",
        ),
        (
            // Who reads the whole reads the rows of its parts, under its own policies.
            "CREATE TABLE whole (LIKE items); ALTER TABLE items INHERIT whole;
             GRANT SELECT ON whole TO serving",
            &[
                (ERROR, UndeclaredTable, "whole"),
                (ERROR, Partition, "whole"),
            ],
            "ALTER TABLE items NO INHERIT whole; DROP TABLE whole",
        ),
        (
            "CREATE SCHEMA hidden; GRANT USAGE ON SCHEMA hidden TO serving;
             CREATE TABLE hidden.whole (name text NOT NULL); ALTER TABLE items INHERIT hidden.whole;
             GRANT SELECT ON hidden.whole TO serving",
            &[(ERROR, Partition, "hidden.whole")],
            "ALTER TABLE items NO INHERIT hidden.whole; DROP SCHEMA hidden CASCADE",
        ),
        (
            "CREATE TABLE part () INHERITS (items);
             CREATE RULE not_at_all AS ON DELETE TO part DO INSTEAD NOTHING",
            &[(ERROR, Rule, "part")],
            "DROP TABLE part",
        ),
    ];
    check_cases(&tables(), &Stage::new(), "postgres", &cases);
}

/// Each way in which a role can be one that the tenant's policies do not bind.
#[test]
fn l_86_what_runs_as_a_role_above_row_security_is_an_error() {
    let stage = Stage::new();
    let (above, seer) = (stage.role(), stage.role());
    let mut raw = stage.raw();
    raw.batch_execute(&format!(
        "CREATE VIEW shown AS SELECT * FROM items; ALTER VIEW shown OWNER TO {above};
         CREATE FUNCTION {LISTED}; ALTER FUNCTION listed() OWNER TO {above};
         CREATE FUNCTION copies() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
            AS 'BEGIN DELETE FROM public.notes; RETURN NEW; END';
         ALTER FUNCTION copies() OWNER TO {above};
         CREATE TRIGGER copies AFTER INSERT ON items FOR EACH ROW EXECUTE FUNCTION copies();
         CREATE FUNCTION total() RETURNS bigint LANGUAGE sql SECURITY DEFINER
            AS 'SELECT count(*) FROM items';
         REVOKE EXECUTE ON FUNCTION total() FROM PUBLIC; ALTER FUNCTION total() OWNER TO {above};
         CREATE MATERIALIZED VIEW kept AS SELECT total() WITH NO DATA;
         ALTER MATERIALIZED VIEW kept OWNER TO owner;
         CREATE FUNCTION plain() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM items';
         CREATE MATERIALIZED VIEW filled AS SELECT plain() WITH NO DATA;
         ALTER MATERIALIZED VIEW filled OWNER TO {above};
         GRANT SELECT ON shown, kept, filled TO serving"
    ))
    .unwrap();
    let mut look = |sql: &str| {
        let sql = sql.replace("{above}", &above).replace("{seer}", &seer);
        raw.batch_execute(&sql).unwrap();
        let findings = found(&tables(), &mut stage.serving());
        let told = findings.into_iter().filter_map(|found| {
            let of = [View, DefinerFunction, MaterializedView].contains(&found.check);
            of.then_some((found.severity, found.table.unwrap_or_default()))
        });
        let mut told: Vec<_> = told.collect();
        told.sort();
        told
    };
    let all = |severity, names: &[&str]| -> Vec<_> {
        let names = names.iter().map(|name| (severity, (*name).to_owned()));
        names.collect()
    };
    let bound = all(WARNING, &["filled", "kept", "listed()", "shown"]);
    let errors = all(ERROR, &["copies()", "filled", "kept", "listed()", "shown"]);
    assert_eq!(look("SELECT 1"), bound);
    for (gives, takes) in [
        (
            "ALTER ROLE {above} SUPERUSER",
            "ALTER ROLE {above} NOSUPERUSER",
        ),
        (
            "ALTER ROLE {above} BYPASSRLS",
            "ALTER ROLE {above} NOBYPASSRLS",
        ),
        (
            "GRANT owner TO {above}; ALTER TABLE items NO FORCE ROW LEVEL SECURITY",
            "REVOKE owner FROM {above}; ALTER TABLE items FORCE ROW LEVEL SECURITY",
        ),
        (
            "GRANT {seer} TO {above}; CREATE POLICY seers ON items TO {seer} USING (true)",
            "DROP POLICY seers ON items; REVOKE {seer} FROM {above}",
        ),
    ] {
        assert_eq!(look(gives), errors, "{gives}");
        assert_eq!(look(takes), bound, "{takes}");
    }
    look("DROP OWNED BY {above} CASCADE");
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
    let quoted = broken.replace("NEW . tenant_id :=", "NEW.\"tenant_id\" =");
    let stage = Stage::new();
    let found_then: &[_] = &[(WARNING, Trigger, "items")];
    let cases: [Case; 2] = [
        (broken.leak(), found_then, "DROP FUNCTION moves() CASCADE"),
        (quoted.leak(), found_then, "DROP FUNCTION moves() CASCADE"),
    ];
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
    let cases: [Case; 4] = [
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
        (
            "CREATE SCHEMA hidden; CREATE FUNCTION hidden.bens() RETURNS SETOF text LANGUAGE sql
                SET tenancy.tenant_id = '2' AS 'SELECT name FROM public.items';
             CREATE VIEW shown AS SELECT hidden.bens(); GRANT SELECT ON shown TO serving",
            &[(ERROR, TenantFunction, "hidden.bens()")],
            "DROP SCHEMA hidden CASCADE",
        ),
        (
            "CREATE FUNCTION bens(text, integer) RETURNS text LANGUAGE sql
                SET tenancy.tenant_id = '2' AS 'SELECT min(name) FROM items';
             REVOKE EXECUTE ON FUNCTION bens(text, integer) FROM PUBLIC;
             CREATE AGGREGATE all_bens(integer) (SFUNC = bens, STYPE = text)",
            &[(ERROR, TenantFunction, "bens(text,integer)")],
            "DROP FUNCTION bens(text, integer) CASCADE",
        ),
    ];
    check_cases(&tables(), &Stage::new(), "postgres", &cases);
}
