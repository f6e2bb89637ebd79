//! What MariaDB says that has no kind: of a URL that leads nowhere, of a server that went away,
//! of missing rights, and of tables that are not the models'.

use std::env;

use diesel::MysqlConnection;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::{AuthError, Authenticator, Claims, Error};

use crate::{Log, Stage, address, logs};

type Db = Database<MysqlConnection>;

struct Told;

impl Authenticator<MysqlConnection> for Told {
    type Credential<'a> = &'a str;
    type Key = String;

    fn authenticate(
        &self,
        conn: &mut MysqlConnection,
        tenant: &str,
    ) -> Result<Claims<String>, AuthError> {
        diesel::sql_query("DO 1").execute(conn)?;
        Ok(Claims::new(tenant.to_owned()))
    }
}

fn scope(db: &Db, tenant: &str) -> TenantScope<String> {
    TenantScope::new(&db.authenticate(&Told, tenant).unwrap()).unwrap()
}

const ROWS: &str = "INSERT INTO logs (tenant, name) VALUES ('anna', 'Lamp'), ('ben', 'Lamp')";

fn stage() -> Stage {
    let stage = Stage::new();
    stage.owner().batch_execute(ROWS).unwrap();
    stage
}

/// Ends each connection of the serving user to this database.
fn end_connections(stage: &Stage) {
    let mut owner = stage.owner();
    let ids: Vec<String> = diesel::dsl::sql::<diesel::sql_types::Text>(&format!(
        "SELECT CAST(id AS CHAR) FROM information_schema.processlist
         WHERE user = 'serving' AND db = '{}'",
        stage.name
    ))
    .load(&mut owner)
    .unwrap();
    assert!(!ids.is_empty());
    for id in ids {
        owner.batch_execute(&format!("KILL {id}")).unwrap();
    }
}

/// It costs a round trip, and is asked for.
#[test]
fn a_connection_is_tried_where_the_builder_says_so() {
    for tested in [false, true] {
        let stage = stage();
        let db = Db::builder().max_size(1).test_on_checkout(tested);
        let db = db.open(&address("serving", &stage.name)).unwrap();
        let anna = scope(&db, "anna");
        end_connections(&stage);
        let mut session = db.session(&anna).unwrap();
        let found = read(&anna, &mut session);
        if tested {
            assert_eq!(found.unwrap(), 1);
        } else {
            assert!(matches!(found, Err(Error::ConnectionLost)), "{found:?}");
        }
    }
}

type Work = fn(&TenantScope<String>, &mut Session<MysqlConnection>) -> tenancy::Result<usize>;

fn insert(
    scope: &TenantScope<String>,
    session: &mut Session<MysqlConnection>,
) -> tenancy::Result<usize> {
    let rows = Repo::<Log>::new(scope);
    rows.insert((logs::name.eq("Rope"),)).execute(session)
}

fn read(
    scope: &TenantScope<String>,
    session: &mut Session<MysqlConnection>,
) -> tenancy::Result<usize> {
    let rows: Vec<Log> = Repo::<Log>::new(scope).query().load(session)?;
    Ok(rows.len())
}

fn read_one_by_one(
    scope: &TenantScope<String>,
    session: &mut Session<MysqlConnection>,
) -> tenancy::Result<usize> {
    let rows = Repo::<Log>::new(scope).query();
    Ok(rows.load_iter::<Log>(session)?.count())
}

fn begin(
    _: &TenantScope<String>,
    session: &mut Session<MysqlConnection>,
) -> tenancy::Result<usize> {
    session.transaction(|_| Ok(0))
}

#[test]
fn a_server_that_goes_away_within_a_transaction_leaves_nothing() {
    let stage = stage();
    let db = stage.open("serving", 1);
    let anna = scope(&db, "anna");
    let mut session = db.session(&anna).unwrap();
    let done: tenancy::Result<()> = session.transaction(|session| {
        insert(&anna, session)?;
        end_connections(&stage);
        insert(&anna, session)?;
        Ok(())
    });
    assert!(matches!(done, Err(Error::ConnectionLost)), "{done:?}");
    drop(session);
    let mut session = db.session(&anna).unwrap();
    assert_eq!(read(&anna, &mut session).unwrap(), 1);
}

/// Who drops the error learns it from the commit.
#[test]
fn a_commit_on_a_connection_that_has_ended_is_no_success() {
    for drops_an_error in [false, true] {
        let stage = stage();
        let db = stage.open("serving", 1);
        let anna = scope(&db, "anna");
        let mut session = db.session(&anna).unwrap();
        let done: tenancy::Result<()> = session.transaction(|session| {
            insert(&anna, session)?;
            end_connections(&stage);
            if drops_an_error {
                for _ in 0..2 {
                    let lost = insert(&anna, session);
                    assert!(matches!(lost, Err(Error::ConnectionLost)), "{lost:?}");
                }
            }
            Ok(())
        });
        assert!(matches!(done, Err(Error::ConnectionLost)), "{done:?}");
        let another = begin(&anna, &mut session);
        assert!(matches!(another, Err(Error::ConnectionLost)), "{another:?}");
        drop(session);
        let mut session = db.session(&anna).unwrap();
        assert_eq!(read(&anna, &mut session).unwrap(), 1);
    }
}

#[test]
fn a_connection_that_has_ended_does_not_come_back() {
    let stage = stage();
    let works: [Work; 4] = [insert, read, read_one_by_one, begin];
    for (at, work) in works.into_iter().enumerate() {
        let db = stage.open("serving", 1);
        let anna = scope(&db, "anna");
        let mut session = db.session(&anna).unwrap();
        read(&anna, &mut session).unwrap();
        end_connections(&stage);
        let lost = work(&anna, &mut session);
        assert!(matches!(lost, Err(Error::ConnectionLost)), "{at}: {lost:?}");
        drop(session);
        let mut session = db.session(&anna).unwrap();
        assert_eq!(read(&anna, &mut session).unwrap(), 1, "{at}");
    }
}

#[test]
fn an_authenticator_leaves_no_connection_that_has_ended() {
    let stage = stage();
    let db = stage.open("serving", 1);
    let anna = scope(&db, "anna");
    end_connections(&stage);
    let lost = db.authenticate(&Told, "anna");
    assert!(matches!(lost, Err(Error::AuthenticationUnavailable(_))));
    let mut session = db.session(&anna).unwrap();
    assert_eq!(read(&anna, &mut session).unwrap(), 1);
}

#[test]
fn a_url_that_leads_nowhere_is_an_error_without_its_password() {
    let stage = Stage::new();
    let socket = env::var("TENANCY_MARIADB").unwrap();
    let user = format!("hushed_{}", stage.name);
    let make = format!("CREATE USER {user}@localhost IDENTIFIED BY 'another'");
    stage.owner().batch_execute(&make).unwrap();
    for url in [
        "hush".to_owned(),
        "postgres://serving:hush@localhost/gear".to_owned(),
        "mysql://serving:hush@nowhere.invalid/gear".to_owned(),
        "mysql://serving:1/hush@nowhere.invalid".to_owned(),
        "mysql://serving:hush@localhost/gear?unix_socket=/nowhere".to_owned(),
        format!("mysql://serving:@localhost/hush@there?unix_socket={socket}"),
        format!("mysql://nobody:hush@localhost/mysql?unix_socket={socket}"),
        format!("mysql://serving@localhost/nowhere?unix_socket={socket}"),
        format!("mysql://{user}:hush@localhost/mysql?unix_socket={socket}"),
    ] {
        let refused = Database::<MysqlConnection>::open(&url)
            .map(drop)
            .unwrap_err();
        assert!(matches!(refused, Error::CannotOpen { .. }), "{refused:?}");
        let text = format!("{refused} {refused:?}");
        assert!(
            !text.contains("hush@") && !text.contains("'hush'"),
            "{text}"
        );
        assert!(
            !text.contains(":hush") && !text.contains("\"hush"),
            "{text}"
        );
    }
    let gone = format!("DROP USER {user}@localhost");
    stage.owner().batch_execute(&gone).unwrap();
}

#[test]
fn a_user_without_rights_is_told_which_table() {
    let stage = stage();
    let revoke = format!(
        "REVOKE INSERT ON {0}.* FROM serving@localhost;
         GRANT INSERT ON {0}.orders TO serving@localhost",
        stage.name
    );
    stage.owner().batch_execute(&revoke).unwrap();
    let db = stage.open("serving", 1);
    let anna = scope(&db, "anna");
    let mut session = db.session(&anna).unwrap();
    let refused = insert(&anna, &mut session).unwrap_err();
    let text = refused.to_string();
    assert!(
        text.starts_with("the database failed: INSERT command denied to user"),
        "{text}"
    );
    assert!(text.contains("`logs`"), "{text}");
    assert_eq!(read(&anna, &mut session).unwrap(), 1);
}

#[test]
fn a_schema_that_is_not_the_models_is_told() {
    for (breaks, says) in [
        (
            "ALTER TABLE logs DROP COLUMN name",
            "the database failed: Unknown column 'name' in ",
        ),
        (
            "RENAME TABLE logs TO others",
            "the database failed: Table '",
        ),
    ] {
        let stage = stage();
        let mut owner = stage.owner();
        owner.batch_execute("DROP TABLE marks").unwrap();
        owner.batch_execute(breaks).unwrap();
        let db = stage.open("serving", 1);
        let anna = scope(&db, "anna");
        let refused = insert(&anna, &mut db.session(&anna).unwrap()).unwrap_err();
        assert!(refused.to_string().starts_with(says), "{refused}");
    }
}

/// A text where the model says a number is no number.
#[test]
fn a_column_of_another_type_is_no_row() {
    let stage = stage();
    let mut owner = stage.owner();
    let breaks = "DROP TABLE marks; ALTER TABLE logs MODIFY id VARCHAR(40);
                  UPDATE logs SET id = concat('secret ', id)";
    owner.batch_execute(breaks).unwrap();
    let db = stage.open("serving", 1);
    let anna = scope(&db, "anna");
    let refused = read(&anna, &mut db.session(&anna).unwrap()).unwrap_err();
    assert!(matches!(refused, Error::Deserialization(_)), "{refused:?}");
    assert!(!format!("{refused:?}").contains("secret"), "{refused:?}");
}
