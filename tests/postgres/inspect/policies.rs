//! Row security and its policies.

use diesel::connection::SimpleConnection;

use super::*;

#[test]
fn l_91_row_security_is_on_and_the_catalogs() {
    let cases: [Case; 10] = [
        (
            // A table that cannot be read keeps no other one from being tried.
            "REVOKE SELECT ON words FROM serving; CREATE POLICY all_of_them ON items USING (true)",
            &[(ERROR, OpenPolicy, "items"), (ERROR, Probe, "items")],
            "GRANT SELECT ON words TO serving",
        ),
        (
            "ALTER TABLE tools DISABLE ROW LEVEL SECURITY",
            &[(ERROR, RowSecurityOff, "tools"), (ERROR, Probe, "tools")],
            "",
        ),
        (
            "ALTER TABLE items NO FORCE ROW LEVEL SECURITY",
            &[(ERROR, NotForced, "items")],
            "",
        ),
        (
            "DROP POLICY tenancy ON tools",
            &[(ERROR, MissingPolicy, "tools")],
            "",
        ),
        (
            "ALTER POLICY tenancy ON tools TO operator",
            &[(ERROR, MissingPolicy, "tools")],
            "",
        ),
        (
            "CREATE POLICY lamps ON items FOR SELECT USING (name = 'Lamp')",
            &[(ERROR, OtherPolicy, "items"), (ERROR, Probe, "items")],
            "",
        ),
        (
            "CREATE POLICY all_of_them ON items USING (true)",
            &[(ERROR, OpenPolicy, "items"), (ERROR, Probe, "items")],
            "",
        ),
        (
            "CREATE POLICY spoof ON items FOR INSERT WITH CHECK (true)",
            &[(ERROR, OpenPolicy, "items")],
            "",
        ),
        (
            // Everybody's rows are read, and not written.
            "CREATE POLICY more ON tags FOR DELETE USING (
                tenant_id = nullif(current_setting('tenancy.tenant_id', true), '')::bigint
                OR tenant_id IS NULL)",
            &[(ERROR, OtherPolicy, "tags")],
            "",
        ),
        (
            // One row of everybody's would show all.
            "CREATE POLICY untied ON words FOR SELECT USING (EXISTS (
                SELECT 1 FROM tags tenancy_1 WHERE tenancy_1.id = words.tag_id
                AND tenancy_1.tenant_id = nullif(current_setting('tenancy.tenant_id', true), '')::bigint
                OR tenancy_1.tenant_id IS NULL))",
            &[(ERROR, OtherPolicy, "words"), (ERROR, Probe, "words")],
            "",
        ),
    ];
    check_cases(&tables(), &Stage::new(), "owner", &cases);
}

#[test]
fn what_the_catalog_leaves_out_is_noted() {
    let stage = Stage::new();
    stage
        .owner()
        .batch_execute("ALTER TABLE tools DISABLE ROW LEVEL SECURITY")
        .unwrap();
    let catalog = tables().without_row_security::<Tool>();
    let findings = but_for_the_version(found(&catalog, &mut stage.serving()));
    let told: Vec<_> = findings
        .iter()
        .map(|found| (found.severity, found.check))
        .collect();
    assert_eq!(told, [(NOTE, Unguarded)]);
}

/// What a policy says of the tenant, told by the setting.
macro_rules! told {
    () => {
        "nullif(current_setting('tenancy.tenant_id', true), '')::bigint"
    };
}

/// Each reads like the catalog's policy, and means something else.
const STAND_INS: [Case; 4] = [
    (
        concat!(
            "CREATE SCHEMA evil; CREATE TABLE evil.items AS SELECT * FROM items;
             DROP POLICY tenancy ON notes; CREATE POLICY tenancy ON notes TO serving
             USING (EXISTS (SELECT 1 FROM evil.items tenancy_1 WHERE tenancy_1.id = notes.item_id
                AND tenancy_1.tenant_id = ",
            told!(),
            "))"
        ),
        &[
            (ERROR, OtherPolicy, "notes"),
            (ERROR, MissingPolicy, "notes"),
        ],
        "DROP TABLE evil.items; DROP SCHEMA evil",
    ),
    (
        concat!(
            "ALTER TABLE items ADD \"items.tenant_id\" bigint; DROP POLICY tenancy ON items;
             CREATE POLICY tenancy ON items TO serving USING (\"items.tenant_id\" = ",
            told!(),
            ")"
        ),
        &[
            (ERROR, OtherPolicy, "items"),
            (ERROR, MissingPolicy, "items"),
        ],
        "ALTER TABLE items DROP \"items.tenant_id\"",
    ),
    (
        "CREATE SCHEMA shadow; CREATE FUNCTION shadow.current_setting(text, boolean)
             RETURNS text LANGUAGE sql AS $$ SELECT '2'::text $$; DROP POLICY tenancy ON items;
             CREATE POLICY tenancy ON items TO serving USING (tenant_id
                = nullif(shadow.current_setting('tenancy.tenant_id', true), '')::bigint)",
        &[
            (ERROR, OtherPolicy, "items"),
            (ERROR, MissingPolicy, "items"),
            (ERROR, Probe, "items"),
        ],
        "DROP FUNCTION shadow.current_setting(text, boolean); DROP SCHEMA shadow",
    ),
    (
        concat!(
            "CREATE SCHEMA shadow; CREATE FUNCTION shadow.alike(bigint, bigint) RETURNS boolean
             LANGUAGE sql AS 'SELECT true'; CREATE OPERATOR shadow.= (LEFTARG = bigint,
                RIGHTARG = bigint, FUNCTION = shadow.alike); DROP POLICY tenancy ON items;
             CREATE POLICY tenancy ON items TO serving USING (tenant_id OPERATOR(shadow.=) ",
            told!(),
            ")"
        ),
        &[
            (ERROR, OtherPolicy, "items"),
            (ERROR, MissingPolicy, "items"),
            (ERROR, Probe, "items"),
        ],
        "DROP OPERATOR shadow.= (bigint, bigint); DROP FUNCTION shadow.alike(bigint, bigint);
         DROP SCHEMA shadow",
    ),
];

#[test]
fn l_91_a_policy_that_only_reads_like_the_catalogs_is_found() {
    check_cases(&tables(), &Stage::new(), "postgres", &STAND_INS);
}

/// Such a policy stands behind no SQL of the application's own.
#[test]
fn l_91_a_policy_that_only_reads_like_the_catalogs_enforces_nothing() {
    for (breaks, ..) in STAND_INS {
        let stage = Stage::new();
        stage.raw().batch_execute(breaks).unwrap();
        let db = stage.open(Transport::Direct, 1);
        let anna = scope(&db, 1);
        let mut session = db.session(&anna).unwrap();
        let done: tenancy::Result<()> = session.enforced(&tables(), |_| Ok(()));
        assert!(
            matches!(done, Err(tenancy::Error::NotEnforced { .. })),
            "{breaks}: {done:?}"
        );
    }
}

/// A policy follows the table that it was made for, wherever that goes.
#[test]
fn l_91_a_policy_that_followed_a_table_away_is_found() {
    let stage = Stage::new();
    stage
        .raw()
        .batch_execute(
            "CREATE SCHEMA old; ALTER TABLE items SET SCHEMA old;
             CREATE TABLE items (LIKE old.items INCLUDING ALL); ALTER TABLE items OWNER TO owner;
             INSERT INTO items SELECT * FROM old.items",
        )
        .unwrap();
    tables()
        .without_row_security::<Note>()
        .protect(&mut stage.owner(), "serving")
        .unwrap();
    let findings = found(&tables(), &mut stage.serving());
    let policies: Vec<&str> = findings
        .iter()
        .filter(|found| found.check == OtherPolicy)
        .map(|found| found.problem.as_str())
        .collect();
    assert_eq!(policies.len(), 1, "{findings:#?}");
    assert!(policies[0].contains("table old.items"), "{policies:?}");
}

mod old {
    use diesel::prelude::*;
    use tenancy::prelude::*;

    diesel::table! {
        old.items (id) {
            id -> BigInt,
            tenant_id -> BigInt,
        }
    }

    #[derive(Queryable, Selectable, Identifiable, Scoped)]
    #[diesel(table_name = items)]
    #[scoped(tenant = tenant_id)]
    pub struct OldItem {
        id: RowId<OldItem>,
    }

    diesel::table! {
        old.marks (id) {
            id -> BigInt,
            item_id -> BigInt,
        }
    }

    #[derive(Queryable, Selectable, Identifiable, Scoped)]
    #[diesel(table_name = marks)]
    #[scoped(parent(OldItem, on = item_id))]
    pub struct OldMark {
        id: RowId<OldMark>,
    }
}

/// What the catalog names for one table is no parent of another.
#[test]
fn l_91_a_policy_stands_on_its_own_tables_names() {
    let stage = Stage::new();
    let catalog = catalog![
        Category,
        Item,
        Note,
        Tag,
        Word,
        Tool,
        Unit,
        old::OldItem,
        old::OldMark
    ];
    stage
        .owner()
        .batch_execute(
            "CREATE SCHEMA old; GRANT USAGE ON SCHEMA old TO serving;
             CREATE TABLE old.items (tenant_id bigint NOT NULL,
                id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY);
             CREATE TABLE old.marks (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
                item_id bigint NOT NULL REFERENCES old.items (id))",
        )
        .unwrap();
    catalog.protect(&mut stage.owner(), "serving").unwrap();
    let before = found(&catalog, &mut stage.serving());
    stage
        .owner()
        .batch_execute(concat!(
            "DROP POLICY tenancy ON notes; CREATE POLICY tenancy ON notes TO serving
             USING (EXISTS (SELECT 1 FROM old.items tenancy_1 WHERE tenancy_1.id = notes.item_id
                AND tenancy_1.tenant_id = ",
            told!(),
            "))"
        ))
        .unwrap();
    let findings = found(&catalog, &mut stage.serving());
    let new = findings.iter().filter(|found| !before.contains(found));
    let told: Vec<_> = new
        .map(|found| (found.check, found.table.as_deref().unwrap_or_default()))
        .collect();
    assert_eq!(told, [(OtherPolicy, "notes"), (MissingPolicy, "notes")]);
}
