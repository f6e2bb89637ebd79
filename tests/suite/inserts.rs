//! A new row belongs to the tenant of the scope, whatever it says.

use diesel::prelude::*;
use tenancy::Error;
use tenancy::prelude::*;

use crate::gear::*;
use crate::support::*;

fn category() -> RowId<Category> {
    RowId::from_raw(1)
}

fn owner(gear: &Gear, id: RowId<Item>) -> i64 {
    items::table
        .filter(items::id.eq(id.get()))
        .select(items::tenant_id)
        .first(&mut gear.raw())
        .unwrap()
}

#[test]
fn a_struct_is_inserted_for_the_tenant_of_the_scope() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let kettle: Item = leaving_ben_alone(&gear, || {
        Repo::<Item>::new(&scope)
            .insert(&NewItem {
                category_id: category(),
                name: "Kettle",
            })
            .get_result(&mut session)
            .unwrap()
    });
    assert_eq!((kettle.name.as_str(), kettle.weight), ("Kettle", None));
    assert_eq!(owner(&gear, kettle.id), 1);
}

#[test]
fn a_tuple_is_inserted_for_the_tenant_of_the_scope() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let id: RowId<Item> = leaving_ben_alone(&gear, || {
        Repo::<Item>::new(&scope)
            .insert((
                items::weight.eq(Some(7)),
                items::name.eq("Mug"),
                items::category_id.eq(category()),
            ))
            .returning(items::id)
            .get_result(&mut session)
            .unwrap()
    });
    assert_eq!(owner(&gear, id), 1);
}

#[test]
fn a_tuple_of_one_is_a_row() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let count = leaving_ben_alone(&gear, || {
        Repo::<Category>::new(&scope)
            .insert((categories::name.eq("Boats"),))
            .execute(&mut session)
            .unwrap()
    });
    assert_eq!(count, 1);
    assert!(rows_of(&gear, 1).iter().any(|row| row.contains("'Boats'")));
}

#[test]
fn two_tenants_insert_the_same_name() {
    let gear = Gear::new();
    let (anna, ben) = (gear.anna(), gear.ben());
    let mut owners = Vec::new();
    for (scope, category) in [(&anna, 1), (&ben, 3)] {
        let mut session = gear.db.session(scope).unwrap();
        let mug: Item = Repo::<Item>::new(scope)
            .insert(NewItem {
                category_id: RowId::from_raw(category),
                name: "Mug",
            })
            .get_result(&mut session)
            .unwrap();
        owners.push(owner(&gear, mug.id));
    }
    assert_eq!(owners, [1, 2]);
}

#[test]
fn an_optional_field_that_is_none_is_left_to_the_default() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    for (name, weight) in [("a", None), ("b", Some(5))] {
        let row: Item = Repo::<Item>::new(&scope)
            .insert(NewWeighedItem {
                category_id: category(),
                name,
                weight,
            })
            .get_result(&mut session)
            .unwrap();
        assert_eq!(row.weight, weight);
    }
}

#[test]
fn a_taken_primary_key_is_an_error_and_not_an_overwrite() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let taken = changing_nothing(&gear, || {
        Repo::<Setting>::new(&scope)
            .insert((settings::key.eq("unit"), settings::value.eq("hijacked")))
            .execute(&mut session)
    });
    assert!(matches!(taken, Err(Error::UniqueViolation { .. })));
}

#[test]
fn the_row_of_the_tenant_itself_gets_the_tenants_key() {
    let (db, file) =
        database("CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, api_key TEXT);");
    let scope = scope_of(&db, 7_i64);
    let mut session = db.session(&scope).unwrap();
    let made: Customer = Repo::<Customer>::new(&scope)
        .insert((customers::name.eq("Cem"), customers::api_key.eq("k")))
        .get_result(&mut session)
        .unwrap();
    assert_eq!(made.id, 7);
    let rows = lines(&mut file.raw(), "SELECT id || name AS line FROM customers");
    assert_eq!(rows, ["7Cem"]);
}

#[test]
fn an_insert_under_a_key_of_two_columns_is_the_tenants_own() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let settings = Repo::<Setting>::new(&scope);
    leaving_ben_alone(&gear, || {
        settings
            .insert((settings::key.eq("theme"), settings::value.eq("dark")))
            .execute(&mut session)
            .unwrap();
    });
    let again = settings
        .insert((settings::key.eq("unit"), settings::value.eq("kg")))
        .execute(&mut session);
    assert!(matches!(again, Err(Error::UniqueViolation { .. })));
}

#[test]
fn chosen_columns_are_returned() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let named: (i64, String) = Repo::<Item>::new(&scope)
        .insert(NewItem {
            category_id: category(),
            name: "Kettle",
        })
        .returning((items::tenant_id, items::name))
        .get_result(&mut session)
        .unwrap();
    assert_eq!(named, (1, "Kettle".to_owned()));
}
