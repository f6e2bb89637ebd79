//! What the database as a whole has: its encoding, its schemas, what is in `pg_catalog`, large
//! objects and leak-proof functions.

use diesel::connection::SimpleConnection;
use tenancy::Error;
use tenancy::prelude::*;

use super::*;

diesel::table! {
    docs (id) {
        id -> BigInt,
        tenant_id -> Text,
    }
}

#[derive(Debug, Scoped)]
#[diesel(table_name = docs)]
#[scoped(tenant = tenant_id)]
#[expect(dead_code, reason = "never loaded")]
struct Doc {
    id: RowId<Doc>,
}

struct Anna;

impl tenancy::Authenticator<PgConnection> for Anna {
    type Credential<'a> = ();
    type Key = String;

    fn authenticate(
        &self,
        _: &mut PgConnection,
        (): (),
    ) -> Result<tenancy::Claims<String>, tenancy::AuthError> {
        Ok(tenancy::Claims::new("anna".to_owned()))
    }
}

/// `¦` and `￤` are one sign in EUC_JP.
#[test]
fn keys_of_text_want_utf8() {
    for (encoding, is_exact) in [("UTF8", true), ("EUC_JP", false), ("SQL_ASCII", false)] {
        let stage = Stage::encoded(encoding);
        let make = "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM serving;
            CREATE TABLE docs (id bigserial PRIMARY KEY, tenant_id text NOT NULL)";
        stage.owner().batch_execute(make).unwrap();
        let catalog = catalog![Doc];
        catalog.protect(&mut stage.owner(), "serving").unwrap();
        let loose = |catalog: &Catalog| {
            let findings = found(catalog, &mut stage.serving());
            findings.iter().any(|found| found.check == LooseKey)
        };
        assert_eq!(loose(&catalog), !is_exact, "{encoding}");
        assert!(!loose(&tables()), "{encoding}: numbers are numbers");
        let db = stage.open(Transport::Direct, 1);
        let anna = TenantScope::new(&db.authenticate(&Anna, ()).unwrap()).unwrap();
        let ran: tenancy::Result<i64> = db
            .session(&anna)
            .unwrap()
            .enforced(&catalog, |raw| Ok(docs::table.count().get_result(raw)?));
        match ran {
            Err(Error::NotEnforced { reason, .. }) if !is_exact => {
                assert!(reason.contains("another encoding than UTF8"), "{reason}");
            }
            ran => assert_eq!(ran.ok(), is_exact.then_some(0), "{encoding}"),
        }
    }
}

#[test]
fn a_role_that_may_make_schemas_is_found() {
    let stage = Stage::new();
    let grant = format!("GRANT CREATE ON DATABASE {} TO serving", stage.name());
    let cases: [Case; 1] = [(grant.leak(), &[(WARNING, SchemaRights, "*")], "")];
    check_cases(&tables(), &stage, "postgres", &cases);
}

/// A schema of the role's name stands before `public` in the search path as it is.
#[test]
fn a_table_that_stands_before_the_catalogs_is_looked_at() {
    let stage = Stage::new();
    let shadow = "CREATE SCHEMA serving; GRANT USAGE ON SCHEMA serving TO serving;
        CREATE TABLE serving.items (LIKE public.items); GRANT SELECT ON serving.items TO serving";
    stage.raw().batch_execute(shadow).unwrap();
    let findings = found(&tables(), &mut stage.serving());
    let told = |check, table: &str| {
        let mut findings = findings.iter();
        findings.any(|found| found.check == check && found.table.as_deref() == Some(table))
    };
    assert!(told(RowSecurityOff, "items"), "{findings:#?}");
    assert!(told(UndeclaredTable, "public.items"), "{findings:#?}");
    let db = stage.open(Transport::Direct, 1);
    let anna = scope(&db, 1);
    let refused: tenancy::Result<()> = db.session(&anna).unwrap().enforced(&tables(), |_| Ok(()));
    assert!(
        matches!(refused, Err(Error::NotEnforced { .. })),
        "{refused:?}"
    );
}

/// Only a superuser puts something there, and then by a setting of its own.
#[test]
fn what_stands_among_the_servers_own_is_looked_at() {
    let cases: [Case; 2] = [
        (
            "SET allow_system_table_mods = on;
             CREATE FUNCTION pg_catalog.all_of() RETURNS bigint LANGUAGE sql SECURITY DEFINER
                AS 'SELECT count(*) FROM public.items'",
            &[(ERROR, DefinerFunction, "all_of()")],
            "DROP FUNCTION pg_catalog.all_of()",
        ),
        (
            "CREATE TABLE information_schema.copy AS SELECT name, tenant_id FROM items;
             GRANT SELECT ON information_schema.copy TO serving",
            &[(ERROR, UndeclaredTable, "information_schema.copy")],
            "DROP TABLE information_schema.copy",
        ),
    ];
    check_cases(&tables(), &Stage::new(), "postgres", &cases);
}

#[test]
fn a_rule_on_a_view_that_reads_as_who_asks_is_found() {
    let cases: [Case; 2] = [
        (
            "CREATE VIEW asks WITH (security_invoker) AS SELECT 1 AS one;
             GRANT INSERT ON asks TO serving;
             CREATE RULE more AS ON INSERT TO asks DO INSTEAD UPDATE items SET name = name || id",
            &[(ERROR, Rule, "asks")],
            "DROP VIEW asks",
        ),
        (
            "CREATE VIEW inner_one AS SELECT * FROM items;
             CREATE VIEW asks WITH (security_invoker) AS SELECT 1 AS one;
             GRANT INSERT ON asks TO serving;
             CREATE RULE more AS ON INSERT TO asks DO INSTEAD DELETE FROM inner_one",
            &[(ERROR, Rule, "asks")],
            "DROP VIEW asks, inner_one",
        ),
    ];
    check_cases(&tables(), &Stage::new(), "postgres", &cases);
}

#[test]
fn what_row_security_does_not_stand_before_is_a_warning() {
    let cases: [Case; 3] = [
        (
            "SELECT lo_create(4711); GRANT SELECT ON LARGE OBJECT 4711 TO PUBLIC",
            &[(WARNING, LargeObjects, "*")],
            "SELECT lo_unlink(4711)",
        ),
        (
            "SELECT lo_create(4711); ALTER LARGE OBJECT 4711 OWNER TO serving",
            &[(WARNING, LargeObjects, "*")],
            "SELECT lo_unlink(4711)",
        ),
        (
            "CREATE FUNCTION tells(text) RETURNS boolean LANGUAGE plpgsql LEAKPROOF
                AS $$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$",
            &[(WARNING, LeakProof, "tells(text)")],
            "DROP FUNCTION tells(text)",
        ),
    ];
    let stage = Stage::new();
    check_cases(&tables(), &stage, "postgres", &cases);
    let before = found(&tables(), &mut stage.serving());
    let harmless = "SELECT lo_create(4712);
        CREATE FUNCTION kept(text) RETURNS boolean LANGUAGE sql LEAKPROOF AS 'SELECT true';
        REVOKE EXECUTE ON FUNCTION kept(text) FROM PUBLIC";
    stage.raw().batch_execute(harmless).unwrap();
    assert_eq!(found(&tables(), &mut stage.serving()), before);
}

#[test]
fn a_global_table_with_a_tenants_column_is_found() {
    let cases: [Case; 2] = [
        (
            "ALTER TABLE units ADD tenant_id bigint",
            &[(ERROR, GlobalColumn, "units")],
            "ALTER TABLE units DROP tenant_id",
        ),
        (
            "ALTER TABLE units ADD owner_id bigint",
            &[(ERROR, GlobalColumn, "units")],
            "ALTER TABLE units DROP owner_id",
        ),
    ];
    check_cases(&tables(), &Stage::new(), "owner", &cases);
}
