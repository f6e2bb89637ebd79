//! What the door does not show.

use super::*;

const TABLES: [&str; 5] = ["accounts", "api_keys", "links", "vault.badges", "items"];

#[test]
fn nothing_else_is_seen_by_who_serves() {
    let stage = stage();
    let mut conn = stage.serving();
    for begin in ["SELECT 1", "BEGIN"] {
        conn.batch_execute(begin).unwrap();
        assert_eq!(proven(&mut conn, "aa"), [1]);
        for table in TABLES {
            assert_eq!(count(&mut conn, table), 0, "{table}");
        }
    }
    // The setting alone shows the serving role nothing.
    conn.batch_execute("SET tenancy.credential = 'aa'").unwrap();
    assert_eq!(count(&mut conn, "accounts"), 0);
}

#[test]
fn no_proof_is_nobodys() {
    let stage = stage();
    let mut conn = stage.serving();
    for rows in [
        "tenancy_prove_accounts(NULL)",
        "tenancy_prove_accounts('')",
        "tenancy_prove_api_keys(NULL)",
        "tenancy_prove_api_keys('')",
        "tenancy_prove_links(NULL)",
        "vault.tenancy_prove_badges(NULL)",
    ] {
        assert_eq!(count(&mut conn, rows), 0, "{rows}");
    }
}

/// The wall stands for the owner of the door, too: what its text forgets, the policy holds.
#[test]
fn the_owner_sees_the_row_that_was_proven_and_no_other() {
    let stage = stage();
    let mut owner = stage.owner();
    for table in TABLES {
        assert_eq!(count(&mut owner, table), 0, "{table}");
    }
    for (told, rows) in [("aa", 1), ("bb", 1), ("cc", 0), ("", 0)] {
        let set = format!("SET tenancy.credential = '{told}'");
        owner.batch_execute(&set).unwrap();
        assert_eq!(count(&mut owner, "accounts"), rows, "{told}");
        assert_eq!(count(&mut owner, "vault.badges"), rows, "{told}");
    }
    owner
        .batch_execute("SET tenancy.credential = 'aa00'")
        .unwrap();
    assert_eq!(count(&mut owner, "api_keys"), 1);
    // To read only.
    let changed = diesel::sql_query("UPDATE api_keys SET tenant_id = 3").execute(&mut owner);
    assert_eq!(changed, Ok(0));
    owner
        .batch_execute(
            "CREATE OR REPLACE FUNCTION tenancy_prove_accounts(proof text) RETURNS SETOF accounts
             LANGUAGE plpgsql SECURITY DEFINER AS
             $$ BEGIN PERFORM set_config('tenancy.credential', $1, true);
                RETURN QUERY SELECT * FROM accounts; END $$",
        )
        .unwrap();
    assert_eq!(proven(&mut stage.serving(), "bb"), [2]);
}

#[test]
fn the_setting_ends_with_the_call() {
    let stage = stage();
    let mut owner = stage.owner();
    owner
        .batch_execute("GRANT EXECUTE ON FUNCTION tenancy_prove_accounts(text) TO owner; BEGIN")
        .unwrap();
    assert_eq!(proven(&mut owner, "aa"), [1]);
    assert_eq!(setting(&mut owner), "");
    assert_eq!(count(&mut owner, "accounts"), 0);
    owner
        .batch_execute("SET LOCAL tenancy.credential = 'bb'")
        .unwrap();
    assert_eq!(proven(&mut owner, "aa"), [1]);
    assert_eq!(setting(&mut owner), "bb");
}

#[test]
fn names_that_stand_before_those_of_the_door_do_not_get_in() {
    let stage = stage();
    let mut conn = stage.serving();
    conn.batch_execute(
        "CREATE TEMP TABLE accounts (LIKE public.accounts);
         INSERT INTO accounts (id, tenant_id, digest) VALUES (9, 2, 'aa'), (9, 2, 'cc');
         CREATE FUNCTION pg_temp.tenancy_prove_accounts(proof text)
            RETURNS SETOF public.accounts LANGUAGE sql
            AS $$ SELECT 9::bigint, 2::bigint, $1, NULL::timestamp $$;
         SET search_path = pg_temp, public",
    )
    .unwrap();
    assert_eq!(proven(&mut conn, "aa"), [1]);
    assert_eq!(proven(&mut conn, "cc"), [0; 0]);
}

/// Whoever made the schema that stands first in the path.
#[test]
fn a_path_leads_the_door_nowhere() {
    let stage = stage();
    stage
        .raw()
        .batch_execute(
            "CREATE SCHEMA evil; GRANT USAGE ON SCHEMA evil TO PUBLIC;
             CREATE TABLE evil.accounts AS
                SELECT id, 2::bigint AS tenant_id, digest, deleted_at FROM accounts;
             GRANT SELECT ON evil.accounts TO PUBLIC;
             CREATE FUNCTION evil.current_setting(text, boolean) RETURNS text
                LANGUAGE sql AS $$ SELECT 'bb'::text $$;
             CREATE FUNCTION evil.same(text, text) RETURNS boolean LANGUAGE sql
                AS $$ SELECT true $$;
             CREATE OPERATOR evil.= (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.same)",
        )
        .unwrap();
    let mut conn = stage.serving();
    conn.batch_execute("SET search_path = evil, public, pg_catalog")
        .unwrap();
    assert_eq!(
        count(&mut conn, "accounts WHERE tenant_id = 2"),
        4,
        "the path leads"
    );
    assert_eq!(proven(&mut conn, "aa"), [1]);
    assert_eq!(proven(&mut conn, "cc"), [0; 0]);
}

/// What the door calls, it calls as the owner.
#[test]
fn a_path_brings_no_function_to_the_owner() {
    let stage = stage();
    stage
        .raw()
        .batch_execute(
            "CREATE SCHEMA evil; GRANT USAGE ON SCHEMA evil TO PUBLIC;
             CREATE TABLE evil.seen (who text); GRANT INSERT, SELECT ON evil.seen TO PUBLIC;
             CREATE FUNCTION evil.set_config(text, text, boolean) RETURNS text
                LANGUAGE sql AS $$ INSERT INTO evil.seen VALUES (current_user) RETURNING who $$",
        )
        .unwrap();
    let mut conn = stage.serving();
    conn.batch_execute("SET search_path = evil, public, pg_catalog")
        .unwrap();
    proven(&mut conn, "aa");
    assert_eq!(count(&mut conn, "evil.seen"), 0);
}

/// Types, too, are looked for among the temporary ones first, unless a path names those.
#[test]
fn a_temporary_type_brings_no_function_to_the_owner() {
    let stage = stage();
    let mut conn = stage.serving();
    conn.batch_execute(
        "CREATE TEMP TABLE seen (who name); GRANT INSERT ON seen TO PUBLIC;
         CREATE FUNCTION pg_temp.look(pg_catalog.text) RETURNS boolean LANGUAGE plpgsql AS
            $$ BEGIN INSERT INTO pg_temp.seen VALUES (current_user); RETURN true; END $$;
         CREATE DOMAIN pg_temp.text AS pg_catalog.text CHECK (pg_temp.look(VALUE))",
    )
    .unwrap();
    drop(prove::<Account, Account, _>(&mut conn, "aa"));
    assert_eq!(count(&mut conn, "pg_temp.seen"), 0);
}

#[test]
fn only_who_serves_may_call_it() {
    let stage = stage();
    let mut conn = stage.signed_in(&stage.role());
    let refused = prove::<Account, Account, _>(&mut conn, "aa").unwrap_err();
    assert!(
        refused.to_string().contains("permission denied"),
        "{refused}"
    );
}

#[test]
fn a_setting_that_is_no_proof_stops_nobody() {
    let stage = stage();
    let mut conn = stage.serving();
    conn.batch_execute("SET tenancy.credential = 'no uuid, no hex'")
        .unwrap();
    let links = prove::<Link, Link, _>(&mut conn, &link("aa")).unwrap();
    let keys = prove::<ApiKey, ApiKey, _>(&mut conn, &[0xaa, 0]).unwrap();
    assert_eq!((links.len(), keys.len()), (1, 1));
}
