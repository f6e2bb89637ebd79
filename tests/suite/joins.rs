//! A join shows rows of the tenant on both sides, whatever the references say.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::query_source::QuerySource;
use tenancy::prelude::*;

use crate::dialect;
use crate::gear::schema::secrets;
use crate::gear::*;

/// Rows that refer to another tenant's, as a migration gone wrong may leave them:
/// an item of Anna's in a category of Ben's, and one of Ben's in a category of Anna's.
fn with_strays() -> Gear {
    let gear = Gear::new();
    gear.raw()
        .batch_execute(&dialect::unchecked(
            "INSERT INTO items VALUES (8, 1, 3, 'Anna''s stray', 1), (9, 2, 1, 'Ben''s stray', 1);",
        ))
        .unwrap();
    gear
}

#[test]
fn a_join_pairs_own_rows() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let pairs: Vec<(Item, Category)> = Repo::<Item>::new(&scope)
        .query()
        .inner_join(categories::table)
        .order(items::id)
        .load(&mut session)
        .unwrap();
    let pairs: Vec<(i64, i64)> = pairs
        .iter()
        .map(|(i, c)| (i.id.get(), c.id.get()))
        .collect();
    assert_eq!(pairs, [(1, 1), (2, 2), (3, 2)]);
}

#[test]
fn the_joined_side_never_shows_another_tenants_row() {
    let gear = with_strays();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let seen: Vec<(i64, i64)> = Repo::<Item>::new(&scope)
        .query()
        .inner_join(categories::table)
        .select((items::id, categories::id))
        .order(items::id)
        .load(&mut session)
        .unwrap();
    assert_eq!(seen, [(1, 1), (2, 2), (3, 2)]);
}

#[test]
fn the_other_direction_is_as_safe() {
    let gear = with_strays();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let seen: Vec<(i64, String)> = Repo::<Category>::new(&scope)
        .query()
        .inner_join(items::table)
        .select((categories::id, items::name))
        .order(items::id)
        .load(&mut session)
        .unwrap();
    let seen: Vec<&str> = seen.iter().map(|(_, name)| name.as_str()).collect();
    assert_eq!(seen, ["Lamp", "Stove", "Tent"]);
}

#[test]
fn conditions_on_both_sides_stay_within_the_scope() {
    let gear = with_strays();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let seen: Vec<String> = Repo::<Item>::new(&scope)
        .query()
        .inner_join(categories::table)
        .filter(categories::name.eq("Light").or(items::name.ne("Lamp")))
        .filter(categories::tenant_id.eq(2).or(categories::tenant_id.eq(1)))
        .select(items::name)
        .order(items::name)
        .load(&mut session)
        .unwrap();
    assert_eq!(seen, ["Lamp", "Stove", "Tent"]);
}

#[test]
fn a_join_is_counted_and_asked_within_the_scope() {
    let gear = with_strays();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let joined = || {
        Repo::<Item>::new(&scope)
            .query()
            .inner_join(categories::table)
    };
    let count: i64 = joined().count().get_result(&mut session).unwrap();
    assert_eq!(count, 3);
    let strays: bool = joined()
        .filter(items::name.like("%stray"))
        .exists()
        .get_result(&mut session)
        .unwrap();
    assert!(!strays);
}

#[test]
fn a_row_found_by_key_can_be_joined() {
    let gear = with_strays();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let items = Repo::<Item>::new(&scope);
    let name: String = items
        .find(RowId::from_raw(1))
        .inner_join(categories::table)
        .select(categories::name)
        .first(&mut session)
        .unwrap();
    assert_eq!(name, "Light");
    let stray: tenancy::Result<String> = items
        .find(RowId::from_raw(8))
        .inner_join(categories::table)
        .select(categories::name)
        .first(&mut session);
    assert!(matches!(stray, Err(tenancy::Error::NotFound)));
}

#[test]
fn a_global_table_can_be_joined() {
    mod schema {
        diesel::table! {
            offers (id) { id -> BigInt, tenant_id -> BigInt, unit_id -> BigInt }
        }
        diesel::table! {
            units (id) { id -> BigInt, name -> Text }
        }
        diesel::joinable!(offers -> units (unit_id));
        diesel::allow_tables_to_appear_in_same_query!(offers, units);
    }
    use schema::{offers, units};

    #[derive(Scoped)]
    #[diesel(table_name = offers)]
    #[scoped(tenant = tenant_id)]
    #[expect(dead_code, reason = "loaded, not read")]
    struct Offer {
        id: RowId<Offer>,
    }

    #[derive(Scoped)]
    #[diesel(table_name = units)]
    #[scoped(global)]
    #[expect(dead_code, reason = "loaded, not read")]
    struct OfferUnit {
        id: RowId<OfferUnit>,
    }

    let (db, _file) = crate::support::database(
        "CREATE TABLE offers (id INTEGER PRIMARY KEY, tenant_id BIGINT, unit_id BIGINT);
         CREATE TABLE units (id INTEGER PRIMARY KEY, name TEXT);
         INSERT INTO units VALUES (1, 'g'), (2, 'oz');
         INSERT INTO offers VALUES (1, 1, 1), (2, 1, 2), (3, 2, 1);",
    );
    let scope = crate::support::scope_of(&db, 1_i64);
    let mut session = db.session(&scope).unwrap();
    let seen: Vec<(i64, String)> = Repo::<Offer>::new(&scope)
        .query()
        .inner_join(units::table)
        .select((offers::id, units::name))
        .order(offers::id)
        .load(&mut session)
        .unwrap();
    assert_eq!(seen, [(1, "g".to_owned()), (2, "oz".to_owned())]);
}

/// A condition that fails on some texts must not be asked of another tenant's row: whether it
/// fails would tell what stands there.
#[cfg(feature = "sqlite")]
#[test]
fn the_condition_of_a_join_is_asked_behind_the_tenants() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let categories = Repo::<Category>::new(&scope);
    let fails = || diesel::dsl::json(items::name).is_not_null();
    for bens in [4, 5, 6, 7] {
        let left = categories
            .query()
            .left_join(items::table.on(items::id.eq(bens).and(fails())))
            .count()
            .get_result::<i64>(&mut session);
        assert_eq!(left.unwrap(), 2);
        let inner = categories
            .query()
            .inner_join(items::table.on(items::id.eq(bens).and(fails())))
            .count()
            .get_result::<i64>(&mut session);
        assert_eq!(inner.unwrap(), 0);
    }
}

/// What diesel selects of a join by itself passes for a selection of any query. It names the
/// tables of that join, and those are not in this query, or are in it behind their predicates.
#[test]
fn the_selection_of_another_join_reads_no_other_table() {
    let gear = with_strays();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let items = || Repo::<Item>::new(&scope).query();
    let foreign = categories::table.inner_join(secrets::table.on(secrets::id.eq(categories::id)));
    let refused = items()
        .inner_join(categories::table)
        .select(foreign.default_selection())
        .load::<((i64, i64, String), (i64, String))>(&mut session);
    assert!(
        matches!(refused, Err(tenancy::Error::Database { .. })),
        "{refused:?}"
    );
    let same = categories::table.inner_join(items::table);
    let read: Vec<((i64, i64, String), (i64, i64, i64, String, Option<i32>))> = items()
        .inner_join(categories::table)
        .select(same.default_selection())
        .load(&mut session)
        .unwrap();
    assert_eq!(read.len(), 3);
    for (category, item) in read {
        assert_eq!((category.1, item.1), (1, 1));
    }
}
