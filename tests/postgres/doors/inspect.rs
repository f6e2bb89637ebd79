//! A door that is not the catalog's is found, and mended.

use tenancy::Check::*;
use tenancy::Error;

use super::*;
use crate::inspect::{Case, ERROR, WARNING, but_for_the_version, check_cases, found};

#[test]
fn the_catalogs_own_doors_are_no_finding() {
    let stage = stage();
    for mut conn in [stage.serving(), stage.serving_pooled()] {
        assert_eq!(but_for_the_version(found(&doors(), &mut conn)), []);
    }
}

#[test]
fn a_view_of_the_owner_is_no_worse_by_a_door() {
    let cases: [Case; 1] = [(
        "CREATE VIEW shown AS SELECT * FROM accounts; GRANT SELECT ON shown TO serving",
        &[(WARNING, View, "shown")],
        "DROP VIEW shown",
    )];
    check_cases(&doors(), &stage(), "owner", &cases);
}

#[test]
fn a_door_that_was_changed_is_found() {
    let cases: [Case; 10] = [
        (
            "DROP FUNCTION tenancy_prove_accounts(text)",
            &[(ERROR, MissingDoor, "accounts")],
            "",
        ),
        (
            "REVOKE EXECUTE ON FUNCTION vault.tenancy_prove_badges(text) FROM serving",
            &[(ERROR, MissingDoor, "vault.badges")],
            "",
        ),
        (
            "GRANT EXECUTE ON FUNCTION tenancy_prove_accounts(text) TO PUBLIC",
            &[(ERROR, DefinerFunction, "accounts")],
            "",
        ),
        (
            "CREATE OR REPLACE FUNCTION tenancy_prove_accounts(proof text) RETURNS SETOF accounts
                LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
                AS $$ BEGIN RETURN QUERY SELECT * FROM public.accounts; END $$",
            &[(ERROR, DefinerFunction, "accounts")],
            "",
        ),
        (
            "ALTER FUNCTION tenancy_prove_links(uuid) RESET search_path",
            &[(ERROR, DefinerFunction, "links")],
            "",
        ),
        (
            "ALTER FUNCTION tenancy_prove_links(uuid) SET work_mem = '1MB'",
            &[(ERROR, DefinerFunction, "links")],
            "",
        ),
        (
            "ALTER FUNCTION tenancy_prove_links(uuid) SECURITY INVOKER",
            &[(ERROR, DefinerFunction, "links")],
            "",
        ),
        (
            "ALTER FUNCTION tenancy_prove_links(uuid) IMMUTABLE",
            &[(ERROR, DefinerFunction, "links")],
            "",
        ),
        (
            // Beside the door.
            "CREATE FUNCTION tenancy_prove_accounts(varchar) RETURNS SETOF accounts
                LANGUAGE sql SECURITY DEFINER AS 'SELECT * FROM accounts'",
            &[(
                WARNING,
                DefinerFunction,
                "tenancy_prove_accounts(character varying)",
            )],
            "DROP FUNCTION tenancy_prove_accounts(varchar)",
        ),
        (
            "DROP INDEX api_keys_tenancy_proof",
            &[(WARNING, MissingIndex, "api_keys")],
            "DROP INDEX api_keys_by_digest;
             CREATE INDEX api_keys_tenancy_proof ON api_keys (digest)",
        ),
    ];
    check_cases(&doors(), &stage(), "owner", &cases);
}

#[test]
fn a_door_of_somebody_else_is_found() {
    let cases: [Case; 1] = [(
        "ALTER FUNCTION tenancy_prove_accounts(text) OWNER TO postgres",
        &[(ERROR, DefinerFunction, "accounts")],
        "",
    )];
    check_cases(&doors(), &stage(), "postgres", &cases);
}

#[test]
fn an_owner_above_row_security_is_a_warning() {
    let stage = stage();
    let give = "ALTER TABLE accounts OWNER TO postgres";
    stage.raw().batch_execute(give).unwrap();
    doors().protect(&mut stage.raw(), "serving").unwrap();
    let findings = but_for_the_version(found(&doors(), &mut stage.serving()));
    let told: Vec<_> = findings
        .iter()
        .map(|found| (found.severity, found.check))
        .collect();
    assert_eq!(told, [(WARNING, DefinerFunction)], "{findings:#?}");
}

const POLICIES: [Case; 8] = [
    (
        "DROP POLICY tenancy_proof ON accounts",
        &[(ERROR, MissingDoor, "accounts")],
        "",
    ),
    (
        "ALTER POLICY tenancy_proof ON accounts USING (true)",
        &[(ERROR, OtherPolicy, "accounts")],
        "",
    ),
    (
        "ALTER POLICY tenancy_proof ON accounts
            USING (digest <= nullif(current_setting('tenancy.credential', true), ''))",
        &[(ERROR, OtherPolicy, "accounts")],
        "",
    ),
    (
        "ALTER POLICY tenancy_proof ON accounts TO serving",
        &[(ERROR, OtherPolicy, "accounts")],
        "",
    ),
    (
        "ALTER POLICY tenancy_proof ON accounts TO owner, serving",
        &[(ERROR, OtherPolicy, "accounts")],
        "",
    ),
    (
        "ALTER POLICY tenancy_proof ON accounts TO PUBLIC",
        &[(ERROR, OtherPolicy, "accounts")],
        "",
    ),
    (
        "DROP POLICY tenancy_proof ON accounts;
         CREATE POLICY tenancy_proof ON accounts TO owner
            USING (digest = nullif(current_setting('tenancy.credential', true), ''))",
        &[(ERROR, OtherPolicy, "accounts")],
        "",
    ),
    (
        // It reads like the catalog's.
        "CREATE FUNCTION vault.current_setting(text, boolean) RETURNS text
            LANGUAGE sql AS $$ SELECT 'aa'::text $$;
         ALTER POLICY tenancy_proof ON accounts
            USING (digest = nullif(vault.current_setting('tenancy.credential', true), ''))",
        &[(ERROR, OtherPolicy, "accounts")],
        "DROP FUNCTION vault.current_setting(text, boolean)",
    ),
];

#[test]
fn a_policy_of_a_door_that_was_changed_is_found() {
    check_cases(&doors(), &stage(), "owner", &POLICIES);
}

#[test]
fn a_role_that_the_serving_one_can_become_has_no_such_policy() {
    let stage = stage();
    let role = stage.role();
    let mut raw = stage.raw();
    raw.batch_execute(&format!(
        "GRANT {role} TO serving; ALTER POLICY tenancy_proof ON accounts TO {role}"
    ))
    .unwrap();
    let findings = but_for_the_version(found(&doors(), &mut stage.serving()));
    raw.batch_execute(&format!(
        "DROP POLICY tenancy_proof ON accounts; REVOKE {role} FROM serving"
    ))
    .unwrap();
    assert!(
        findings.iter().any(|found| found.check == OtherPolicy),
        "{findings:#?}"
    );
}

#[test]
fn a_proof_is_there_and_exact() {
    let cases: [Case; 3] = [
        (
            "ALTER TABLE links ALTER proof DROP NOT NULL",
            &[(ERROR, ProofColumn, "links")],
            "",
        ),
        (
            "CREATE COLLATION lax
                (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
             DROP POLICY tenancy_proof ON accounts;
             ALTER TABLE accounts ALTER digest TYPE text COLLATE lax;
             CREATE POLICY tenancy_proof ON accounts FOR SELECT TO owner
                USING (digest = nullif(current_setting('tenancy.credential', true), ''))",
            &[(ERROR, ProofColumn, "accounts")],
            "DROP COLLATION lax",
        ),
        (
            // Nobody guesses a digest, but anybody a name.
            "ALTER TABLE accounts ADD name TEXT UNIQUE",
            &[(ERROR, UniqueKey, "accounts")],
            "ALTER TABLE accounts DROP name",
        ),
    ];
    check_cases(&doors(), &stage(), "owner", &cases);
}

#[test]
fn a_proof_of_another_type_is_found() {
    let stage = stage();
    stage
        .owner()
        .batch_execute(
            "DROP POLICY tenancy_proof ON vault.badges;
             ALTER TABLE vault.badges ALTER digest TYPE char(64)",
        )
        .unwrap();
    let findings = found(&doors(), &mut stage.serving());
    assert!(
        findings.iter().any(|found| found.check == ProofColumn),
        "{findings:#?}"
    );
}

/// SQL of one's own runs beside the catalog's door, and beside no wider one.
#[test]
fn sql_of_ones_own_is_enforced_beside_the_doors() {
    let stage = stage();
    let db = stage.open(Transport::Direct, 1);
    let scope = scope(&db, 1);
    let run = || {
        let mut session = db.session(&scope).unwrap();
        session.enforced(&doors(), |raw| {
            // What proves the transaction is another setting.
            assert_eq!(proven(raw, "bb"), [2]);
            Ok(count(raw, "accounts"))
        })
    };
    assert_eq!(run().unwrap(), 3);
    let mut owner = stage.owner();
    for (breaks, expected, cleans) in POLICIES {
        if expected[0].1 == MissingDoor {
            continue; // No policy is no wider one.
        }
        owner.batch_execute(breaks).unwrap();
        let refused = run().unwrap_err();
        assert!(
            matches!(refused, Error::NotEnforced { .. }),
            "{breaks}: {refused:?}"
        );
        doors().protect(&mut owner, "serving").unwrap();
        if !cleans.is_empty() {
            owner.batch_execute(cleans).unwrap();
        }
        assert_eq!(run().unwrap(), 3, "{breaks}");
    }
    // By another name it is no door's.
    owner
        .batch_execute("CREATE POLICY another ON accounts FOR SELECT TO serving USING (true)")
        .unwrap();
    assert!(matches!(run().unwrap_err(), Error::NotEnforced { .. }));
    owner
        .batch_execute("DROP POLICY another ON accounts")
        .unwrap();
    assert_eq!(run().unwrap(), 3);
    // A table that has no door has no such policy.
    owner
        .batch_execute("CREATE POLICY tenancy_proof ON items FOR SELECT TO owner USING (name = '')")
        .unwrap();
    assert!(matches!(run().unwrap_err(), Error::NotEnforced { .. }));
}
