//! Keys of each kind keep tenants apart, also those that look alike.

use diesel::prelude::*;
use tenancy::Error;
use tenancy::prelude::*;
use uuid::Uuid;

use crate::dialect;
use crate::support::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, TenantKey)]
struct CustomerId(i64);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, TenantKey)]
struct ShopId(i32);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, TenantKey)]
struct TeamId(Uuid);

#[derive(Debug, Clone, PartialEq, Eq, Hash, TenantKey)]
struct Name(String);

/// The same guarantees for a table whose tenant column has this type.
macro_rules! keys {
    ($module:ident, $key:ty, $sql:path, $declared:literal, [$($a:expr, $b:expr;)+]) => {
        mod $module {
            use super::*;

            diesel::table! {
                use diesel::sql_types::{BigInt, Text};
                things (id) {
                    id -> BigInt,
                    tenant_id -> $sql,
                    name -> Text,
                }
            }

            #[derive(Debug, Queryable, Selectable, Scoped)]
            #[diesel(table_name = things)]
            #[scoped(tenant = tenant_id, key = $key)]
            struct Thing {
                id: RowId<Thing>,
                name: String,
            }

            fn open() -> (Db, crate::support::Stage) {
                database(concat!(
                    "CREATE TABLE things (id INTEGER PRIMARY KEY, tenant_id ", $declared,
                    " NOT NULL, name TEXT NOT NULL, UNIQUE (tenant_id, name))",
                ))
            }

            fn dump(file: &crate::support::Stage, but: &[RowId<Thing>]) -> Vec<String> {
                let but: Vec<String> = but.iter().map(|id| id.get().to_string()).collect();
                lines(&mut file.raw(), &format!(
                    "SELECT quote(id) || {} || quote(name) \
                     AS line FROM things WHERE id NOT IN ({}) ORDER BY id",
                    dialect::exact("tenant_id"),
                    but.join(","),
                ))
            }

            /// Two tenants with a row of the same name each.
            fn both(db: &Db, a: $key, b: $key) -> [(TenantScope<$key>, RowId<Thing>); 2] {
                [a, b].map(|key| {
                    let scope = scope_of(db, key);
                    let made: Thing = Repo::<Thing>::new(&scope)
                        .insert((things::name.eq("same"),))
                        .get_result(&mut db.session(&scope).unwrap())
                        .unwrap();
                    (scope, made.id)
                })
            }

            #[test]
            fn each_tenant_reads_its_own_row() {
                $({
                    let (db, _file) = open();
                    for (scope, own) in both(&db, $a, $b) {
                        let mut session = db.session(&scope).unwrap();
                        let seen: Vec<Thing> =
                            Repo::<Thing>::new(&scope).query().load(&mut session).unwrap();
                        assert_eq!(seen.len(), 1);
                        assert_eq!((seen[0].id, seen[0].name.as_str()), (own, "same"));
                    }
                })+
            }

            #[test]
            fn each_tenant_changes_its_own_row() {
                $({
                    let (db, file) = open();
                    let [(a, of_a), (_, of_b)] = both(&db, $a, $b);
                    let mut session = db.session(&a).unwrap();
                    let things = Repo::<Thing>::new(&a);
                    let before = dump(&file, &[of_a]);
                    things.update(of_a).set(things::name.eq("x")).execute(&mut session).unwrap();
                    things.update(things.query()).set(things::name.eq("y")).execute(&mut session).unwrap();
                    let foreign = things.update(of_b).set(things::name.eq("z")).execute(&mut session);
                    assert!(matches!(foreign, Err(Error::NotFound)));
                    let foreign = things.delete(of_b).execute(&mut session);
                    assert!(matches!(foreign, Err(Error::NotFound)));
                    things.delete(things.query()).execute(&mut session).unwrap();
                    assert_eq!(dump(&file, &[of_a]), before);
                    assert_eq!(before.len(), 1);
                })+
            }

            #[test]
            fn a_session_takes_statements_of_its_own_key_only() {
                $({
                    let (db, _file) = open();
                    let [(a, _), (b, _)] = both(&db, $a, $b);
                    let foreign: tenancy::Result<Vec<Thing>> =
                        Repo::<Thing>::new(&a).query().load(&mut db.session(&b).unwrap());
                    assert!(matches!(foreign, Err(Error::ScopeMismatch)));
                })+
            }
        }
    };
}

fn uuid(last: u8) -> Uuid {
    Uuid::from_bytes([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, last])
}

keys!(of_i64, i64, BigInt, "BIGINT", [1, 2; i64::MAX, i64::MAX - 1; 1, 1 << 32 | 1;]);
keys!(of_i32, i32, diesel::sql_types::Integer, "INTEGER", [1, 2; i32::MAX, i32::MAX - 1;]);
keys!(of_uuid, Uuid, tenancy::sql_types::Id128, "BLOB", [
    uuid(1), uuid(2);
    Uuid::max(), uuid(255);
    Uuid::from_u128(1), Uuid::from_u128(1 << 120);
]);
keys!(of_text, String, Text, "TEXT", [
    "anna".into(), "ben".into();
    "anna".into(), "Anna".into();
    "anna".into(), "anna ".into();
    "1".into(), "01".into();
    "1".into(), "1.0".into();
    "é".into(), "e\u{301}".into();
    "a%".into(), "a_".into();
    "' OR 1=1 --".into(), "x".into();
]);
keys!(of_newtype_of_i64, CustomerId, BigInt, "BIGINT", [CustomerId(1), CustomerId(2);]);
keys!(of_newtype_of_i32, ShopId, diesel::sql_types::Integer, "INTEGER", [ShopId(1), ShopId(2);]);
keys!(of_newtype_of_uuid, TeamId, tenancy::sql_types::Id128, "BLOB", [TeamId(uuid(1)), TeamId(uuid(2));]);
keys!(of_newtype_of_text, Name, Text, "TEXT", [Name("a".into()), Name("A".into());]);

/// A row whose tenant is larger than an i32 is nobody's whose key is an i32. Only on SQLite
/// such a column holds it.
#[cfg(feature = "sqlite")]
#[test]
fn a_wide_number_is_not_cut_down_to_a_key() {
    diesel::table! {
        things (id) { id -> BigInt, tenant_id -> Integer }
    }

    #[derive(Scoped)]
    #[diesel(table_name = things)]
    #[scoped(tenant = tenant_id)]
    #[expect(dead_code, reason = "loaded, not read")]
    struct Thing {
        id: RowId<Thing>,
    }

    let (db, _file) = database(
        "CREATE TABLE things (id INTEGER PRIMARY KEY, tenant_id INTEGER NOT NULL);
         INSERT INTO things VALUES (1, 1), (2, 4294967297);",
    );
    let scope = scope_of(&db, 1_i32);
    let seen: Vec<i64> = Repo::<Thing>::new(&scope)
        .query()
        .select(things::id)
        .load(&mut db.session(&scope).unwrap())
        .unwrap();
    assert_eq!(seen, [1]);
}

/// The customer 5 is not the supplier 5.
#[test]
fn equal_numbers_of_two_key_types_are_two_tenants() {
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, TenantKey)]
    struct Supplier(i64);

    diesel::table! {
        offers (id) { id -> BigInt, supplier_id -> BigInt }
    }

    #[derive(Scoped)]
    #[diesel(table_name = offers)]
    #[scoped(tenant = supplier_id, key = Supplier)]
    #[expect(dead_code, reason = "loaded, not read")]
    struct Offer {
        id: RowId<Offer>,
    }

    let (db, _file) = database("");
    let customer = scope_of(&db, CustomerId(5));
    let supplier = scope_of(&db, Supplier(5));
    let mut session = db.session(&customer).unwrap();
    let foreign: tenancy::Result<i64> = Repo::<Offer>::new(&supplier)
        .query()
        .count()
        .get_result(&mut session);
    assert!(matches!(foreign, Err(Error::ScopeMismatch)));
}

/// What the database compares is what the library compares, whatever `==` an
/// application gave its key.
#[test]
fn a_key_that_compares_loosely_does_not_merge_tenants() {
    #[derive(Debug, Clone, TenantKey)]
    struct Loose(String);

    impl PartialEq for Loose {
        fn eq(&self, other: &Self) -> bool {
            self.0.eq_ignore_ascii_case(&other.0)
        }
    }

    impl Eq for Loose {}

    impl std::hash::Hash for Loose {
        fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
            self.0.to_ascii_lowercase().hash(state);
        }
    }

    diesel::table! {
        things (id) { id -> BigInt, tenant_id -> Text }
    }

    #[derive(Scoped)]
    #[diesel(table_name = things)]
    #[scoped(tenant = tenant_id, key = Loose)]
    #[expect(dead_code, reason = "loaded, not read")]
    struct Thing {
        id: RowId<Thing>,
    }

    let (db, file) = database(
        "CREATE TABLE things (id INTEGER PRIMARY KEY, tenant_id TEXT NOT NULL);
         INSERT INTO things VALUES (1, 'anna'), (2, 'Anna');",
    );
    let small = scope_of(&db, Loose("anna".into()));
    let large = scope_of(&db, Loose("Anna".into()));
    let of_small = Repo::<Thing>::new(&small);
    let of_large = Repo::<Thing>::new(&large);
    let mut session = db.session(&small).unwrap();

    let read: tenancy::Result<i64> = of_large.query().count().get_result(&mut session);
    assert!(matches!(read, Err(Error::ScopeMismatch)));
    let deleted = of_small.delete(of_large.query()).execute(&mut session);
    assert!(matches!(deleted, Err(Error::ScopeMismatch)));
    let left = lines(
        &mut file.raw(),
        "SELECT tenant_id AS line FROM things ORDER BY id",
    );
    assert_eq!(left, ["anna", "Anna"]);
}
