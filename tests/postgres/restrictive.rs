//! Restrictive policies beside the permissive ones: another policy widens nothing.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use tenancy::{Catalog, Check, catalog};

use crate::inspect::{Case, ERROR, WARNING, but_for_the_version, check_cases, found};
use crate::stage::*;
use Check::*;

fn restricted() -> Catalog {
    catalog![
        Category,
        Item,
        Note,
        Tag,
        Word,
        Tool,
        Unit,
        restrictive = true
    ]
}

fn protected() -> Stage {
    let stage = Stage::new();
    restricted().protect(&mut stage.owner(), "serving").unwrap();
    stage
}

fn count(conn: &mut PgConnection, table: &str) -> i64 {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let sql = format!("SELECT count(*) FROM {table}");
    let count: Count = diesel::sql_query(sql).get_result(conn).unwrap();
    count.count
}

#[test]
fn l_91_another_permissive_policy_widens_nothing() {
    let stage = protected();
    let mut owner = stage.owner();
    for table in ["items", "tags", "words"] {
        let open = format!("CREATE POLICY all_of_them ON {table} USING (true) WITH CHECK (true)");
        owner.batch_execute(&open).unwrap();
    }
    let mut conn = stage.serving();
    assert_eq!(count(&mut conn, "items"), 0);
    conn.batch_execute("SET tenancy.tenant_id = '1'").unwrap();
    for table in ["items", "tags", "words"] {
        assert_eq!(count(&mut conn, table), 2, "{table}");
    }
    for sql in [
        "INSERT INTO items (tenant_id, category_id, name) VALUES (2, 2, 'Rope')",
        "INSERT INTO tags (tenant_id, name) VALUES (NULL, 'blue')",
        "INSERT INTO words (tag_id, word) VALUES (3, 'bleu')",
    ] {
        let text = conn.batch_execute(sql).unwrap_err().to_string();
        assert!(text.contains("row-level security policy"), "{sql}: {text}");
    }
    for sql in [
        "UPDATE items SET name = 'X' WHERE id = 2",
        "UPDATE tags SET name = 'X' WHERE id = 3",
        "DELETE FROM tags WHERE id = 3",
        "DELETE FROM words WHERE id IN (2, 3)",
    ] {
        assert_eq!(
            diesel::sql_query(sql).execute(&mut conn).unwrap(),
            0,
            "{sql}"
        );
    }
}

#[test]
fn it_is_put_there_once_and_taken_back() {
    let stage = protected();
    let mut owner = stage.owner();
    let pending = restricted().pending(&mut owner, "serving").unwrap();
    assert!(pending.steps().is_empty(), "{pending}");
    assert_eq!(
        count(&mut owner, "pg_policies WHERE permissive = 'RESTRICTIVE'"),
        12
    );
    // Without the wish they go.
    tables().protect(&mut owner, "serving").unwrap();
    assert_eq!(
        count(&mut owner, "pg_policies WHERE permissive = 'RESTRICTIVE'"),
        0
    );
    restricted().protect(&mut owner, "serving").unwrap();
    let down = restricted().protection("serving").unwrap().down();
    owner.batch_execute(&down).unwrap();
    assert_eq!(count(&mut owner, "pg_policies"), 0);
}

#[test]
fn a_restrictive_policy_that_is_missing_is_found() {
    let stage = protected();
    let findings = found(&restricted(), &mut stage.serving());
    assert_eq!(but_for_the_version(findings), []);
    let cases: [Case; 5] = [
        (
            "DROP POLICY tenancy_only ON items",
            &[(ERROR, MissingPolicy, "items")],
            "",
        ),
        (
            "DROP POLICY tenancy_only_delete ON tags",
            &[(ERROR, MissingPolicy, "tags")],
            "",
        ),
        (
            "ALTER POLICY tenancy_only ON tools USING (true) WITH CHECK (true)",
            &[(ERROR, MissingPolicy, "tools")],
            "",
        ),
        (
            // It takes nothing away.
            "DROP POLICY tenancy_only_read ON words;
             CREATE POLICY tenancy_only_read ON words AS RESTRICTIVE FOR SELECT",
            &[(ERROR, MissingPolicy, "words")],
            "",
        ),
        (
            "CREATE POLICY all_of_them ON items USING (true)",
            &[(WARNING, OpenPolicy, "items")],
            "",
        ),
    ];
    check_cases(&restricted(), &stage, "owner", &cases);
}

/// The restrictive policies are for the role that serves, and not for one that it can become.
#[test]
fn l_91_another_roles_policy_is_not_taken_away() {
    let stage = Stage::new();
    let role = format!("held_of_{}", stage.name());
    let other = format!("loose_of_{}", stage.name());
    let kin = stage.role();
    let mut raw = stage.raw();
    raw.batch_execute(&format!(
        "CREATE ROLE {role} LOGIN; CREATE ROLE {other}; GRANT {other} TO {role}"
    ))
    .unwrap();
    restricted().protect(&mut stage.owner(), &role).unwrap();
    let mut told = Vec::new();
    for sql in [
        "CREATE POLICY more ON items USING (true)".to_owned(),
        format!("GRANT SELECT ON items TO {other}"),
        format!("ALTER POLICY more ON items TO {other}"),
        format!("REVOKE SELECT ON items FROM {other}; GRANT SELECT (name) ON items TO {other}"),
        format!("ALTER ROLE {role} NOINHERIT"),
        // The other has the policy by a role that it is a member of.
        format!("GRANT {kin} TO {other}; ALTER POLICY more ON items TO {kin}"),
    ] {
        raw.batch_execute(&sql).unwrap();
        let findings = found(&restricted(), &mut stage.signed_in(&role));
        let open = findings
            .into_iter()
            .filter(|found| found.check == OpenPolicy);
        told.extend(open.map(|found| found.severity));
    }
    raw.batch_execute(&format!(
        "DROP OWNED BY {role}, {other}; DROP ROLE {role}, {other}"
    ))
    .unwrap();
    assert_eq!(told, [WARNING, ERROR, ERROR, ERROR, ERROR, ERROR]);
    raw.batch_execute("DROP POLICY more ON items").unwrap();
}
