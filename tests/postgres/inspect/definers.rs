//! Functions that run as their owner, by whatever they are reached.

use diesel::connection::SimpleConnection;

use super::*;

/// A definer's function that shows every tenant's items, in a schema that nobody else may look
/// into, and that everybody may call, as is usual.
const HIDDEN: &str = "CREATE SCHEMA hidden; CREATE FUNCTION hidden.all_of() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM public.items';";

/// The same as an aggregate's, whose own function nobody may call.
const COUNTS: &str = "CREATE FUNCTION counts(bigint, integer) RETURNS bigint LANGUAGE sql
    SECURITY DEFINER AS 'SELECT count(*) FROM public.items';
    REVOKE EXECUTE ON FUNCTION counts(bigint, integer) FROM PUBLIC;";

fn with(first: &str, then: &str) -> &'static str {
    format!("{first} {then}").leak()
}

#[test]
fn l_89_what_is_stored_calls_a_definers_function() {
    let cases: [Case; 7] = [
        (
            with(
                HIDDEN,
                "CREATE VIEW shown AS SELECT hidden.all_of(); GRANT SELECT ON shown TO serving",
            ),
            &[(ERROR, DefinerFunction, "hidden.all_of()")],
            "DROP SCHEMA hidden CASCADE",
        ),
        (
            // Over another view, which this role may not read.
            with(
                HIDDEN,
                "CREATE VIEW inner_one AS SELECT hidden.all_of();
                 CREATE VIEW shown AS SELECT * FROM inner_one;
                 GRANT SELECT (all_of) ON shown TO serving",
            ),
            &[(ERROR, DefinerFunction, "hidden.all_of()")],
            "DROP SCHEMA hidden CASCADE",
        ),
        (
            with(
                HIDDEN,
                "CREATE FUNCTION hidden.beside(integer) RETURNS bigint LANGUAGE sql
                    SECURITY DEFINER AS 'SELECT count(*) FROM public.items';
                 CREATE OPERATOR @@@ (RIGHTARG = integer, FUNCTION = hidden.beside)",
            ),
            &[(ERROR, DefinerFunction, "hidden.beside(integer)")],
            "DROP SCHEMA hidden CASCADE",
        ),
        (
            with(
                COUNTS,
                "CREATE AGGREGATE all_counts(integer) (SFUNC = counts, STYPE = bigint)",
            ),
            &[(ERROR, DefinerFunction, "all_counts(integer)")],
            "DROP FUNCTION counts(bigint, integer) CASCADE",
        ),
        (
            // What it keeps was seen by the owner, also where a view stands between.
            with(
                HIDDEN,
                "REVOKE EXECUTE ON FUNCTION hidden.all_of() FROM PUBLIC;
                 CREATE VIEW inner_one AS SELECT hidden.all_of();
                 CREATE MATERIALIZED VIEW kept AS SELECT * FROM inner_one;
                 GRANT SELECT ON kept TO serving",
            ),
            &[(ERROR, MaterializedView, "kept")],
            "DROP SCHEMA hidden CASCADE",
        ),
        (
            // As who fills it, and read through a view.
            "CREATE FUNCTION all_of() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM items';
             CREATE MATERIALIZED VIEW kept AS SELECT all_of();
             CREATE VIEW shown AS SELECT * FROM kept; GRANT SELECT ON shown TO serving",
            &[(ERROR, MaterializedView, "shown")],
            "DROP FUNCTION all_of() CASCADE",
        ),
        (
            with(
                HIDDEN,
                "CREATE TABLE hidden.door (n bigint); GRANT INSERT ON hidden.door TO serving;
                 CREATE RULE calls AS ON INSERT TO hidden.door DO INSTEAD SELECT hidden.all_of();
                 CREATE VIEW shown AS SELECT * FROM hidden.door; GRANT INSERT ON shown TO serving",
            ),
            &[(ERROR, DefinerFunction, "hidden.all_of()")],
            "DROP SCHEMA hidden CASCADE",
        ),
    ];
    check_cases(&tables(), &Stage::new(), "postgres", &cases);
}

/// Who reads a view needs the right to call its functions: the right of its owner does not do.
#[test]
fn l_89_a_function_that_cannot_be_called_is_no_finding() {
    let stage = Stage::new();
    let before = found(&tables(), &mut stage.serving());
    let mut raw = stage.raw();
    raw.batch_execute(HIDDEN).unwrap();
    raw.batch_execute(COUNTS).unwrap();
    raw.batch_execute(
        "CREATE VIEW closed AS SELECT hidden.all_of();
         CREATE FUNCTION theirs() RETURNS bigint LANGUAGE sql SECURITY DEFINER
            AS 'SELECT count(*) FROM items';
         REVOKE EXECUTE ON FUNCTION theirs() FROM PUBLIC;
         CREATE VIEW shown AS SELECT theirs(); GRANT SELECT ON shown TO serving;
         CREATE AGGREGATE all_counts(integer) (SFUNC = counts, STYPE = bigint);
         REVOKE EXECUTE ON FUNCTION all_counts(integer) FROM PUBLIC;
         CREATE MATERIALIZED VIEW kept AS SELECT theirs();
         CREATE MATERIALIZED VIEW plain AS SELECT upper('a'); GRANT SELECT ON plain TO serving",
    )
    .unwrap();
    assert_eq!(found(&tables(), &mut stage.serving()), before);
    for sql in [
        "SELECT * FROM shown",
        "SELECT all_counts(1)",
        "SELECT hidden.all_of()",
    ] {
        let refused = stage.serving().batch_execute(sql).unwrap_err().to_string();
        assert!(refused.contains("permission denied"), "{sql}: {refused}");
    }
}

/// What runs as the owner of the tables is bound by their row security.
#[test]
fn what_is_kept_as_the_owner_is_a_warning() {
    let cases: [Case; 1] = [(
        "CREATE FUNCTION all_of() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM items';
         CREATE MATERIALIZED VIEW kept AS SELECT all_of(); GRANT SELECT ON kept TO serving",
        &[(WARNING, MaterializedView, "kept")],
        "DROP FUNCTION all_of() CASCADE",
    )];
    check_cases(&tables(), &Stage::new(), "owner", &cases);
}

/// Whom a trigger's function runs as, and what it does.
const COPIES: &str = "CREATE FUNCTION copies() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    AS 'BEGIN DELETE FROM public.notes; RETURN NEW; END';
    REVOKE EXECUTE ON FUNCTION copies() FROM PUBLIC;";

const FOUND: &[(Severity, Check, &str)] = &[(ERROR, DefinerFunction, "copies()")];
const CLEANS: &str = "DROP FUNCTION copies() CASCADE";

#[test]
fn l_89_a_trigger_that_runs_above_row_security_is_found() {
    let on = |table: &str| {
        let trigger = format!(
            "CREATE TRIGGER copies AFTER INSERT ON {table}
             FOR EACH STATEMENT EXECUTE FUNCTION copies()"
        );
        with(COPIES, &trigger)
    };
    let cases: [Case; 7] = [
        (
            with(
                COPIES,
                "CREATE VIEW door AS SELECT 1 AS n; GRANT DELETE ON door TO serving;
                 CREATE TRIGGER copies INSTEAD OF DELETE ON door
                 FOR EACH ROW EXECUTE FUNCTION copies()",
            ),
            FOUND,
            "DROP FUNCTION copies() CASCADE; DROP VIEW door",
        ),
        (
            with(
                COPIES,
                "CREATE SCHEMA other; GRANT USAGE ON SCHEMA other TO serving;
                 CREATE TABLE other.door (n bigint); GRANT TRUNCATE ON other.door TO serving;
                 CREATE TRIGGER copies BEFORE TRUNCATE ON other.door
                 FOR EACH STATEMENT EXECUTE FUNCTION copies()",
            ),
            FOUND,
            "DROP FUNCTION copies() CASCADE; DROP SCHEMA other CASCADE",
        ),
        (on("items"), FOUND, CLEANS),
        (
            // What is everybody's is a table of the catalog, too.
            on("units"),
            FOUND,
            CLEANS,
        ),
        (
            with("CREATE TABLE part () INHERITS (items);", on("part")),
            FOUND,
            "DROP FUNCTION copies() CASCADE; DROP TABLE part",
        ),
        (
            with(
                COPIES,
                "CREATE VIEW door AS SELECT 1 AS n; GRANT INSERT (n) ON door TO serving;
                 CREATE TRIGGER copies INSTEAD OF INSERT ON door
                 FOR EACH ROW EXECUTE FUNCTION copies()",
            ),
            FOUND,
            "DROP FUNCTION copies() CASCADE; DROP VIEW door",
        ),
        (
            // As the owner of a table that does not force its row security.
            with(
                "ALTER TABLE tools NO FORCE ROW LEVEL SECURITY;",
                with(on("items"), "; ALTER FUNCTION copies() OWNER TO owner"),
            ),
            &[
                (ERROR, DefinerFunction, "copies()"),
                (ERROR, NotForced, "tools"),
            ],
            CLEANS,
        ),
    ];
    check_cases(&tables(), &Stage::new(), "postgres", &cases);
}

#[test]
fn a_trigger_that_reaches_nobody_is_no_finding() {
    let stage = Stage::new();
    let before = found(&tables(), &mut stage.serving());
    let on = |table: &str, then: &str| {
        format!(
            "{COPIES} CREATE TRIGGER copies AFTER INSERT ON {table}
             FOR EACH STATEMENT EXECUTE FUNCTION copies(); {then}"
        )
    };
    let mut raw = stage.raw();
    raw.batch_execute("CREATE SCHEMA hidden; CREATE TABLE hidden.logs (n bigint)")
        .unwrap();
    for sql in [
        on("items", "ALTER FUNCTION copies() OWNER TO owner"),
        on("items", "ALTER TABLE items DISABLE TRIGGER copies"),
        on("items", "ALTER FUNCTION copies() SECURITY INVOKER"),
        on("hidden.logs", "GRANT INSERT ON hidden.logs TO serving"),
    ] {
        raw.batch_execute(&sql).unwrap();
        assert_eq!(found(&tables(), &mut stage.serving()), before, "{sql}");
        raw.batch_execute(CLEANS).unwrap();
    }
}
