//! Statements whose text varies are prepared once for each text.

use diesel::prelude::*;
use tenancy::prelude::*;

use super::{Conn, Run, prepared_in_five};
use crate::dialect;
use crate::gear::*;

/// How many texts it has in the five runs, whose numbers are 1, 2, 3, 1 and 2.
type Varying = (&'static str, usize, fn(&Repo<Item>, &mut Conn, &Run));

const KINDS: &[Varying] = &[
    ("boxed", 2, |items, session, run| {
        let mut query = items.query().into_boxed();
        if run.small == 1 {
            query = query.filter(items::name.ne(&run.text));
        }
        query.limit(run.small).load::<Item>(session).unwrap();
    }),
    ("dynamic", 1, |items, session, run| {
        let query = items.query();
        let query = query.filter_dynamic(items::name.ne(&run.text));
        query.load::<Item>(session).unwrap();
    }),
    (
        "dynamic, with a list of diesel's",
        dialect::LISTS_KEPT,
        |items, session, run| {
            let ids: Vec<i64> = (0..run.small).collect();
            let query = items.query().filter_dynamic(items::id.eq_any(ids));
            query.load::<Item>(session).unwrap();
        },
    ),
    ("dynamic in a subquery", 1, |items, session, run| {
        let some = items.query().filter_dynamic(items::name.ne(&run.text));
        let query = run.categories.query().where_exists(some);
        query.load::<Category>(session).unwrap();
    }),
    (
        "page by number and what is behind it",
        2,
        |items, session, run| {
            // The page that is empty, and a count.
            let page = items.query().order(items::name).paginate(9, run.small);
            page.load_page::<Item>(session).unwrap();
        },
    ),
    ("pages by key", 2, |items, session, run| {
        let order = (items::name.asc(), items::id.asc());
        let page = || items.query().keyset(order).limit(run.small.min(2));
        let first = page().load_page::<Item>(session).unwrap();
        let second = page().after(&first.next.unwrap());
        second.load_page::<Item>(session).unwrap();
    }),
    ("pages by key, backwards", 2, |items, session, run| {
        let order = (items::name.asc(), items::id.asc());
        let page = || items.query().keyset(order).limit(run.small.min(2));
        let last = page().from_end().load_page::<Item>(session).unwrap();
        let before = page().before(&last.previous.unwrap());
        before.load_page::<Item>(session).unwrap();
    }),
    ("insert with an optional field", 2, |items, session, run| {
        let new = NewWeighedItem {
            category_id: run.category,
            name: &run.text,
            weight: (run.small == 1).then_some(7),
        };
        items.insert(&new).execute(session).unwrap();
    }),
    ("upsert with an optional field", 2, |items, session, run| {
        let changes = ItemChanges {
            name: (run.small == 1).then_some("Kettle"),
            weight: Some(None),
        };
        let upsert = items
            .insert(run.new_item())
            .on_conflict((items::tenant_id, items::name))
            .do_update()
            .set(&changes);
        upsert.execute(session).unwrap();
    }),
    ("update by a boxed query", 2, |items, session, run| {
        let mut found = items.query().into_boxed().limit(1);
        if run.small == 1 {
            found = found.filter(items::name.ne(&run.text));
        }
        let update = items.update(found).set(items::weight.eq(1));
        update.execute(session).unwrap();
    }),
    ("delete by a boxed query", 2, |items, session, run| {
        let mut found = items.query().into_boxed().limit(1);
        if run.small == 1 {
            found = found.filter(items::name.ne(&run.text));
        }
        items.delete(found).execute(session).unwrap();
    }),
];

#[test]
fn a_text_that_varies_is_prepared_once_for_each() {
    for (name, texts, kind) in KINDS {
        let prepared = prepared_in_five(*kind);
        assert_eq!(prepared.len(), *texts, "{name}: {prepared:#?}");
    }
}
