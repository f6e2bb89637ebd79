//! What SQL of the application's own leaves on a connection reaches nobody.

use std::panic::{AssertUnwindSafe, catch_unwind};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Text};
use tenancy::prelude::*;
use tenancy::{Error, Result, Transport};

use crate::stage::*;

/// What SQL can leave, and a word of it that is seen.
const LEFT: [(&str, &str); 14] = [
    (
        "CREATE TEMP TABLE items (LIKE public.items);
         INSERT INTO pg_temp.items VALUES (77, 2, 1, 'planted'), (78, 1, 1, 'planted')",
        "table items",
    ),
    (
        "DECLARE evil CURSOR WITH HOLD FOR SELECT name FROM items",
        "cursor evil",
    ),
    ("PREPARE evil AS SELECT 1", "prepared evil"),
    ("SET search_path = pg_catalog", "search_path=pg_catalog"),
    ("SET row_security = off", "row_security=off"),
    (
        "SET default_transaction_read_only = on",
        "default_transaction_read_only=on",
    ),
    ("SET statement_timeout = 12345", "statement_timeout=12345"),
    ("SET TIME ZONE 'Asia/Tokyo'", "TimeZone=Asia/Tokyo"),
    ("SET application_name = 'evil'", "application_name=evil"),
    ("SET my.secret = 'evil'", "secret evil"),
    ("SET ROLE serving", "role serving"),
    ("LISTEN evil", "listens evil"),
    ("SELECT pg_advisory_lock(4711)", "lock 4711"),
    ("SELECT nextval('public.tags_id_seq')", "sequence"),
];

const LOOK: &str = "
    SELECT name || '=' || setting AS line FROM pg_settings
        WHERE source = 'session' AND NOT starts_with(name, 'transaction_')
    UNION ALL SELECT 'prepared ' || name FROM pg_prepared_statements WHERE name = 'evil'
    UNION ALL SELECT 'cursor ' || name FROM pg_cursors WHERE name = 'evil'
    UNION ALL SELECT 'listens ' || evil FROM pg_listening_channels() evil
    UNION ALL SELECT 'lock ' || objid FROM pg_locks
        WHERE locktype = 'advisory' AND pid = pg_backend_pid()
    UNION ALL SELECT 'table ' || relname FROM pg_class
        WHERE relnamespace = pg_my_temp_schema() AND relkind = 'r'
    UNION ALL SELECT 'secret ' || coalesce(current_setting('my.secret', true), '')
    UNION ALL SELECT 'role ' || current_setting('role')
    ORDER BY 1";

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// What is seen on the connection, and which process of the server it belongs to.
fn look(raw: &mut PgConnection) -> Result<(Vec<String>, i32)> {
    let lines: Vec<Line> = diesel::sql_query(LOOK).load(raw)?;
    let mut seen: Vec<_> = lines.into_iter().map(|line| line.line).collect();
    let pid = "SELECT pg_backend_pid()";
    let pid = diesel::dsl::sql::<Integer>(pid).get_result(raw)?;
    let last = raw.batch_execute("SAVEPOINT a; SELECT lastval()");
    raw.batch_execute("ROLLBACK TO a")?;
    seen.extend(last.is_ok().then(|| "sequence".to_owned()));
    Ok((seen, pid))
}

type End = fn(&mut PgConnection, &str) -> Result<()>;

fn leave(raw: &mut PgConnection, sql: &str) -> Result<()> {
    Ok(raw.batch_execute(sql)?)
}

/// How the closure ends: what it leaves stands in its transaction, behind it, or before another.
static ENDS: [End; 6] = [
    leave,
    |raw, sql| {
        leave(raw, sql)?;
        Err(Error::Forbidden)
    },
    |raw, sql| {
        leave(raw, sql)?;
        panic!("on purpose")
    },
    |raw, sql| {
        leave(raw, "COMMIT")?;
        leave(raw, sql)
    },
    |raw, sql| {
        leave(raw, "COMMIT")?;
        leave(raw, sql)?;
        leave(raw, "BEGIN")
    },
    |raw, sql| {
        leave(raw, "COMMIT")?;
        leave(raw, sql)?;
        leave(raw, "BEGIN; SELECT 1/0")
    },
];

/// Who ends the transaction behind a pooler has the next connection for what follows, and nobody
/// knows which that was.
fn each(stage: &Stage) -> [(Db, &'static [End]); 4] {
    let setting = "SET application_name = 'gear'";
    [
        (stage.open_with(Transport::Direct, setting), &ENDS),
        (stage.open_with(Transport::Pooler, setting), &ENDS),
        (stage.open_with(Transport::Nothing, setting), &ENDS),
        (stage.open_pooled(Transport::Pooler, 1), &ENDS[..3]),
    ]
}

/// What SQL leaves, some way. Whether it ended well is looked at elsewhere.
fn run(session: &mut Session<PgConnection>, end: End, sql: &str) {
    let done = catch_unwind(AssertUnwindSafe(|| {
        session.enforced_writes(&tables(), |raw| end(raw, sql))
    }));
    drop(done);
}

fn seen(session: &mut Session<PgConnection>) -> (Vec<String>, i32) {
    session.enforced(&tables(), look).unwrap()
}

#[test]
fn the_look_sees_what_is_left() {
    let stage = Stage::new();
    for (sql, word) in LEFT {
        let mut raw = stage.serving();
        raw.batch_execute("SET tenancy.tenant_id = '1'").unwrap();
        raw.batch_execute(sql).unwrap();
        raw.batch_execute("BEGIN").unwrap();
        let (seen, _) = look(&mut raw).unwrap();
        assert!(seen.iter().any(|line| line == word), "{sql}: {seen:?}");
    }
}

#[test]
fn nothing_stays_in_the_session() {
    let stage = Stage::new();
    for (db, ends) in each(&stage) {
        let anna = scope(&db, 1);
        for (sql, _) in LEFT {
            for end in ends {
                let mut session = db.session(&anna).unwrap();
                let at_first = seen(&mut session).0;
                let typed = names(&anna, &mut session).unwrap();
                run(&mut session, *end, sql);
                assert_eq!(seen(&mut session).0, at_first, "{sql}");
                // The session goes on.
                assert_eq!(names(&anna, &mut session).unwrap(), typed, "{sql}");
            }
        }
    }
}

#[test]
fn nothing_comes_back_with_the_connection() {
    let stage = Stage::new();
    for (db, ends) in each(&stage) {
        let (anna, ben) = (scope(&db, 1), scope(&db, 2));
        let mut session = db.session(&ben).unwrap();
        let at_first = (names(&ben, &mut session).unwrap(), seen(&mut session).0);
        drop(session);
        for (sql, _) in LEFT {
            for end in ends {
                run(&mut db.session(&anna).unwrap(), *end, sql);
                let mut session = db.session(&ben).unwrap();
                let found = (names(&ben, &mut session).unwrap(), seen(&mut session).0);
                assert_eq!(found, at_first, "{sql}");
            }
        }
    }
}

/// There is more to leave than can be listed, such as what a procedural language keeps.
#[test]
fn the_connection_does_not_go_back() {
    let stage = Stage::new();
    for transport in [Transport::Direct, Transport::Pooler, Transport::Nothing] {
        let db = stage.open(transport, 1);
        let anna = scope(&db, 1);
        for end in ENDS {
            let mut session = db.session(&anna).unwrap();
            let pid = seen(&mut session).1;
            assert_eq!(seen(&mut session).1, pid);
            run(&mut session, end, "SELECT 1");
            names(&anna, &mut session).unwrap();
            drop(session);
            assert_ne!(seen(&mut db.session(&anna).unwrap()).1, pid);
        }
        let refused = "ALTER TABLE items DISABLE ROW LEVEL SECURITY";
        stage.owner().batch_execute(refused).unwrap();
        let pids = || stage.pids_of("serving");
        let mut session = db.session(&anna).unwrap();
        names(&anna, &mut session).ok();
        let before = pids();
        let ran = session.enforced(&tables(), look);
        assert!(matches!(ran, Err(Error::NotEnforced { .. })));
        drop(session);
        // Where no SQL has run, there is nothing to leave.
        assert_eq!(pids(), before);
        let again = "ALTER TABLE items ENABLE ROW LEVEL SECURITY";
        stage.owner().batch_execute(again).unwrap();
    }
}

/// A statement that diesel has prepared is replaced by another under its name, or taken away.
#[test]
fn no_prepared_statement_is_forged() {
    let stage = Stage::new();
    let forge = "DO $$ DECLARE one text; BEGIN
        FOR one IN SELECT name FROM pg_prepared_statements LOOP
            EXECUTE format('DEALLOCATE %I', one);
            EXECUTE format('PREPARE %I (bigint) AS
                SELECT ''forged''::text WHERE $1 IS NOT NULL', one);
        END LOOP;
    END $$";
    let db = stage.open(Transport::Direct, 1);
    let (anna, ben) = (scope(&db, 1), scope(&db, 2));
    for sql in [forge, "DEALLOCATE ALL"] {
        for end in ENDS {
            let mut session = db.session(&anna).unwrap();
            names(&anna, &mut session).unwrap();
            run(&mut session, end, sql);
            assert_eq!(names(&anna, &mut session).unwrap(), ["Lamp", "Tent"]);
            drop(session);
            let mut session = db.session(&ben).unwrap();
            assert_eq!(names(&ben, &mut session).unwrap(), ["Lamp", "Tent"]);
        }
    }
}

/// What waits for the commit still asks as the tenant.
#[test]
fn what_waits_for_the_commit_has_the_tenant() {
    let stage = Stage::new();
    let trigger = "
        CREATE FUNCTION looks() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF (SELECT count(*) FROM items) <> 2 THEN RAISE 'no tenant'; END IF; RETURN NULL;
        END $$;
        CREATE CONSTRAINT TRIGGER late AFTER UPDATE ON items DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION looks()";
    stage.owner().batch_execute(trigger).unwrap();
    for (db, _) in each(&stage) {
        let anna = scope(&db, 1);
        let mut session = db.session(&anna).unwrap();
        let wrote =
            session.enforced_writes(&tables(), |raw| leave(raw, "UPDATE items SET name = name"));
        wrote.unwrap();
    }
}
