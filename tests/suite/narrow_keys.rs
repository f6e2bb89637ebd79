//! Keys beside a column of 32 bits: what does not fit it is compared, or is not there.

use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::{AuthError, Authenticator, Claims, Error};

diesel::table! {
    shelves (id) {
        id -> Integer,
        tenant_id -> BigInt,
        above -> Nullable<Integer>,
    }
}

diesel::table! {
    books (id) {
        id -> Integer,
        shelf_id -> Integer,
    }
}

diesel::allow_tables_to_appear_in_same_query!(shelves, books);

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = shelves)]
#[scoped(tenant = tenant_id)]
pub struct Shelf {
    id: RowId<Shelf>,
    above: Option<RowId<Shelf>>,
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = books)]
#[scoped(parent(Shelf, on = shelf_id))]
pub struct Book {
    id: RowId<Book>,
}

#[derive(ScopedInsertable)]
#[diesel(table_name = books)]
pub struct NewBook {
    shelf_id: RowId<Shelf>,
}

struct Numbers;

impl Authenticator<SqliteConnection> for Numbers {
    type Credential<'a> = i64;
    type Key = i64;

    fn authenticate(&self, _: &mut SqliteConnection, key: i64) -> Result<Claims<i64>, AuthError> {
        Ok(Claims::new(key))
    }
}

/// Two of the first tenant's, and one of the second's, all beyond 32 bits but the first.
const ROWS: &str = "
    CREATE TABLE shelves (
        id INTEGER PRIMARY KEY NOT NULL, tenant_id BIGINT NOT NULL, above INTEGER
    );
    CREATE TABLE books (id INTEGER PRIMARY KEY NOT NULL, shelf_id INTEGER NOT NULL);
    INSERT INTO shelves VALUES (5, 1, 4294967301), (4294967301, 1, NULL), (4294967302, 2, NULL);
";

const OWN: i64 = 4_294_967_301;
const FOREIGN: i64 = 4_294_967_302;
const MISSING: i64 = i64::MAX;

fn database() -> (Database<SqliteConnection>, TenantScope<i64>) {
    let builder = Database::builder().max_size(1).on_connect(ROWS);
    let db = builder.open(":memory:").unwrap();
    let identity = db.authenticate(&Numbers, 1).unwrap();
    let scope = TenantScope::new(&identity).unwrap();
    (db, scope)
}

#[test]
fn each_way_to_a_row_says_the_same_of_it() {
    let (db, scope) = database();
    let mut session = db.session(&scope).unwrap();
    let shelves = Repo::<Shelf>::new(&scope);
    for (number, there) in [(5, 1), (OWN, 1), (FOREIGN, 0), (MISSING, 0)] {
        let id = RowId::<Shelf>::from_raw(number);
        let found = shelves.find(id).first::<Shelf>(&mut session);
        match found {
            Ok(shelf) => assert_eq!((shelf.id, there), (id, 1)),
            Err(error) => assert!(matches!((error, there), (Error::NotFound, 0)), "{number}"),
        }
        let count = |query: tenancy::Result<i64>| assert_eq!(query.unwrap(), there, "{number}");
        let filtered = shelves.query().filter(shelves::id.eq(id));
        count(filtered.count().get_result(&mut session));
        let listed = shelves.query().filter(shelves::id.is_among([id]));
        count(listed.count().get_result(&mut session));
    }
    let above = shelves
        .query()
        .filter(shelves::above.eq(RowId::<Shelf>::from_raw(OWN)))
        .first::<Shelf>(&mut session)
        .unwrap();
    assert_eq!(above.above, Some(RowId::from_raw(OWN)));
}

#[test]
fn writes_by_key_reach_what_reads_find() {
    let (db, scope) = database();
    let mut session = db.session(&scope).unwrap();
    let shelves = Repo::<Shelf>::new(&scope);
    for (number, there) in [(OWN, true), (FOREIGN, false), (MISSING, false)] {
        let id = RowId::<Shelf>::from_raw(number);
        let updated = shelves.update(id).set(shelves::above.eq(id));
        let updated = updated.execute(&mut session);
        let deleted = shelves.delete(id).execute(&mut session);
        for written in [updated, deleted] {
            match written {
                Ok(count) => assert_eq!((count, there), (1, true)),
                Err(error) => assert!(matches!((error, there), (Error::NotFound, false))),
            }
        }
    }
}

#[test]
fn a_new_row_has_no_parent_that_does_not_fit() {
    let (db, scope) = database();
    let mut session = db.session(&scope).unwrap();
    let books = Repo::<Book>::new(&scope);
    let mut put = |number| {
        let shelf_id = RowId::from_raw(number);
        books
            .insert(NewBook { shelf_id })
            .get_result::<Book>(&mut session)
    };
    assert_eq!(put(5).unwrap().id.get(), 1);
    for number in [FOREIGN, MISSING] {
        assert!(matches!(put(number), Err(Error::NotFound)), "{number}");
    }
}
