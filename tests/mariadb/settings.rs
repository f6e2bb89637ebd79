//! What holds on each connection, whatever the application sets.

use diesel::MysqlConnection;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use tenancy::prelude::*;

use crate::migrate::Asks;
use crate::{Log, Stage, Told, address, logs};

/// It is SQL of the application's own, in which no row stands.
#[test]
fn what_the_server_says_of_a_wrong_setting_is_told() {
    let stage = Stage::new();
    let builder = Database::<MysqlConnection>::builder().on_connect("SET no_such_setting = 1");
    let refused = builder.open(&address("serving", &stage.name)).map(drop);
    let text = refused.unwrap_err().to_string();
    assert!(text.contains("no_such_setting"), "{text}");
}

/// Whatever the application sets: a write outside of transactions is kept, and one that does not
/// fit is refused.
#[test]
fn what_the_library_promises_holds_behind_the_applications_settings() {
    let stage = Stage::new();
    for sets in [
        "SET autocommit = 0",
        "SET sql_mode = ''",
        "SET sql_mode = 'ANSI'",
        "SET completion_type = 'CHAIN'",
        "SET completion_type = 'RELEASE'",
    ] {
        let builder = Database::<MysqlConnection>::builder().on_connect(sets);
        let db = builder.open(&address("serving", &stage.name)).unwrap();
        let scope = TenantScope::new(&db.authenticate(&Told, "anna").unwrap()).unwrap();
        let mut session = db.session(&scope).unwrap();
        let insert = |name: &str, session: &mut Session<MysqlConnection>| {
            let new = (logs::name.eq(name.to_owned()),);
            Repo::<Log>::new(&scope).insert(new).execute(session)
        };
        assert!(insert(&"long".repeat(11), &mut session).is_err(), "{sets}");
        let kept = session.transaction(|session| insert("first", session));
        kept.unwrap();
        insert("short", &mut session).unwrap();
        drop(session);
        let mut mode = String::new();
        db.authenticate(&Asks("SELECT @@sql_mode"), &mut mode)
            .unwrap();
        assert!(mode.contains("SIMULTANEOUS_ASSIGNMENT"), "{sets}: {mode}");
        drop(db);
        let kept: Vec<String> = logs::table
            .select(logs::name)
            .order(logs::id)
            .load(&mut stage.owner())
            .unwrap();
        assert_eq!(kept, ["first", "short"], "{sets}");
        stage.owner().batch_execute("DELETE FROM logs").unwrap();
    }
}
