//! The pairs that read.

use std::hint::black_box;

use diesel::dsl::{count_star, exists};
use diesel::prelude::*;
use tenancy::prelude::*;

use super::pair::{Pair, SAME};
use super::schema::{Category, Item, TENANT, Values, categories, items};

pub(crate) const READS: &[Pair] = &[
    Pair {
        name: "get by key",
        goal: SAME,
        calls: 100,
        writes: false,
        by_hand: |values, conn, call| {
            let item = items::table
                .filter(items::tenant_id.eq(TENANT))
                .filter(items::id.eq(values.id(call)))
                .select(Item::as_select())
                .get_result(conn);
            black_box(item.expect("the item"));
        },
        scoped: Some(|values, scope, session, call| {
            let item: Item = Repo::<Item>::new(scope)
                .find(RowId::from_raw(values.id(call)))
                .get_result(session)
                .expect("the item");
            black_box(item);
        }),
    },
    Pair {
        name: "first",
        goal: 0.2,
        calls: 50,
        writes: false,
        by_hand: |_, conn, _| {
            let item = items::table
                .filter(items::tenant_id.eq(TENANT))
                .order(items::name)
                .select(Item::as_select())
                .first(conn);
            black_box(item.expect("the item"));
        },
        scoped: Some(|_, scope, session, _| {
            let item: Item = Repo::<Item>::new(scope)
                .query()
                .order(items::name)
                .first(session)
                .expect("the item");
            black_box(item);
        }),
    },
    list!("list 20", SAME, 20, |_| 20),
    list!("list 100", SAME, 5, |_| 100),
    list!("limit of 1 to 5", 0.25, 50, Values::few),
    Pair {
        name: "page of 1 to 5",
        goal: 0.25,
        calls: 50,
        writes: false,
        by_hand: |_, conn, call| {
            let page = items::table
                .filter(items::tenant_id.eq(TENANT))
                .order(items::name)
                .limit(Values::few(call))
                .offset(Values::skipped(call))
                .select(Item::as_select())
                .load(conn);
            black_box(page.expect("the items"));
        },
        scoped: Some(|_, scope, session, call| {
            let page: Vec<Item> = Repo::<Item>::new(scope)
                .query()
                .order(items::name)
                .limit(Values::few(call))
                .offset(Values::skipped(call))
                .load(session)
                .expect("the items");
            black_box(page);
        }),
    },
    Pair {
        name: "join",
        goal: SAME,
        calls: 10,
        writes: false,
        by_hand: |values, conn, call| {
            let joined = items::table
                .inner_join(categories::table)
                .filter(items::tenant_id.eq(TENANT))
                .filter(categories::tenant_id.eq(TENANT))
                .filter(items::category_id.eq(values.category(call)))
                .select((Item::as_select(), Category::as_select()))
                .load::<(Item, Category)>(conn);
            black_box(joined.expect("the items"));
        },
        scoped: Some(|values, scope, session, call| {
            let joined: Vec<(Item, Category)> = Repo::<Item>::new(scope)
                .query()
                .inner_join(categories::table)
                .filter(items::category_id.eq(values.category(call)))
                .load(session)
                .expect("the items");
            black_box(joined);
        }),
    },
    Pair {
        name: "exists",
        goal: SAME,
        calls: 100,
        writes: false,
        by_hand: |values, conn, call| {
            let named = items::table
                .filter(items::tenant_id.eq(TENANT))
                .filter(items::name.eq(values.name(call)));
            let found = diesel::select(exists(named)).get_result::<bool>(conn);
            assert!(found.expect("an answer"));
        },
        scoped: Some(|values, scope, session, call| {
            let found: bool = Repo::<Item>::new(scope)
                .query()
                .filter(items::name.eq(values.name(call)))
                .exists()
                .get_result(session)
                .expect("an answer");
            assert!(found);
        }),
    },
    Pair {
        name: "count",
        goal: SAME,
        calls: 50,
        writes: false,
        by_hand: |values, conn, call| {
            let count = items::table
                .filter(items::tenant_id.eq(TENANT))
                .filter(items::category_id.eq(values.category(call)))
                .count()
                .get_result::<i64>(conn);
            black_box(count.expect("a number"));
        },
        scoped: Some(|values, scope, session, call| {
            let count: i64 = Repo::<Item>::new(scope)
                .query()
                .filter(items::category_id.eq(values.category(call)))
                .count()
                .get_result(session)
                .expect("a number");
            black_box(count);
        }),
    },
    Pair {
        name: "group",
        goal: SAME,
        calls: 5,
        writes: false,
        by_hand: |_, conn, _| {
            let counts = items::table
                .filter(items::tenant_id.eq(TENANT))
                .group_by(items::category_id)
                .select((items::category_id, count_star()))
                .load::<(i64, i64)>(conn);
            black_box(counts.expect("the counts"));
        },
        scoped: Some(|_, scope, session, _| {
            let counts: Vec<(i64, i64)> = Repo::<Item>::new(scope)
                .query()
                .group_by(items::category_id)
                .select((items::category_id, count_star()))
                .load(session)
                .expect("the counts");
            black_box(counts);
        }),
    },
];
