//! How the catalog makes a door, and takes it away.

use tenancy::Error;

use super::*;

/// What a protection would change, in words.
fn pending(stage: &Stage) -> Vec<String> {
    let pending = doors().pending(&mut stage.owner(), "serving").unwrap();
    pending.steps().iter().map(ToString::to_string).collect()
}

const FUNCTIONS: &str = r"pg_proc WHERE proname LIKE 'tenancy\_prove\_%'";
const POLICIES: &str = "pg_policy WHERE polname = 'tenancy_proof'";

#[test]
fn a_door_is_made_once() {
    let stage = stage();
    assert_eq!(pending(&stage), [""; 0]);
    for (change, what) in [
        (
            "GRANT EXECUTE ON FUNCTION tenancy_prove_accounts(text) TO PUBLIC",
            "accounts: function that finds a row by its digest",
        ),
        (
            "ALTER FUNCTION tenancy_prove_accounts(text) SECURITY INVOKER",
            "accounts: function that finds a row by its digest",
        ),
        (
            "DROP FUNCTION vault.tenancy_prove_badges(text)",
            "vault.badges: function that finds a row by its digest",
        ),
        (
            // What CREATE OR REPLACE does not take.
            "DROP FUNCTION tenancy_prove_links(uuid);
             CREATE FUNCTION tenancy_prove_links(id uuid DEFAULT NULL) RETURNS bigint
                LANGUAGE sql AS $$ SELECT 1::bigint $$",
            "links: function that finds a row by its proof",
        ),
        (
            "ALTER POLICY tenancy_proof ON links USING (true)",
            "links: row security",
        ),
        (
            "DROP INDEX api_keys_tenancy_proof",
            "api_keys: index that begins with digest",
        ),
    ] {
        stage.owner().batch_execute(change).unwrap();
        assert_eq!(pending(&stage), [what], "{change}");
        doors().protect(&mut stage.owner(), "serving").unwrap();
        assert_eq!(pending(&stage), [""; 0], "{change}");
    }
    // A unique key serves as an index.
    let made = "pg_class WHERE relname = 'accounts_tenancy_proof'";
    assert_eq!(count(&mut stage.raw(), made), 0);
}

#[test]
fn the_text_makes_a_door_and_takes_it_away() {
    let stage = stage();
    let protection = doors().protection("serving").unwrap();
    assert_eq!(count(&mut stage.raw(), FUNCTIONS), 6);
    assert_eq!(count(&mut stage.raw(), POLICIES), 6);
    stage.owner().batch_execute(&protection.down()).unwrap();
    assert_eq!(count(&mut stage.raw(), FUNCTIONS), 0);
    assert_eq!(count(&mut stage.raw(), POLICIES), 0);
    for _ in 0..2 {
        stage.owner().batch_execute(&protection.up()).unwrap();
        assert_eq!(proven(&mut stage.serving(), "aa"), [1]);
    }
    assert_eq!(pending(&stage), [""; 0]);
}

/// Whoever runs the migration, the door is the table's owner's.
#[test]
fn a_door_belongs_to_the_owner_of_the_table() {
    let stage = stage();
    stage
        .raw()
        .batch_execute("DROP FUNCTION tenancy_prove_accounts(text)")
        .unwrap();
    doors().protect(&mut stage.raw(), "serving").unwrap();
    let others = format!("{FUNCTIONS} AND proowner <> 'owner'::regrole");
    assert_eq!(count(&mut stage.raw(), &others), 0);
    assert_eq!(proven(&mut stage.serving(), "aa"), [1]);
}

mod plain {
    use tenancy::prelude::*;

    diesel::table! {
        accounts (id) {
            id -> BigInt,
            tenant_id -> BigInt,
        }
    }

    #[derive(Scoped)]
    #[diesel(table_name = accounts)]
    #[scoped(tenant = tenant_id)]
    pub(crate) struct Plain {
        #[allow(dead_code, reason = "a model has its key")]
        id: RowId<Plain>,
    }
}

#[test]
fn a_model_that_names_no_proof_any_more_has_no_policy_for_one() {
    let stage = stage();
    let catalog = catalog![plain::Plain];
    catalog.protect(&mut stage.owner(), "serving").unwrap();
    let policies = format!("{POLICIES} AND polrelid = 'accounts'::regclass");
    assert_eq!(count(&mut stage.raw(), &policies), 0);
}

#[test]
fn a_table_without_row_security_has_a_door_too() {
    let stage = stage();
    stage
        .owner()
        .batch_execute(
            "ALTER TABLE accounts DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY",
        )
        .unwrap();
    let catalog = doors().without_row_security::<Account>();
    catalog.protect(&mut stage.owner(), "serving").unwrap();
    let mut conn = stage.serving();
    assert_eq!(proven(&mut conn, "aa"), [1]);
    assert_eq!(proven(&mut conn, ""), [0; 0]);
    let inspection = catalog.inspect(&mut conn).unwrap();
    assert!(!inspection.has_errors(), "{inspection}");
}

#[test]
fn a_distributed_catalog_has_no_doors() {
    let catalog = catalog!(Account, distributed);
    for refused in [
        catalog.phases("serving").map(drop),
        catalog.protection("serving").map(drop),
    ] {
        let refused = refused.unwrap_err();
        assert!(matches!(refused, Error::Catalog { .. }), "{refused:?}");
        let refused = refused.to_string();
        assert!(refused.contains("before a tenant is known"), "{refused}");
    }
}

#[test]
fn a_restrictive_catalog_leaves_the_door_open() {
    let stage = stage();
    let catalog = doors().restrictive(true);
    catalog.protect(&mut stage.owner(), "serving").unwrap();
    assert_eq!(proven(&mut stage.serving(), "aa"), [1]);
    let inspection = catalog.inspect(&mut stage.serving()).unwrap();
    assert!(!inspection.has_errors(), "{inspection}");
}

#[test]
fn columns_come_and_go_behind_the_door() {
    let stage = stage();
    let mut conn = stage.serving();
    assert_eq!(proven(&mut conn, "aa"), [1]);
    stage
        .owner()
        .batch_execute(
            "ALTER TABLE accounts ADD more TEXT; ALTER TABLE accounts ADD less TEXT;
             ALTER TABLE accounts DROP more",
        )
        .unwrap();
    assert_eq!(proven(&mut conn, "aa"), [1]);
    assert_eq!(proven(&mut stage.serving(), "bb"), [2]);
}
