//! A statement whose text is always the same is prepared once per connection; one whose
//! text varies is prepared once per text.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel::sqlite::Sqlite;
use tenancy::prelude::*;

use crate::gear::*;
use crate::support::*;

#[derive(Debug, Clone, ScopedInsertable)]
#[diesel(table_name = items, treat_none_as_default_value = false)]
struct FixedItem<'a> {
    category_id: RowId<Category>,
    name: &'a str,
    weight: Option<i32>,
}

#[derive(Debug, Clone, ScopedChangeset)]
#[diesel(table_name = items)]
struct FixedChanges<'a> {
    name: &'a str,
    #[diesel(treat_none_as_null = true)]
    weight: Option<i32>,
}

type Conn = Session<SqliteConnection>;

/// How many statements are prepared in three executions on one connection, with other
/// values each time.
fn prepared_in_three(mut run: impl FnMut(&Repo<Item>, &mut Conn, i64, &str)) -> usize {
    record();
    let gear = Gear::with(|builder| builder.max_size(1));
    let (anna, ben) = (gear.anna(), gear.ben());
    let ((), prepared) = prepared_by(|| {
        for (scope, number, text) in [(&anna, 1, "a"), (&anna, 2, "b"), (&ben, 4, "c")] {
            let mut session = gear.db.session(scope).unwrap();
            run(&Repo::new(scope), &mut session, number, text);
        }
    });
    prepared.len()
}

fn id(number: i64) -> RowId<Item> {
    RowId::from_raw(number)
}

/// A category of the tenant who has the item with this number.
fn category(number: i64) -> RowId<Category> {
    RowId::from_raw(if number < 4 { 1 } else { 3 })
}

#[test]
fn a_select_is_prepared_once() {
    let count = prepared_in_three(|items, session, number, text| {
        items
            .query()
            .filter(items::name.ne(text).or(items::id.eq(number)))
            .order(items::id)
            .load::<Item>(session)
            .unwrap();
    });
    assert_eq!(count, 1);
}

#[test]
fn find_and_first_are_prepared_once() {
    let count = prepared_in_three(|items, session, number, _| {
        items.find(id(number)).first::<Item>(session).unwrap();
    });
    assert_eq!(count, 1);
    let count = prepared_in_three(|items, session, _, _| {
        items.query().first::<Item>(session).unwrap();
    });
    assert_eq!(count, 1);
}

#[test]
fn limits_are_prepared_once() {
    let count = prepared_in_three(|items, session, number, _| {
        items.query().limit(number).load::<Item>(session).unwrap();
    });
    assert_eq!(count, 1);
    let count = prepared_in_three(|items, session, number, _| {
        items
            .query()
            .limit(number)
            .offset(number)
            .load::<Item>(session)
            .unwrap();
    });
    assert_eq!(count, 1);
}

#[test]
fn count_exists_and_joins_are_prepared_once() {
    let count = prepared_in_three(|items, session, _, text| {
        items
            .query()
            .filter(items::name.eq(text))
            .count()
            .get_result::<i64>(session)
            .unwrap();
    });
    assert_eq!(count, 1);
    let count = prepared_in_three(|items, session, _, text| {
        items
            .query()
            .filter(items::name.eq(text))
            .exists()
            .get_result::<bool>(session)
            .unwrap();
    });
    assert_eq!(count, 1);
    let count = prepared_in_three(|items, session, _, _| {
        items
            .query()
            .inner_join(categories::table)
            .load::<(Item, Category)>(session)
            .unwrap();
    });
    assert_eq!(count, 1);
}

#[test]
fn inserts_are_prepared_once() {
    let count = prepared_in_three(|items, session, number, name| {
        let new = NewItem {
            category_id: category(number),
            name,
        };
        items.insert(&new).execute(session).unwrap();
    });
    assert_eq!(count, 1);
    let count = prepared_in_three(|items, session, number, name| {
        let new = NewItem {
            category_id: category(number),
            name,
        };
        items.insert(&new).get_result::<Item>(session).unwrap();
    });
    assert_eq!(count, 1);
    let count = prepared_in_three(|items, session, number, name| {
        items
            .insert((
                items::name.eq(name),
                items::category_id.eq(category(number)),
            ))
            .execute(session)
            .unwrap();
    });
    assert_eq!(count, 1);
    let count = prepared_in_three(|items, session, number, name| {
        let weight = (number > 1).then_some(5);
        let new = FixedItem {
            category_id: category(number),
            name,
            weight,
        };
        items.insert(new).execute(session).unwrap();
    });
    assert_eq!(count, 1);
}

#[test]
fn updates_are_prepared_once() {
    let count = prepared_in_three(|items, session, number, text| {
        items
            .update(id(number))
            .set((items::name.eq(text), items::weight.eq(items::weight + 1)))
            .execute(session)
            .unwrap();
    });
    assert_eq!(count, 1);
    let count = prepared_in_three(|items, session, number, name| {
        let weight = (number > 1).then_some(5);
        items
            .update(id(number))
            .set(FixedChanges { name, weight })
            .execute(session)
            .unwrap();
    });
    assert_eq!(count, 1);
    let count = prepared_in_three(|items, session, number, text| {
        items
            .update(items.query().filter(items::id.eq(number)))
            .set(items::name.eq(text))
            .get_results::<Item>(session)
            .unwrap();
    });
    assert_eq!(count, 1);
}

#[test]
fn deletes_are_prepared_once() {
    let count = prepared_in_three(|items, session, number, _| {
        items.delete(id(number)).execute(session).unwrap();
    });
    assert_eq!(count, 1);
    let count = prepared_in_three(|items, session, _, text| {
        items
            .delete(items.query().filter(items::name.eq(text)))
            .execute(session)
            .unwrap();
    });
    assert_eq!(count, 1);
}

#[test]
fn texts_that_vary_are_prepared_once_each() {
    // The first two leave the weight out.
    let count = prepared_in_three(|items, session, number, name| {
        let weight = (number > 2).then_some(5);
        let new = NewWeighedItem {
            category_id: category(number),
            name,
            weight,
        };
        items.insert(&new).execute(session).unwrap();
    });
    assert_eq!(count, 2);
    let count = prepared_in_three(|items, session, number, text| {
        let changes = ItemChanges {
            name: Some(text),
            weight: (number > 2).then_some(None),
        };
        items
            .update(id(number))
            .set(&changes)
            .execute(session)
            .unwrap();
    });
    assert_eq!(count, 2);
    let count = prepared_in_three(|items, session, number, text| {
        let condition: Box<dyn BoxableExpression<items::table, Sqlite, SqlType = Bool>> =
            if number > 2 {
                Box::new(items::name.eq(text))
            } else {
                Box::new(items::name.ne(text))
            };
        items
            .query()
            .filter_dynamic(condition)
            .load::<Item>(session)
            .unwrap();
    });
    assert_eq!(count, 2);
}

#[test]
fn many_rows_are_prepared_once_for_each_number_of_them() {
    let count = prepared_in_three(|items, session, number, text| {
        let names: Vec<String> = (0..256).map(|n| format!("{text}{n}")).collect();
        let rows: Vec<NewItem> = names
            .iter()
            .map(|name| NewItem {
                category_id: category(number),
                name,
            })
            .collect();
        items.insert(rows).execute(session).unwrap();
    });
    assert_eq!(count, 1);
}

/// diesel keeps no statement with a list or with raw SQL in it, and tells of none.
#[test]
fn lists_and_raw_sql_of_diesels_are_not_kept() {
    let count = prepared_in_three(|items, session, number, text| {
        let list: Vec<&str> = if number > 2 {
            vec![text, text]
        } else {
            vec![text]
        };
        items
            .query()
            .filter_dynamic(items::name.eq_any(list))
            .load::<Item>(session)
            .unwrap();
    });
    assert_eq!(count, 0);
    let count = prepared_in_three(|items, session, number, _| {
        let condition = if number > 2 { "1 = 1" } else { "1 = 2" };
        items
            .query()
            .filter_dynamic(sql::<Bool>(condition))
            .load::<Item>(session)
            .unwrap();
    });
    assert_eq!(count, 0);
}
