//! The pairs in which the library adds to a write: the look at the parent, and the mark of a
//! deleted row.

use diesel::prelude::*;
use tenancy::prelude::*;

use super::pair::{Pair, SAME};
use super::schema::{Entry, NewEntry, TENANT, Ticket, entries, items, tickets};

pub(crate) const KEPT: &[Pair] = &[
    Pair {
        name: "insert below a parent",
        goal: SAME,
        calls: 50,
        writes: true,
        by_hand: |values, conn, call| {
            let parent = items::table
                .filter(items::tenant_id.eq(TENANT))
                .filter(items::id.eq(values.id(call)))
                .select(items::id)
                .single_value()
                .assume_not_null();
            let new = (
                entries::item_id.eq(parent),
                entries::body.eq(values.new_name(call)),
            );
            let count = diesel::insert_into(entries::table)
                .values(new)
                .execute(conn);
            assert_eq!(count, Ok(1));
        },
        scoped: Some(|values, scope, session, call| {
            let new = NewEntry {
                item_id: RowId::from_raw(values.id(call)),
                body: values.new_name(call),
            };
            let count = Repo::<Entry>::new(scope).insert(&new).execute(session);
            assert_eq!(count.expect("a new row"), 1);
        }),
    },
    Pair {
        name: "soft delete",
        goal: SAME,
        calls: 50,
        writes: true,
        by_hand: |values, conn, call| {
            let live = tickets::table
                .filter(tickets::tenant_id.eq(TENANT))
                .filter(tickets::closed_at.is_null())
                .filter(tickets::id.eq(values.id(call)));
            let marked = diesel::update(live)
                .set(tickets::closed_at.eq(chrono::Utc::now().naive_utc()))
                .execute(conn);
            assert_eq!(marked, Ok(1));
        },
        scoped: Some(|values, scope, session, call| {
            let marked = Repo::<Ticket>::new(scope)
                .delete(RowId::<Ticket>::from_raw(values.id(call)))
                .execute(session);
            assert_eq!(marked.expect("a row less"), 1);
        }),
    },
];
