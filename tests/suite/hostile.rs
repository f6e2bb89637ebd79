//! What an application could put into the library's hands, by mistake or on purpose.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use tenancy::Error;
use tenancy::prelude::*;

use crate::gear::*;
use crate::support::*;

/// A key whose copies are another tenant's.
#[derive(Debug, PartialEq, Eq, Hash, TenantKey)]
struct Swapped(i64);

impl Clone for Swapped {
    fn clone(&self) -> Self {
        Self(3 - self.0)
    }
}

mod swapped {
    diesel::table! {
        items (id) {
            id -> BigInt,
            tenant_id -> BigInt,
            name -> Text,
        }
    }
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = swapped::items)]
#[scoped(tenant = tenant_id, key = Swapped)]
struct Thing {
    id: RowId<Thing>,
}

#[test]
fn a_key_that_copies_wrongly_is_copied_by_the_library() {
    let gear = Gear::new();
    let scope = scope_of(&gear.db, Swapped(1)).clone();
    let mut session = gear.db.session(&scope.read_only()).unwrap();
    let things = Repo::<Thing>::new(&scope).clone();
    let query = things.query().filter(swapped::items::name.ne("")).clone();
    let found: Vec<Thing> = query.clone().load(&mut session).unwrap();
    let ids: Vec<i64> = found.iter().map(|thing| thing.id.get()).collect();
    assert_eq!(ids, [1, 2, 3], "Anna's");
    drop(session);

    let mut session = gear.db.session(&scope).unwrap();
    let renamed = things
        .update(query)
        .set(swapped::items::name.eq(swapped::items::name.concat("!")))
        .execute(&mut session);
    assert_eq!(renamed.unwrap(), 3);
    let of_ben = lines(
        &mut gear.raw(),
        "SELECT name AS line FROM items WHERE tenant_id = 2 AND name LIKE '%!'",
    );
    assert!(of_ben.is_empty(), "{of_ben:?}");
}

#[test]
fn a_scope_is_good_for_the_database_that_proved_it() {
    let (ours, theirs) = (Gear::new(), Gear::new());
    let scope = ours.anna();
    assert!(matches!(
        theirs.db.session(&scope),
        Err(Error::ScopeMismatch)
    ));
    assert!(matches!(
        theirs.db.session(&scope.read_only()),
        Err(Error::ScopeMismatch)
    ));
    assert!(ours.db.clone().session(&scope.clone()).is_ok());
}

/// An iterator that is never dropped keeps its statement open on the connection.
#[test]
fn a_connection_with_a_forgotten_iterator_does_not_come_back() {
    let gear = Gear::with(|builder| builder.max_size(1));
    let scope = gear.anna();
    let items = Repo::<Item>::new(&scope);
    {
        let mut session = gear.db.session(&scope.read_only()).unwrap();
        let mut rows = items.query().load_iter::<Item>(&mut session).unwrap();
        assert!(rows.next().is_some());
        std::mem::forget(rows);
    }
    gear.raw()
        .batch_execute("UPDATE items SET name = 'Fresh' WHERE id = 1")
        .unwrap();
    let mut session = gear.db.session(&scope).unwrap();
    let fresh: Item = items.find(RowId::from_raw(1)).first(&mut session).unwrap();
    assert_eq!(fresh.name, "Fresh");
    items
        .delete(RowId::<Item>::from_raw(1))
        .execute(&mut session)
        .unwrap();
}

#[test]
fn a_connection_whose_iterator_came_back_does_too() {
    let gear = Gear::with(|builder| {
        builder
            .max_size(1)
            .on_connect("CREATE TEMPORARY TABLE mine (x INTEGER)")
    });
    let scope = gear.anna();
    let items = Repo::<Item>::new(&scope);
    for _ in 0..2 {
        let mut session = gear.db.session(&scope).unwrap();
        let mut rows = items.query().load_iter::<Item>(&mut session).unwrap();
        assert!(rows.next().is_some());
    }
}
