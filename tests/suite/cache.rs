//! A statement whose text is always the same is prepared once per connection; one whose
//! text varies is prepared once per text.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
type Backend = <crate::support::Conn as diesel::Connection>::Backend;
use tenancy::prelude::*;

use crate::dialect;
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

type Conn = Session<crate::support::Conn>;

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
            .execute(session)
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
        let condition: Box<dyn BoxableExpression<items::table, Backend, SqlType = Bool>> =
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

/// diesel keeps no statement with raw SQL in it, nor with a list, if its text varies, and
/// tells of none.
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
    assert_eq!(count, dialect::LISTS_KEPT);
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

#[test]
fn lists_of_any_length_are_prepared_once() {
    let count = prepared_in_three(|items, session, number, text| {
        let ids: Vec<i64> = (0..number * 3).collect();
        items
            .query()
            .filter(items::id.is_among(ids).or(items::name.is_not_among([text])))
            .load::<Item>(session)
            .unwrap();
    });
    assert_eq!(count, 1);
    let count = prepared_in_three(|items, session, number, text| {
        let names: Vec<&str> = (0..number).map(|_| text).collect();
        items
            .delete(items.query().filter(items::name.is_among(names)))
            .execute(session)
            .unwrap();
    });
    assert_eq!(count, 1);
    // What holds the values has no part in the text.
    let count = prepared_in_three(|items, session, number, text| {
        let query = items.query();
        if number > 1 {
            let found = query.filter(items::name.is_among(vec![text.to_owned()]));
            found.load::<Item>(session).unwrap();
        } else {
            let texts = [text];
            let found = query.filter(items::name.is_among(&texts));
            found.load::<Item>(session).unwrap();
        }
    });
    assert_eq!(count, 1);
}

/// The two texts of a list, and lists of two columns, are told apart.
#[test]
fn lists_of_two_texts_are_prepared_twice() {
    let count = prepared_in_three(|items, session, number, _| {
        let query = items.query();
        if number > 1 {
            let found = query.filter(items::id.is_not_among([number]));
            assert_eq!(
                found.load::<Item>(session).unwrap().len(),
                if number < 4 { 2 } else { 3 }
            );
        } else {
            let found = query.filter(items::id.is_among([number]));
            assert_eq!(found.load::<Item>(session).unwrap().len(), 1);
        }
    });
    assert_eq!(count, 2);
}

#[test]
fn distinct_rows_groups_and_windows_are_prepared_once() {
    use diesel::dsl::{count_star, row_number, sum};
    use tenancy::dsl::{CurrentRow, filtered, over, preceding, window};

    let count = prepared_in_three(|items, session, number, text| {
        items
            .query()
            .group_by(items::category_id)
            .having(filtered(count_star(), items::name.ne(text)).gt(number))
            .select((items::category_id, count_star()))
            .limit(number)
            .load::<(i64, i64)>(session)
            .unwrap();
    });
    assert_eq!(count, 1);
    let count = prepared_in_three(|items, session, number, text| {
        let window = window()
            .partition_by(items::name.eq(text))
            .order_by(items::id + number)
            .rows(preceding::<1>(), CurrentRow);
        items
            .query()
            .distinct()
            .select((
                over(row_number(), window),
                over(filtered(sum(items::weight), items::id.gt(number)), window),
            ))
            .load::<(i64, Option<i64>)>(session)
            .unwrap();
    });
    assert_eq!(count, 1);
}

/// The bounds of a frame are written into its text, and are a part of its type.
#[test]
fn frames_of_two_texts_are_prepared_twice() {
    use diesel::dsl::count_star;
    use tenancy::dsl::{CurrentRow, over, preceding, window};

    let count = prepared_in_three(|items, session, number, _| {
        let window = window().order_by(items::id);
        let query = items.query().order(items::id.desc());
        let last: i64 = if number > 1 {
            let window = window.rows(preceding::<1>(), CurrentRow);
            query
                .select(over(count_star(), window))
                .first(session)
                .unwrap()
        } else {
            let window = window.rows(preceding::<2>(), CurrentRow);
            query
                .select(over(count_star(), window))
                .first(session)
                .unwrap()
        };
        assert_eq!(last, if number > 1 { 2 } else { 3 });
    });
    assert_eq!(count, 2);
}

#[test]
fn boxed_queries_are_prepared_once_for_each_text() {
    let count = prepared_in_three(|items, session, number, text| {
        let mut query = items.query().into_boxed();
        if number > 2 {
            query = query.filter(items::name.ne(text));
        }
        query.load::<Item>(session).unwrap();
    });
    assert_eq!(count, 2);
}
