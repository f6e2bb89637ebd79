//! SQL of the schema that sets a tenant, and connections that have one from the start.

use std::env;

use diesel::connection::SimpleConnection;

use super::*;

const BODY: &str = "LANGUAGE plpgsql AS $$ BEGIN PERFORM {sets}; RETURN NULL; END $$";

fn with(sets: &str, then: &str) -> &'static str {
    let body = BODY.replace("{sets}", sets);
    format!("CREATE FUNCTION tells() RETURNS trigger {body}; {then}").leak()
}

const ON_ITEMS: &str = "CREATE TRIGGER tells AFTER UPDATE ON items EXECUTE FUNCTION tells()";
const TELLS: &[(Severity, Check, &str)] = &[(ERROR, TenantFunction, "tells()")];
const DROPPED: &str = "DROP FUNCTION tells() CASCADE";

#[test]
fn a_body_that_sets_a_tenant_is_found() {
    let cases: [Case; 10] = [
        (with("set_config('tenancy.tenant_id', '2', true)", ON_ITEMS), TELLS, DROPPED),
        (
            with("pg_catalog.SET_CONFIG ( 'Tenancy.Tenant_ID', '2', true)", "SELECT 1"),
            TELLS,
            DROPPED,
        ),
        (
            "CREATE FUNCTION tells() RETURNS void LANGUAGE plpgsql
                AS 'BEGIN SET LOCAL  \"tenancy\".\"tenant_id\" = 2; END'",
            TELLS,
            DROPPED,
        ),
        (
            "CREATE FUNCTION tells() RETURNS void LANGUAGE plpgsql
                AS 'BEGIN EXECUTE ''set session tenancy . tenant_id to 2''; END'",
            TELLS,
            DROPPED,
        ),
        (
            "CREATE FUNCTION tells() RETURNS text LANGUAGE sql
                BEGIN ATOMIC SELECT set_config('tenancy.tenant_id', '2', true); END",
            TELLS,
            DROPPED,
        ),
        (
            // Nobody may call it, and the trigger does.
            with(
                "set_config('tenancy.tenant_id', '2', true)",
                "REVOKE EXECUTE ON FUNCTION tells() FROM PUBLIC;
                 CREATE TRIGGER tells AFTER UPDATE ON items EXECUTE FUNCTION tells()",
            ),
            TELLS,
            DROPPED,
        ),
        (
            "CREATE VIEW shown WITH (security_invoker) AS
                SELECT set_config('tenancy.tenant_id', '2', true); GRANT SELECT ON shown TO serving",
            &[(ERROR, TenantFunction, "shown")],
            "DROP VIEW shown",
        ),
        (
            "ALTER TABLE items ADD was text DEFAULT set_config('tenancy.tenant_id', '2', true)",
            &[(ERROR, TenantFunction, "items")],
            "ALTER TABLE items DROP was",
        ),
        (
            "ALTER TABLE items ADD CONSTRAINT tells
                CHECK (set_config('tenancy.tenant_id', '2', true) <> '') NOT VALID",
            &[(ERROR, TenantFunction, "items")],
            "ALTER TABLE items DROP CONSTRAINT tells",
        ),
        (
            "CREATE FUNCTION calm() RETURNS trigger LANGUAGE plpgsql
                AS 'BEGIN RETURN NULL; END';
             CREATE TRIGGER tells AFTER UPDATE ON items FOR EACH ROW
                WHEN (set_config('tenancy.tenant_id', '2', true) <> '') EXECUTE FUNCTION calm()",
            &[(ERROR, TenantFunction, "items")],
            "DROP FUNCTION calm() CASCADE",
        ),
    ];
    check_cases(&tables(), &Stage::new(), "postgres", &cases);
}

#[test]
fn what_reads_the_tenant_is_no_finding() {
    let stage = Stage::new();
    let before = found(&tables(), &mut stage.serving());
    let make = "
        CREATE FUNCTION told() RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN
            UPDATE units SET name = current_setting('tenancy.tenant_id', true);
            RETURN current_setting('tenancy.tenant_id', true)::bigint; END $$;
        CREATE FUNCTION sets() RETURNS text LANGUAGE sql
            AS $$ SELECT set_config('lock_timeout', '1s', true) $$;
        CREATE FUNCTION unreachable() RETURNS text LANGUAGE sql
            AS $$ SELECT set_config('tenancy.tenant_id', '2', true) $$;
        REVOKE EXECUTE ON FUNCTION unreachable() FROM PUBLIC;
        CREATE VIEW hidden AS SELECT set_config('tenancy.tenant_id', '2', true);
        ALTER TABLE items ADD told text DEFAULT current_setting('tenancy.tenant_id', true)";
    stage.raw().batch_execute(make).unwrap();
    assert_eq!(found(&tables(), &mut stage.serving()), before);
}

fn standing(conn: &mut PgConnection) -> Vec<String> {
    let findings = found(&tables(), conn).into_iter();
    let standing = findings.filter(|found| found.check == StandingTenant);
    standing.map(|found| found.problem).collect()
}

#[test]
fn a_tenant_of_the_url_or_of_whoever_connected_is_found() {
    let stage = Stage::new();
    let server = env::var("TENANCY_POSTGRES").unwrap();
    let url = format!(
        "{server} user=serving dbname={} options='-c tenancy.tenant_id=2'",
        stage.name()
    );
    let mut conn = PgConnection::establish(&url).unwrap();
    let from_the_start = "the connection has the tenant '2' from the start: by the server's \
                          configuration, or the options of its URL";
    assert_eq!(standing(&mut conn), [from_the_start]);
    assert_eq!(standing(&mut conn), [from_the_start], "it was put back");
    let mut conn = stage.serving();
    assert_eq!(standing(&mut conn), [""; 0]);
    conn.batch_execute("SET tenancy.tenant_id = '1'").unwrap();
    let without = "the connection has the tenant '1' without being told by a session: who opened \
                   it has set it, or `on_connect`";
    assert_eq!(standing(&mut conn), [without]);
    conn.batch_execute("SET tenancy.tenant_id = ''").unwrap();
    assert_eq!(standing(&mut conn), [""; 0]);
}

/// The setting's default is a tenant, and an authenticator sees nobody's rows all the same.
#[test]
fn nobody_is_not_who_stands_in_the_url() {
    struct Counts;
    impl tenancy::Authenticator<PgConnection> for Counts {
        type Credential<'a> = ();
        type Key = i64;

        fn authenticate(
            &self,
            conn: &mut PgConnection,
            (): (),
        ) -> Result<tenancy::Claims<i64>, tenancy::AuthError> {
            let seen: i64 = items::table.count().get_result(conn)?;
            Ok(tenancy::Claims::new(seen + 1))
        }
    }
    let stage = Stage::new();
    let server = env::var("TENANCY_POSTGRES").unwrap();
    let url = format!(
        "{server} user=serving dbname={} options='-c tenancy.tenant_id=2'",
        stage.name()
    );
    let db = tenancy::Database::<PgConnection>::builder()
        .max_size(1)
        .transport(Transport::Direct)
        .open(&url)
        .unwrap();
    let who = db.authenticate(&Counts, ()).unwrap();
    assert_eq!(*who.tenant(), 1, "no row was seen");
}
