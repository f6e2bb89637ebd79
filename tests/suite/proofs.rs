//! A credential's row is found before its tenant is known, by what proves it.

use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::{AuthError, Authenticator, Claims, Error, catalog, prove};
use uuid::Uuid;

use crate::support::*;

diesel::table! {
    accounts (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        digest -> Text,
        name -> Text,
        deleted_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    links (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        proof -> tenancy::sql_types::Id128,
    }
}

#[derive(Debug, PartialEq, Queryable, Selectable, Scoped)]
#[diesel(table_name = accounts)]
#[scoped(tenant = tenant_id, proof = digest, soft_delete = deleted_at)]
pub(crate) struct Account {
    id: RowId<Account>,
    tenant_id: i64,
    name: String,
}

#[derive(Insertable, ScopedInsertable)]
#[diesel(table_name = accounts)]
struct NewAccount<'a> {
    digest: &'a str,
    name: &'a str,
}

#[derive(Debug, PartialEq, Queryable, Selectable, Scoped)]
#[diesel(table_name = links)]
#[scoped(tenant = tenant_id, proof = proof)]
pub(crate) struct Link {
    id: RowId<Link>,
    tenant_id: i64,
}

/// A further struct for the rows.
#[derive(Debug, PartialEq, Queryable, Selectable)]
#[diesel(table_name = accounts)]
struct Named {
    name: String,
    deleted_at: Option<chrono::NaiveDateTime>,
}

const SCHEMA: &str = "
    CREATE TABLE accounts (
        id INTEGER PRIMARY KEY, tenant_id BIGINT NOT NULL, digest TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL, deleted_at TIMESTAMP NULL
    );
    CREATE TABLE links (
        id INTEGER PRIMARY KEY, tenant_id BIGINT NOT NULL, proof BLOB NOT NULL UNIQUE
    );
    INSERT INTO accounts (tenant_id, digest, name) VALUES
        (1, 'aa', 'Sam'), (2, 'bb', 'Sam'), (1, '', 'Nobody');
    INSERT INTO accounts (tenant_id, digest, name, deleted_at) VALUES
        (1, 'dd', 'Sam', '2026-01-01 00:00:00');
    INSERT INTO links (tenant_id, proof) VALUES
        (1, X'000000000000000000000000000000aa'), (2, X'000000000000000000000000000000bb')";

fn stage() -> (Db, Stage) {
    let (db, stage) = database(SCHEMA);
    // The doors are needed without row security, too.
    #[cfg(all(feature = "postgres", not(feature = "sqlite")))]
    catalog![Account, Link]
        .protect(&mut stage.raw(), "serving")
        .unwrap();
    stage.guard(&catalog![Account, Link]);
    (db, stage)
}

/// Does something in the place of an authenticator.
struct Signed<F>(F);

impl<F> Authenticator<Conn> for Signed<F>
where
    F: Fn(&mut Conn) -> QueryResult<Option<i64>>,
{
    type Credential<'a> = ();
    type Key = i64;

    fn authenticate(&self, conn: &mut Conn, (): ()) -> Result<Claims<i64>, AuthError> {
        let tenant = (self.0)(conn)?;
        tenant.map(Claims::new).ok_or(AuthError::Unauthenticated)
    }
}

/// The tenant of the row that was proven.
fn signed_in(db: &Db, how: impl Fn(&mut Conn) -> QueryResult<Option<i64>>) -> tenancy::Result<i64> {
    Ok(*db.authenticate(&Signed(how), ())?.tenant())
}

fn by_digest(db: &Db, digest: &str) -> tenancy::Result<i64> {
    signed_in(db, |conn| {
        let found = prove::<Account, Account, _>(conn, digest)?;
        assert!(found.len() < 2, "{found:?}");
        Ok(found.first().map(|account| account.tenant_id))
    })
}

#[test]
fn a_credential_finds_its_row_and_no_other() {
    let (db, _stage) = stage();
    assert_eq!(by_digest(&db, "aa").unwrap(), 1);
    assert_eq!(by_digest(&db, "bb").unwrap(), 2);
    for digest in ["cc", "AA", "aa ", "aa' OR '1' = '1", "%"] {
        if cfg!(feature = "mysql") && !cfg!(feature = "sqlite") && digest == "AA" {
            continue; // As the column compares: the inspection says so.
        }
        let refused = by_digest(&db, digest).unwrap_err();
        assert!(matches!(refused, Error::Unauthenticated), "{digest}");
    }
}

#[test]
fn an_empty_proof_is_nobodys() {
    let (db, _stage) = stage();
    let refused = by_digest(&db, "").unwrap_err();
    assert!(matches!(refused, Error::Unauthenticated));
}

#[test]
fn a_row_that_was_deleted_softly_proves_nothing() {
    let (db, stage) = stage();
    assert!(by_digest(&db, "dd").is_err());
    stage.fill("UPDATE accounts SET deleted_at = NULL");
    assert_eq!(by_digest(&db, "dd").unwrap(), 1);
}

#[test]
fn a_uuid_proves_too() {
    let (db, _stage) = stage();
    for (last, tenant) in [(0xaa, Some(1)), (0xbb, Some(2)), (0xcc, None)] {
        let proof = Uuid::from_u128(last);
        let signed_in = signed_in(&db, |conn| {
            let found = prove::<Link, Link, _>(conn, &proof)?;
            Ok(found.first().map(|link| link.tenant_id))
        });
        assert_eq!(signed_in.ok(), tenant);
    }
}

#[test]
fn other_structs_of_the_table_are_loaded() {
    let (db, _stage) = stage();
    let seen = signed_in(&db, |conn| {
        let found = prove::<Account, Named, _>(conn, "aa")?;
        assert_eq!(found[0].name, "Sam");
        assert_eq!(found[0].deleted_at, None);
        Ok(i64::try_from(found.len()).ok())
    });
    assert_eq!(seen.unwrap(), 1);
}

#[test]
fn a_proof_is_written_as_any_column_is() {
    let (db, _stage) = stage();
    let scope = scope_of(&db, 2);
    let mut session = db.session(&scope).unwrap();
    let accounts = Repo::<Account>::new(&scope);
    let new = NewAccount {
        digest: "ee",
        name: "Kim",
    };
    let kim: RowId<Account> = accounts
        .insert(&new)
        .returning(accounts::id)
        .get_result(&mut session)
        .unwrap();
    assert_eq!(by_digest(&db, "ee").unwrap(), 2);
    accounts
        .update(kim)
        .set(accounts::digest.eq("ff"))
        .execute(&mut session)
        .unwrap();
    assert!(by_digest(&db, "ee").is_err());
    assert_eq!(by_digest(&db, "ff").unwrap(), 2);
}

#[test]
fn it_is_prepared_once() {
    record();
    let (db, _stage) = stage();
    let ((), prepared) = prepared_by(|| {
        signed_in(&db, |conn| {
            for digest in ["aa", "bb", "cc"] {
                prove::<Account, Account, _>(conn, digest)?;
            }
            Ok(Some(1))
        })
        .unwrap();
    });
    let prepared: Vec<&String> = prepared
        .iter()
        .filter(|sql| sql.contains("accounts"))
        .collect();
    assert_eq!(prepared, [TEXT]);
}

#[cfg(all(feature = "postgres", not(feature = "sqlite")))]
const TEXT: &str = "SELECT \"accounts\".\"id\", \"accounts\".\"tenant_id\", \"accounts\".\"name\" \
    FROM \"tenancy_prove_accounts\"($1) AS \"accounts\"";

#[cfg(not(all(feature = "postgres", not(feature = "sqlite"))))]
const TEXT: &str = "SELECT `accounts`.`id`, `accounts`.`tenant_id`, `accounts`.`name` \
    FROM `accounts` WHERE `accounts`.`digest` = ? AND length(`accounts`.`digest`) > 0 \
    AND `accounts`.`deleted_at` IS NULL";
