//! The pairs that read in longer ways: through other tables, lists, and pages.

use std::hint::black_box;

use diesel::dsl::exists;
use diesel::prelude::*;
use tenancy::prelude::*;

use super::pair::{Pair, SAME};
use super::schema::{Category, Item, TENANT, Values, categories, items};

pub(crate) const RELATED: &[Pair] = &[
    Pair {
        name: "left join",
        goal: SAME,
        calls: 10,
        writes: false,
        by_hand: |values, conn, call| {
            let own = items::category_id
                .eq(categories::id)
                .and(categories::tenant_id.eq(TENANT));
            let joined = items::table
                .left_join(categories::table.on(own))
                .filter(items::tenant_id.eq(TENANT))
                .filter(items::category_id.eq(values.category(call)))
                .select((Item::as_select(), Option::<Category>::as_select()))
                .load::<(Item, Option<Category>)>(conn);
            black_box(joined.expect("the items"));
        },
        scoped: Some(|values, scope, session, call| {
            let joined: Vec<(Item, Option<Category>)> = Repo::<Item>::new(scope)
                .query()
                .left_join(categories::table)
                .filter(items::category_id.eq(values.category(call)))
                .load(session)
                .expect("the items");
            black_box(joined);
        }),
    },
    Pair {
        name: "within",
        goal: SAME,
        calls: 10,
        writes: false,
        by_hand: |values, conn, call| {
            let wanted = categories::table
                .filter(categories::tenant_id.eq(TENANT))
                .filter(categories::id.eq(values.category(call)))
                .select(categories::id);
            let found = items::table
                .filter(items::tenant_id.eq(TENANT))
                .filter(items::category_id.eq_any(wanted))
                .select(Item::as_select())
                .load(conn);
            black_box(found.expect("the items"));
        },
        scoped: Some(|values, scope, session, call| {
            let wanted = Repo::<Category>::new(scope)
                .query()
                .filter(categories::id.eq(values.category(call)))
                .select(categories::id);
            let found: Vec<Item> = Repo::<Item>::new(scope)
                .query()
                .filter(items::category_id.within(wanted))
                .load(session)
                .expect("the items");
            black_box(found);
        }),
    },
    Pair {
        name: "where exists",
        goal: SAME,
        calls: 20,
        writes: false,
        by_hand: |values, conn, call| {
            let named = items::table
                .filter(items::tenant_id.eq(TENANT))
                .filter(items::name.eq(values.name(call)))
                .filter(items::category_id.eq(categories::id));
            let found = categories::table
                .filter(categories::tenant_id.eq(TENANT))
                .filter(exists(named))
                .select(Category::as_select())
                .load(conn);
            black_box(found.expect("the category"));
        },
        scoped: Some(|values, scope, session, call| {
            let named = Repo::<Item>::new(scope)
                .query()
                .filter(items::name.eq(values.name(call)));
            let found: Vec<Category> = Repo::<Category>::new(scope)
                .query()
                .where_exists(named)
                .load(session)
                .expect("the category");
            black_box(found);
        }),
    },
    Pair {
        name: "among 20",
        goal: SAME,
        calls: 20,
        writes: false,
        by_hand: |values, conn, call| {
            let found = items::table
                .filter(items::tenant_id.eq(TENANT))
                .filter(items::id.eq_any(values.some_ids(call)))
                .select(Item::as_select())
                .load(conn);
            black_box(found.expect("the items"));
        },
        scoped: Some(|values, scope, session, call| {
            let found: Vec<Item> = Repo::<Item>::new(scope)
                .query()
                .filter(items::id.is_among(values.some_ids(call)))
                .load(session)
                .expect("the items");
            black_box(found);
        }),
    },
    Pair {
        name: "page and total",
        goal: SAME,
        calls: 20,
        writes: false,
        by_hand: |values, conn, call| {
            let category = values.category(call);
            let all = || {
                items::table
                    .filter(items::tenant_id.eq(TENANT))
                    .filter(items::category_id.eq(category))
            };
            let page = all()
                .order(items::name)
                .limit(5)
                .offset(Values::skipped(call) % 10)
                .select(Item::as_select())
                .load(conn);
            let total = all().count().get_result::<i64>(conn);
            black_box((page.expect("the items"), total.expect("a number")));
        },
        scoped: Some(|values, scope, session, call| {
            let page = Repo::<Item>::new(scope)
                .query()
                .filter(items::category_id.eq(values.category(call)))
                .order(items::name)
                .paginate(Values::skipped(call) % 10 / 5 + 1, 5)
                .load_page::<Item>(session);
            black_box(page.expect("the items"));
        }),
    },
    Pair {
        name: "two pages by key",
        goal: SAME,
        calls: 20,
        writes: false,
        by_hand: |_, conn, _| {
            let page = || {
                items::table
                    .filter(items::tenant_id.eq(TENANT))
                    .order((items::name, items::id))
                    .limit(11)
                    .select(Item::as_select())
            };
            let first = page().load(conn).expect("the items");
            let last: &Item = &first[9];
            let behind = items::name
                .gt(&last.name)
                .or(items::name.eq(&last.name).and(items::id.gt(last.id)));
            let behind = items::name.ge(&last.name).and(behind);
            let second = page().filter(behind).load(conn);
            black_box((second.expect("the items"), first));
        },
        scoped: Some(|_, scope, session, _| {
            let order = (items::name.asc(), items::id.asc());
            let items = Repo::<Item>::new(scope);
            let page = || items.query().keyset(order).limit(10);
            let first = page().load_page::<Item>(session).expect("the items");
            let last = first.next.as_ref().expect("a further page");
            let second = page().after(last).load_page::<Item>(session);
            black_box((second.expect("the items"), first));
        }),
    },
    Pair {
        name: "boxed",
        goal: SAME,
        calls: 20,
        writes: false,
        by_hand: |values, conn, call| {
            let mut query = items::table
                .filter(items::tenant_id.eq(TENANT))
                .select(Item::as_select())
                .into_boxed();
            if call.is_multiple_of(2) {
                query = query.filter(items::weight.gt(1));
            }
            let found = query.filter(items::name.eq(values.name(call))).load(conn);
            black_box(found.expect("the item"));
        },
        scoped: Some(|values, scope, session, call| {
            let mut query = Repo::<Item>::new(scope).query().into_boxed();
            if call.is_multiple_of(2) {
                query = query.filter(items::weight.gt(1));
            }
            let found: Vec<Item> = query
                .filter(items::name.eq(values.name(call)))
                .load(session)
                .expect("the item");
            black_box(found);
        }),
    },
];
