//! Set operations put queries of one scope together, and of no two.

use diesel::prelude::*;
use tenancy::Error;
use tenancy::prelude::*;

use crate::dialect;
use crate::gear::*;
use crate::support::{prepared_by, record, sent_by};

macro_rules! as_anna {
    ($gear:ident, $session:ident $(, $repo:ident: $model:ty)*) => {
        record();
        let $gear = Gear::new();
        let scope = $gear.anna();
        let mut $session = $gear.db.session(&scope).unwrap();
        $(let $repo = Repo::<$model>::new(&scope);)*
    };
}

#[test]
fn each_operation_does_what_sql_says_with_own_rows() {
    as_anna!(gear, session, items: Item);
    let names = || items.query().select(items::name);
    let early = || names().filter(items::name.lt("Stove"));
    let heavy = || names().filter(items::weight.is_not_null());

    let load = |result: tenancy::Result<Vec<String>>| result.unwrap();
    let union = early()
        .union(heavy())
        .order_by_position::<1>()
        .load(&mut session);
    assert_eq!(load(union), ["Lamp", "Tent"]);
    let all = early()
        .union_all(heavy())
        .order_by_position_desc::<1>()
        .load(&mut session);
    assert_eq!(load(all), ["Tent", "Lamp", "Lamp"]);
    assert_eq!(
        load(early().intersect(heavy()).load(&mut session)),
        ["Lamp"]
    );
    assert_eq!(load(heavy().except(early()).load(&mut session)), ["Tent"]);
}

#[test]
fn whole_models_are_combined() {
    as_anna!(gear, session, items: Item);
    let found: Vec<Item> = items
        .query()
        .filter(items::name.eq("Tent"))
        .union(items.query().filter(items::name.eq("Lamp")))
        .order_by_position::<2>()
        .load(&mut session)
        .unwrap();
    assert_eq!(found.iter().map(|i| i.id.get()).collect::<Vec<_>>(), [1, 3]);
}

#[test]
fn a_position_that_there_is_not_is_said() {
    as_anna!(gear, session, items: Item, categories: Category);
    let things = items.query().select(items::name);
    let result: tenancy::Result<Vec<String>> = things
        .union(categories.query().select(categories::name))
        .order_by_position::<9>()
        .load(&mut session);
    assert_eq!(
        result.unwrap_err().to_string(),
        format!("the database failed: {}", dialect::NO_NINTH)
    );
}

#[test]
fn sides_keep_their_order_and_limit() {
    as_anna!(gear, session, items: Item);
    let names = || items.query().select(items::name);
    let ends: Vec<String> = names()
        .order(items::name.asc())
        .limit(1)
        .union(names().order(items::name.desc()).limit(1))
        .order_by_position::<1>()
        .load(&mut session)
        .unwrap();
    assert_eq!(ends, ["Lamp", "Tent"]);
}

#[test]
fn a_combination_is_limited_and_combined_again() {
    as_anna!(gear, session, items: Item, categories: Category);
    let things = || items.query().select(items::name);
    let kinds = || categories.query().select(categories::name);
    let page: Vec<String> = things()
        .union(kinds())
        .order_by_position::<1>()
        .limit(2)
        .offset(1)
        .load(&mut session)
        .unwrap();
    assert_eq!(page, ["Lamp", "Light"]);
    let first: String = things()
        .union(kinds())
        .order_by_position::<1>()
        .first(&mut session)
        .unwrap();
    assert_eq!(first, "Camp");
    let both: Vec<String> = things()
        .union(kinds())
        .except(things().filter(items::name.ne("Tent")))
        .order_by_position::<1>()
        .load(&mut session)
        .unwrap();
    assert_eq!(both, ["Camp", "Light", "Tent"]);
}

#[test]
fn a_combination_is_ordered_by_several_positions() {
    as_anna!(gear, session, items: Item);
    let ids = || items.query().select((items::category_id, items::name));
    let rows: Vec<(RowId<Category>, String)> = ids()
        .union(ids())
        .order_by_position_desc::<1>()
        .order_by_position::<2>()
        .load(&mut session)
        .unwrap();
    let names: Vec<_> = rows.iter().map(|(_, name)| name.as_str()).collect();
    assert_eq!(names, ["Stove", "Tent", "Lamp"]);
    let rows: Vec<(RowId<Category>, String)> = ids()
        .union(ids())
        .order_by_position::<1>()
        .order_by_position_desc::<2>()
        .load(&mut session)
        .unwrap();
    let names: Vec<_> = rows.iter().map(|(_, name)| name.as_str()).collect();
    assert_eq!(names, ["Lamp", "Tent", "Stove"]);
}

#[test]
fn a_combination_is_a_subquery() {
    as_anna!(gear, session, items: Item);
    let ids = |name: &'static str| items.query().filter(items::name.eq(name)).select(items::id);
    let found: i64 = items
        .query()
        .filter(items::id.within(ids("Tent").union(ids("Lamp"))))
        .count()
        .get_result(&mut session)
        .unwrap();
    assert_eq!(found, 2);
}

#[test]
fn queries_of_two_scopes_are_not_combined() {
    as_anna!(gear, session, items: Item);
    let bens = Repo::<Item>::new(&gear.ben());
    let names = |of: &Repo<Item>| of.query().select(items::name);
    let ((), sent) = sent_by(|| {
        let mixed = [
            names(&items)
                .union(names(&bens))
                .load::<String>(&mut session),
            names(&bens).union(names(&items)).load(&mut session),
            names(&items).union_all(names(&bens)).load(&mut session),
            names(&items).except(names(&bens)).load(&mut session),
            names(&items)
                .union(names(&items).intersect(names(&bens)))
                .load(&mut session),
            names(&items)
                .union(names(&bens))
                .union(names(&items))
                .load(&mut session),
            names(&items)
                .filter(items::name.within(names(&items).union(names(&bens))))
                .load(&mut session),
        ];
        for result in mixed {
            assert!(matches!(result, Err(Error::ScopeMismatch)), "{result:?}");
        }
    });
    assert!(sent.is_empty(), "{sent:?}");
}

#[test]
fn a_combination_is_prepared_once() {
    as_anna!(gear, session, items: Item);
    let names = || items.query().select(items::name);
    let ((), prepared) = prepared_by(|| {
        for limit in 1..4 {
            let some: Vec<String> = names()
                .union(names())
                .order_by_position::<1>()
                .limit(limit)
                .load(&mut session)
                .unwrap();
            assert_eq!(some.len(), usize::try_from(limit).unwrap());
        }
    });
    assert_eq!(prepared.len(), 1, "{prepared:?}");
    let ((), prepared) = prepared_by(|| {
        let _: Vec<String> = names()
            .union_all(names())
            .order_by_position_desc::<1>()
            .limit(1)
            .load(&mut session)
            .unwrap();
    });
    assert_eq!(prepared.len(), 1, "another operation is another statement");
}
