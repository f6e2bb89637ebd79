//! UPDATE with RETURNING: prepared once, like the others.

use diesel::prelude::*;
use tenancy::prelude::*;

use super::kept::prepared_in_two;
use super::{Kind, each_is_prepared_once};
use crate::bin::{Plan, PlanChanges};
use crate::gear::*;
use crate::support::record;

const KINDS: &[Kind] = &[
    ("update, returned", |items, session, run| {
        let update = items.update(run.id()).set(items::name.eq(&run.text));
        update.get_result::<Item>(session).unwrap();
    }),
    ("update, a column returned", |items, session, run| {
        let update = items.update(run.id()).set(items::name.eq(&run.text));
        let update = update.returning(items::id);
        update.get_result::<RowId<Item>>(session).unwrap();
    }),
    (
        "update of what a query finds, returned",
        |items, session, run| {
            let found = items.query().filter(items::id.eq(run.item));
            let update = items.update(found).set(items::name.eq(&run.text));
            update.get_results::<Item>(session).unwrap();
        },
    ),
];

#[test]
fn updates_that_return_are_prepared_once() {
    each_is_prepared_once(KINDS);
}

#[test]
fn updates_of_kept_columns_that_return_are_prepared_once() {
    record();
    let prepared = prepared_in_two(|scope, session, number, text| {
        let update = Repo::<Plan>::new(scope).update(RowId::<Plan>::from_raw(number));
        let update = update.if_version(3).set(PlanChanges { name: text });
        update.get_result::<Plan>(session).unwrap();
    });
    assert_eq!(prepared.len(), 1, "{prepared:#?}");
    let prepared = prepared_in_two(|scope, session, number, _| {
        let delete = Repo::<Plan>::new(scope).delete(RowId::<Plan>::from_raw(number));
        delete.get_result::<Plan>(session).unwrap();
    });
    assert_eq!(prepared.len(), 1, "{prepared:#?}");
}
