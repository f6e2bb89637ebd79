//! Subqueries are scoped queries, and of the same scope as the statement around them.

use std::cell::RefCell;
use std::sync::mpsc::Sender;

use diesel::connection::SimpleConnection;
use diesel::dsl::{count_star, max, not};
use diesel::prelude::*;
use tenancy::Error;
use tenancy::prelude::*;

use crate::dialect;
use crate::gear::*;
use crate::kin::{Kin, Mark, Message, Thread, marks, threads};
use crate::support::{leaving_ben_alone, record, sent_by};

/// What each test begins with: Anna's session and her repositories.
macro_rules! as_anna {
    ($gear:ident, $session:ident $(, $repo:ident: $model:ty)*) => {
        record();
        let $gear = Gear::new();
        let scope = $gear.anna();
        let mut $session = $gear.db.session(&scope).unwrap();
        $(let $repo = Repo::<$model>::new(&scope);)*
    };
}

fn names(found: &[Item]) -> Vec<&str> {
    found.iter().map(|item| item.name.as_str()).collect()
}

#[test]
fn a_column_is_looked_for_in_own_rows() {
    as_anna!(gear, session, items: Item, categories: Category);
    let camp = categories
        .query()
        .filter(categories::name.eq("Camp"))
        .select(categories::id);
    let found: Vec<Item> = items
        .query()
        .filter(items::category_id.within(camp))
        .order(items::id)
        .load(&mut session)
        .unwrap();
    assert_eq!(names(&found), ["Stove", "Tent"]);
}

#[test]
fn foreign_rows_are_not_found_in_a_subquery() {
    as_anna!(gear, session, items: Item, categories: Category);
    gear.raw()
        .batch_execute(&dialect::unchecked(
            "INSERT INTO items VALUES (8, 1, 3, 'Stray', 1)",
        ))
        .unwrap();
    let all = || categories.query().select(categories::id);
    let found: Vec<Item> = items
        .query()
        .filter(items::category_id.within(all()))
        .order(items::id)
        .load(&mut session)
        .unwrap();
    assert_eq!(names(&found), ["Lamp", "Stove", "Tent"]);
    let strays: Vec<Item> = items
        .query()
        .filter(items::category_id.without(all()))
        .load(&mut session)
        .unwrap();
    assert_eq!(names(&strays), ["Stray"]);
}

#[test]
fn membership_goes_with_or_and_not() {
    as_anna!(gear, session, items: Item, categories: Category);
    let light = || {
        categories
            .query()
            .filter(categories::name.eq("Light"))
            .select(categories::id)
    };
    let either: Vec<Item> = items
        .query()
        .filter(
            items::category_id
                .within(light())
                .or(items::name.eq("Tent")),
        )
        .order(items::id)
        .load(&mut session)
        .unwrap();
    assert_eq!(names(&either), ["Lamp", "Tent"]);
    let others: Vec<Item> = items
        .query()
        .filter(not(items::category_id.within(light())))
        .order(items::id)
        .load(&mut session)
        .unwrap();
    assert_eq!(names(&others), ["Stove", "Tent"]);
}

#[test]
fn without_is_not_fooled_by_null() {
    as_anna!(gear, session, items: Item);
    let weights = || items.query().select(items::weight);
    let found: Vec<Item> = items
        .query()
        .filter(items::weight.without(weights().filter(items::name.ne("Lamp"))))
        .order(items::id)
        .load(&mut session)
        .unwrap();
    assert_eq!(names(&found), ["Lamp", "Stove"]); // the stove has no weight
}

#[test]
fn a_limited_and_ordered_query_is_a_subquery() {
    as_anna!(gear, session, items: Item);
    let last = items
        .query()
        .select(items::id)
        .order(items::name.desc())
        .limit(1);
    let found: Vec<Item> = items
        .query()
        .filter(items::id.within(last))
        .load(&mut session)
        .unwrap();
    assert_eq!(names(&found), ["Tent"]);
}

#[test]
fn a_single_value_is_of_own_rows() {
    as_anna!(gear, session, items: Item, categories: Category);
    let count = items.query().count().single_value();
    let rows: Vec<(String, Option<i64>)> = categories
        .query()
        .select((categories::name, count))
        .order(categories::id)
        .load(&mut session)
        .unwrap();
    assert_eq!(rows, [("Light".into(), Some(3)), ("Camp".into(), Some(3))]);
    let heaviest = items.query().select(max(items::weight)).single_value();
    let found: Vec<Item> = items
        .query()
        .filter(items::weight.eq(heaviest))
        .load(&mut session)
        .unwrap();
    assert_eq!(names(&found), ["Tent"]);
}

#[test]
fn a_related_row_is_an_own_one() {
    as_anna!(gear, session, items: Item, categories: Category);
    gear.raw()
        .batch_execute(&dialect::unchecked(
            "INSERT INTO categories VALUES (5, 1, 'Empty');
             INSERT INTO items VALUES (8, 2, 5, 'Ben''s, in a category of Anna''s', 1);",
        ))
        .unwrap();
    let with: Vec<Category> = categories
        .query()
        .where_exists(items.query())
        .order(categories::id)
        .load(&mut session)
        .unwrap();
    assert_eq!(with.iter().map(|c| c.id.get()).collect::<Vec<_>>(), [1, 2]);
    let without: Vec<Category> = categories
        .query()
        .where_not_exists(items.query())
        .load(&mut session)
        .unwrap();
    assert_eq!(without[0].name, "Empty");
    let heavy: Vec<Category> = categories
        .query()
        .where_exists(items.query().filter(items::weight.gt(500)))
        .load(&mut session)
        .unwrap();
    assert_eq!(heavy[0].name, "Camp");
    let in_light: Vec<Item> = items
        .query()
        .where_exists(categories.query().filter(categories::name.eq("Light")))
        .load(&mut session)
        .unwrap();
    assert_eq!(names(&in_light), ["Lamp"]);
}

#[test]
fn tables_that_stand_at_many_depths_are_told_apart() {
    let kin = Kin::new();
    let scope = kin.anna();
    let mut session = kin.db.session(&scope).unwrap();
    let (threads, messages, marks) = (
        Repo::<Thread>::new(&scope),
        Repo::<Message>::new(&scope),
        Repo::<Mark>::new(&scope),
    );
    // Threads with a message in a thread called News that has a good mark.
    let news = threads.query().filter(threads::title.eq("News"));
    let good = marks.query().filter(marks::word.eq("good"));
    let told = messages.query().where_exists(news).where_exists(good);
    let found: Vec<Thread> = threads
        .query()
        .where_exists(told)
        .load(&mut session)
        .unwrap();
    assert_eq!(found.iter().map(|t| t.id.get()).collect::<Vec<_>>(), [1]);
}

#[test]
fn existence_and_its_opposite_are_two_statements() {
    as_anna!(gear, session, items: Item, categories: Category);
    let heavy = || items.query().filter(items::weight.gt(500));
    let names = |found: Vec<Category>| found.into_iter().map(|c| c.name).collect::<Vec<_>>();
    for _ in 0..2 {
        let with = categories.query().where_exists(heavy()).load(&mut session);
        assert_eq!(names(with.unwrap()), ["Camp"]);
        let without = categories
            .query()
            .where_not_exists(heavy())
            .load(&mut session);
        assert_eq!(names(without.unwrap()), ["Light"]);
    }
}

#[test]
fn existence_with_a_condition_of_ones_own() {
    as_anna!(gear, session, items: Item, settings: Setting);
    let found: Vec<Item> = items
        .query()
        .where_exists_on(settings.query(), settings::value.ne(items::name))
        .order(items::id)
        .load(&mut session)
        .unwrap();
    assert_eq!(found.len(), 3);
    let none: Vec<Item> = items
        .query()
        .where_not_exists_on(settings.query(), settings::value.ne(items::name))
        .load(&mut session)
        .unwrap();
    assert!(none.is_empty());
}

diesel::infix_operator!(Either, " OR ");

#[test]
fn an_operator_without_parentheses_of_its_own_finds_no_foreign_row() {
    as_anna!(gear, session, items: Item, categories: Category);
    // Only Ben has a rope.
    let ropes = || items.query().filter(items::name.eq("Rope"));
    let tied = || {
        Either::new(
            items::category_id.eq(categories::id),
            items::name.eq("Rope"),
        )
    };
    let with: i64 = categories
        .query()
        .where_exists_on(ropes(), tied())
        .count()
        .get_result(&mut session)
        .unwrap();
    assert_eq!(with, 0);
    let without: i64 = categories
        .query()
        .where_not_exists_on(ropes(), tied())
        .count()
        .get_result(&mut session)
        .unwrap();
    assert_eq!(without, 2);
}

#[test]
fn a_subquery_of_another_tenant_is_refused_before_anything_is_sent() {
    as_anna!(gear, session, items: Item, categories: Category);
    let bens = gear.ben();
    let (bens_items, bens_categories) = (Repo::<Item>::new(&bens), Repo::<Category>::new(&bens));
    let foreign = || bens_categories.query().select(categories::id);

    let refused = |result: tenancy::Result<Vec<Item>>| {
        assert!(matches!(result, Err(Error::ScopeMismatch)), "{result:?}");
    };
    let ((), sent) = sent_by(|| {
        refused(
            items
                .query()
                .filter(items::category_id.within(foreign()))
                .load(&mut session),
        );
        refused(
            items
                .query()
                .filter(items::id.eq(1).or(items::category_id.without(foreign())))
                .load(&mut session),
        );
        refused(
            items
                .query()
                .where_exists(bens_categories.query())
                .load(&mut session),
        );
        refused(
            items
                .query()
                .where_not_exists(bens_categories.query())
                .load(&mut session),
        );
        let heaviest = bens_items.query().select(max(items::weight)).single_value();
        refused(
            items
                .query()
                .filter(items::weight.eq(heaviest))
                .load(&mut session),
        );
        // Deeper: an own subquery that holds a foreign one.
        let own = categories
            .query()
            .filter(categories::id.within(foreign()))
            .select(categories::id);
        refused(
            items
                .query()
                .filter(items::category_id.within(own))
                .load(&mut session),
        );
        let count = items
            .query()
            .filter(items::category_id.within(foreign()))
            .count()
            .get_result::<i64>(&mut session);
        assert!(matches!(count, Err(Error::ScopeMismatch)));
    });
    assert!(sent.is_empty(), "{sent:?}");
    // Also when the statement is in the cache already.
    let own = || categories.query().select(categories::id);
    for _ in 0..2 {
        let fine: Vec<Item> = items
            .query()
            .filter(items::category_id.within(own()))
            .load(&mut session)
            .unwrap();
        assert_eq!(fine.len(), 3);
        refused(
            items
                .query()
                .filter(items::category_id.within(foreign()))
                .load(&mut session),
        );
    }
}

#[test]
fn updates_and_deletes_take_subqueries_of_their_own_scope() {
    as_anna!(gear, session, items: Item, categories: Category);
    let camp = || {
        categories
            .query()
            .filter(categories::name.eq("Camp"))
            .select(categories::id)
    };
    leaving_ben_alone(&gear, || {
        let changed = items
            .update(items.query().filter(items::category_id.within(camp())))
            .set(items::weight.eq(1))
            .execute(&mut session)
            .unwrap();
        assert_eq!(changed, 2);
        let deleted = items
            .delete(
                items
                    .query()
                    .where_exists(categories.query().filter(categories::name.eq("Light"))),
            )
            .execute(&mut session)
            .unwrap();
        assert_eq!(deleted, 1);
        let bens = Repo::<Category>::new(&gear.ben());
        let foreign = items
            .delete(
                items
                    .query()
                    .filter(items::category_id.within(bens.query().select(categories::id))),
            )
            .execute(&mut session);
        assert!(matches!(foreign, Err(Error::ScopeMismatch)));
    });
}

/// A subquery among the values, where diesel's could stand, too.
#[test]
fn a_write_with_a_value_of_another_tenants_is_refused_before_anything_is_sent() {
    as_anna!(gear, session, items: Item);
    let bens = Repo::<Item>::new(&gear.ben());
    let heaviest = |of: &Repo<Item>| of.query().select(max(items::weight)).single_value();
    let category = RowId::<Category>::from_raw(1);
    let new = |of: &Repo<Item>| {
        (
            items::name.eq("Kettle"),
            items::category_id.eq(category),
            items::weight.eq(heaviest(of)),
        )
    };
    let by_name = (items::tenant_id, items::name);
    let ((), sent) = sent_by(|| {
        let refused = [
            items.insert(new(&bens)).execute(&mut session),
            items
                .update(RowId::<Item>::from_raw(1))
                .set(items::weight.eq(heaviest(&bens)))
                .execute(&mut session),
            items
                .update(items.query())
                .set((items::weight.eq(heaviest(&bens)), items::name.eq("x")))
                .execute(&mut session),
            items
                .insert(new(&items))
                .on_conflict(by_name)
                .do_update()
                .set(items::weight.eq(heaviest(&bens)))
                .execute(&mut session),
            items
                .insert(new(&items))
                .on_conflict(by_name)
                .do_update()
                .set(items::name.eq("x"))
                .filter(items::weight.lt(heaviest(&bens)))
                .execute(&mut session),
        ];
        for result in refused {
            assert!(matches!(result, Err(Error::ScopeMismatch)), "{result:?}");
        }
    });
    assert!(sent.is_empty(), "{sent:?}");
    // Ben's heaviest item has 900, and Anna's 2000.
    let kettle: Item = items.insert(new(&items)).get_result(&mut session).unwrap();
    assert_eq!(kettle.weight, Some(2000));
}

#[test]
fn a_subquery_out_of_a_session_is_refused() {
    as_anna!(gear, session, items: Item, categories: Category);
    let all = || categories.query().select(categories::id);
    let mut raw = gear.raw();
    raw.set_instrumentation(|_: diesel::connection::InstrumentationEvent<'_>| {});
    let mut beside = || {
        items::table
            .filter(items::category_id.within(all()))
            .select(count_star())
            .get_result::<i64>(&mut raw)
    };
    assert!(beside().is_err());
    let fine: Vec<Item> = items
        .query()
        .filter(items::category_id.within(all()))
        .load(&mut session)
        .unwrap();
    assert_eq!(fine.len(), 3);
    assert!(beside().is_err(), "the session's tenant is not remembered");
}

#[test]
fn a_subquery_is_refused_behind_a_session_and_in_the_middle_of_one() {
    as_anna!(gear, session, items: Item, categories: Category);
    let all = || categories.query().select(categories::id);
    let text = || {
        let beside = items::table.filter(items::category_id.within(all()));
        let mut text = String::new();
        let query = diesel::debug_query::<<crate::support::Conn as diesel::Connection>::Backend, _>(
            &beside,
        );
        std::fmt::write(&mut text, format_args!("{query}")).map(|()| text)
    };
    let query = items.query().filter(items::category_id.within(all()));
    assert_eq!(query.load::<Item>(&mut session).unwrap().len(), 3);
    assert!(text().is_err());
    let counted: tenancy::Result<i64> = session.transaction(|session| {
        let count = items.query().count().get_result(session);
        assert!(text().is_err());
        count
    });
    assert_eq!(counted.unwrap(), 3);
}

/// Asks, when its thread ends, for Anna's items with a category, and sends the answer.
struct AtTheEnd(Gear, Sender<tenancy::Result<i64>>);

impl Drop for AtTheEnd {
    fn drop(&mut self) {
        let answer = items_with_a_category(&self.0);
        self.1.send(answer).unwrap();
    }
}

thread_local! {
    static AT_THE_END: RefCell<Option<AtTheEnd>> = const { RefCell::new(None) };
}

fn items_with_a_category(gear: &Gear) -> tenancy::Result<i64> {
    let scope = gear.anna();
    let categories = Repo::<Category>::new(&scope).query();
    let all = categories.select(categories::id);
    let found = items::category_id.within(all);
    let items = Repo::<Item>::new(&scope).query().filter(found);
    items.count().get_result(&mut gear.db.session(&scope)?)
}

#[test]
fn a_thread_that_ends_gets_an_error() {
    let (sender, answers) = std::sync::mpsc::channel();
    crate::support::record();
    let thread = std::thread::spawn(move || {
        // What was used last is gone first: also what the record of this thread is in.
        AT_THE_END.set(None);
        AT_THE_END.set(Some(AtTheEnd(Gear::new(), sender)));
        AT_THE_END.with_borrow(|end| end.as_ref().map(|end| items_with_a_category(&end.0)))
    });
    assert!(matches!(thread.join().unwrap(), Some(Ok(3))));
    let answer = answers.recv().unwrap();
    assert!(matches!(answer, Err(Error::ScopeMismatch)), "{answer:?}");
}
