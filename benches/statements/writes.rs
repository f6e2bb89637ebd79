//! The pairs that write. Each call writes rows of its own, and a round is rolled back.

use diesel::prelude::*;
use diesel::query_dsl::methods;
use diesel::upsert::excluded;
use tenancy::prelude::*;
use tenancy::proposed;

use super::pair::{Pair, SAME};
use super::schema::{
    Item, ItemChanges, NewItem, NewItemByHand, NewNotedItem, NewNotedItemByHand, TENANT, Values,
    items,
};

pub(crate) const WRITES: &[Pair] = &[
    Pair {
        name: "insert",
        goal: 0.8,
        calls: 50,
        writes: true,
        by_hand: |values, conn, call| {
            let new = NewItemByHand {
                tenant_id: TENANT,
                category_id: values.category(call),
                name: values.new_name(call),
            };
            let count = diesel::insert_into(items::table).values(&new).execute(conn);
            assert_eq!(count, Ok(1));
        },
        scoped: Some(|values, scope, session, call| {
            let new = NewItem {
                category_id: values.category(call),
                name: values.new_name(call),
            };
            let count = Repo::<Item>::new(scope).insert(&new).execute(session);
            assert_eq!(count.expect("a new row"), 1);
        }),
    },
    Pair {
        name: "insert, optional fields",
        goal: SAME,
        calls: 50,
        writes: true,
        by_hand: |values, conn, call| {
            let new = NewNotedItemByHand {
                tenant_id: TENANT,
                category_id: values.category(call),
                name: values.new_name(call),
                weight: Values::weight(call),
                note: Values::note(call),
            };
            let count = diesel::insert_into(items::table).values(&new).execute(conn);
            assert_eq!(count, Ok(1));
        },
        scoped: Some(|values, scope, session, call| {
            let new = NewNotedItem {
                category_id: values.category(call),
                name: values.new_name(call),
                weight: Values::weight(call),
                note: Values::note(call),
            };
            let count = Repo::<Item>::new(scope).insert(&new).execute(session);
            assert_eq!(count.expect("a new row"), 1);
        }),
    },
    Pair {
        name: "insert 100",
        goal: SAME,
        calls: 2,
        writes: true,
        by_hand: |values, conn, call| {
            let rows: Vec<NewItemByHand<'_>> = (call * 100..call * 100 + 100)
                .map(|row| NewItemByHand {
                    tenant_id: TENANT,
                    category_id: values.category(row),
                    name: values.new_name(row),
                })
                .collect();
            let count = diesel::insert_into(items::table)
                .values(&rows)
                .execute(conn);
            assert_eq!(count, Ok(100));
        },
        scoped: Some(|values, scope, session, call| {
            let rows: Vec<NewItem<'_>> = (call * 100..call * 100 + 100)
                .map(|row| NewItem {
                    category_id: values.category(row),
                    name: values.new_name(row),
                })
                .collect();
            let count = Repo::<Item>::new(scope).insert(rows).execute(session);
            assert_eq!(count.expect("new rows"), 100);
        }),
    },
    Pair {
        name: "update from a tuple",
        goal: 0.4,
        calls: 50,
        writes: true,
        by_hand: |values, conn, call| {
            let changed = diesel::update(
                items::table
                    .filter(items::tenant_id.eq(TENANT))
                    .filter(items::id.eq(values.id(call))),
            )
            .set((items::weight.eq(7), items::note.eq("a note")))
            .execute(conn);
            assert_eq!(changed, Ok(1));
        },
        scoped: Some(|values, scope, session, call| {
            let changed = Repo::<Item>::new(scope)
                .update(RowId::<Item>::from_raw(values.id(call)))
                .set((items::weight.eq(7), items::note.eq("a note")))
                .execute(session);
            assert_eq!(changed.expect("a change"), 1);
        }),
    },
    Pair {
        name: "update, optional fields",
        goal: 0.6,
        calls: 50,
        writes: true,
        by_hand: |values, conn, call| {
            let changes = ItemChanges {
                weight: Some(7),
                note: Values::note(call),
            };
            let changed = diesel::update(
                items::table
                    .filter(items::tenant_id.eq(TENANT))
                    .filter(items::id.eq(values.id(call))),
            )
            .set(&changes)
            .execute(conn);
            assert_eq!(changed, Ok(1));
        },
        scoped: Some(|values, scope, session, call| {
            let changes = ItemChanges {
                weight: Some(7),
                note: Values::note(call),
            };
            let changed = Repo::<Item>::new(scope)
                .update(RowId::<Item>::from_raw(values.id(call)))
                .set(&changes)
                .execute(session);
            assert_eq!(changed.expect("a change"), 1);
        }),
    },
    Pair {
        name: "upsert",
        goal: 0.55,
        calls: 50,
        writes: true,
        by_hand: |values, conn, call| {
            let new = (
                items::tenant_id.eq(TENANT),
                items::category_id.eq(values.category(call)),
                items::name.eq(values.name(call)),
                items::weight.eq(7),
            );
            let upsert = diesel::insert_into(items::table)
                .values(new)
                .on_conflict((items::tenant_id, items::name))
                .do_update()
                .set(items::weight.eq(excluded(items::weight)));
            let count =
                methods::FilterDsl::filter(upsert, items::tenant_id.eq(TENANT)).execute(conn);
            assert_eq!(count, Ok(1));
        },
        scoped: Some(|values, scope, session, call| {
            let new = (
                items::category_id.eq(values.category(call)),
                items::name.eq(values.name(call)),
                items::weight.eq(7),
            );
            let count = Repo::<Item>::new(scope)
                .insert(new)
                .on_conflict((items::tenant_id, items::name))
                .do_update()
                .set(items::weight.eq(proposed(items::weight)))
                .execute(session);
            assert_eq!(count.expect("a row"), 1);
        }),
    },
    Pair {
        name: "delete",
        goal: SAME,
        calls: 50,
        writes: true,
        by_hand: |values, conn, call| {
            let deleted = diesel::delete(
                items::table
                    .filter(items::tenant_id.eq(TENANT))
                    .filter(items::id.eq(values.id(call))),
            )
            .execute(conn);
            assert_eq!(deleted, Ok(1));
        },
        scoped: Some(|values, scope, session, call| {
            let deleted = Repo::<Item>::new(scope)
                .delete(RowId::<Item>::from_raw(values.id(call)))
                .execute(session);
            assert_eq!(deleted.expect("a row less"), 1);
        }),
    },
];
