//! URLs that lead nowhere, connections that have ended, and tables that are not the models'.

use std::env;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::{AuthError, Authenticator, Claims, Error, Transport};

use crate::stage::*;

fn insert(scope: &TenantScope<i64>, session: &mut Session<PgConnection>) -> tenancy::Result<usize> {
    let row = (items::name.eq("Rope"), items::category_id.eq(1));
    Repo::<Item>::new(scope).insert(row).execute(session)
}

fn read(scope: &TenantScope<i64>, session: &mut Session<PgConnection>) -> tenancy::Result<usize> {
    let rows: Vec<Item> = Repo::<Item>::new(scope).query().load(session)?;
    Ok(rows.len())
}

fn read_one_by_one(
    scope: &TenantScope<i64>,
    session: &mut Session<PgConnection>,
) -> tenancy::Result<usize> {
    let rows = Repo::<Item>::new(scope).query();
    Ok(rows.load_iter::<Item>(session)?.count())
}

fn begin(_: &TenantScope<i64>, session: &mut Session<PgConnection>) -> tenancy::Result<usize> {
    session.transaction(|_| Ok(0))
}

type Work = fn(&TenantScope<i64>, &mut Session<PgConnection>) -> tenancy::Result<usize>;

#[test]
fn a_connection_that_has_ended_does_not_come_back() {
    let stage = Stage::new();
    let works: [Work; 4] = [insert, read, read_one_by_one, begin];
    for transport in [Transport::Pooler, Transport::Direct, Transport::Nothing] {
        for (at, work) in works.into_iter().enumerate() {
            let db = stage.open(transport, 1);
            let anna = scope(&db, 1);
            let mut session = db.session(&anna).unwrap();
            read(&anna, &mut session).unwrap();
            stage.end_connections();
            let lost = work(&anna, &mut session);
            assert!(matches!(lost, Err(Error::ConnectionLost)), "{at}: {lost:?}");
            for again in works {
                let lost = again(&anna, &mut session);
                assert!(matches!(lost, Err(Error::ConnectionLost)), "{at}: {lost:?}");
            }
            drop(session);
            let mut session = db.session(&anna).unwrap();
            let seen = read(&anna, &mut session).unwrap();
            let visible = usize::from(transport != Transport::Nothing) * 2;
            assert_eq!(seen, visible, "{transport:?} {at}");
        }
    }
}

struct Asks;

impl Authenticator<PgConnection> for Asks {
    type Credential<'a> = ();
    type Key = i64;

    fn authenticate(&self, conn: &mut PgConnection, (): ()) -> Result<Claims<i64>, AuthError> {
        diesel::sql_query("SELECT 1").execute(conn)?;
        Ok(Claims::new(1))
    }
}

#[test]
fn an_authenticator_leaves_no_connection_that_has_ended() {
    let stage = Stage::new();
    for transport in [Transport::Pooler, Transport::Direct] {
        let db = stage.open(transport, 1);
        let anna = scope(&db, 1);
        stage.end_connections();
        let lost = db.authenticate(&Asks, ());
        assert!(lost.is_err(), "{transport:?}");
        db.authenticate(&Asks, ()).unwrap();
        assert_eq!(read(&anna, &mut db.session(&anna).unwrap()).unwrap(), 2);
    }
}

#[test]
fn a_url_that_leads_nowhere_says_why_without_its_password() {
    let server = env::var("TENANCY_POSTGRES").unwrap();
    for (url, says) in [
        ("hush".to_owned(), "not a URL"),
        (
            "mysql://serving:hush@localhost/gear".to_owned(),
            "not a URL",
        ),
        (
            "postgres://serving:hush@nowhere.invalid/gear".to_owned(),
            "could not translate host name",
        ),
        (
            "host=/nowhere user=serving password=hush dbname=gear".to_owned(),
            "connection to server on socket",
        ),
        // Signs of a URL in the password: a part of it is taken for the host or the database.
        (
            "postgres://serving:1@hush@localhost/gear".to_owned(),
            "not a URL",
        ),
        (
            "postgres://serving:1/hush@localhost/gear".to_owned(),
            "not a URL",
        ),
        (
            format!("{server} user=serving dbname=nowhere password=hush"),
            "database \"nowhere\" does not exist",
        ),
        (
            format!("{server} user=nobody dbname=postgres password=hush"),
            "role \"nobody\" does not exist",
        ),
        (
            format!("{server} user=guarded dbname=postgres password=hush"),
            "password authentication failed for user \"guarded\"",
        ),
    ] {
        let refused = Database::<PgConnection>::open(&url).map(drop).unwrap_err();
        assert!(matches!(refused, Error::CannotOpen { .. }), "{refused:?}");
        let text = format!("{refused} {refused:?}");
        assert!(text.contains(says), "{text}");
        assert!(!text.contains("hush"), "{text}");
    }
}

#[test]
fn a_schema_that_is_not_the_models_is_told() {
    for (breaks, says) in [
        (
            "ALTER TABLE items DROP COLUMN name",
            "column \"name\" of relation \"items\" does not exist",
        ),
        (
            "DROP TABLE items CASCADE",
            "relation \"items\" does not exist",
        ),
        (
            "ALTER TABLE items DROP COLUMN name, ADD name DATE",
            "column \"name\" is of type date but expression is of type text",
        ),
        (
            "REVOKE ALL ON items FROM serving",
            "permission denied for table items",
        ),
    ] {
        let stage = Stage::new();
        stage.owner().batch_execute(breaks).unwrap();
        let db = stage.open(Transport::Direct, 1);
        let anna = scope(&db, 1);
        let refused = insert(&anna, &mut db.session(&anna).unwrap()).unwrap_err();
        assert_eq!(refused.to_string(), format!("the database failed: {says}"));
    }
}

#[test]
fn a_column_of_another_type_is_no_row() {
    let stage = Stage::new();
    let breaks = "ALTER TABLE notes ALTER id TYPE INTEGER";
    stage.owner().batch_execute(breaks).unwrap();
    let db = stage.open(Transport::Direct, 1);
    let anna = scope(&db, 1);
    let mut session = db.session(&anna).unwrap();
    let refused = Repo::<Note>::new(&anna)
        .query()
        .load::<Note>(&mut session)
        .unwrap_err();
    assert!(matches!(refused, Error::Deserialization(_)), "{refused:?}");
}
