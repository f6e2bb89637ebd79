//! Reading across all tenants.

use diesel::dsl::count_star;
use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::{Claims, Error, OperatorScope, Reason};

use super::Desk;
use crate::bin;
use crate::kin::{
    Device, Label, Message, Thread,
    schema::{devices, labels, messages, threads},
};
use crate::support::{builder, identity, scope_of};

#[test]
fn the_rows_of_all_tenants_and_of_none_are_read() {
    let desk = Desk::new();
    let (threads, messages, labels, devices) = desk
        .db
        .read_across(&desk.olga(), |scope, session| {
            let threads: Vec<Thread> = Repo::<Thread>::new(scope).query().load(session)?;
            let messages: Vec<Message> = Repo::<Message>::new(scope).query().load(session)?;
            let labels: Vec<Label> = Repo::<Label>::new(scope).query().load(session)?;
            let devices: Vec<Device> = Repo::<Device>::new(scope).query().load(session)?;
            Ok::<_, Error>((threads.len(), messages.len(), labels.len(), devices.len()))
        })
        .unwrap();
    assert_eq!((threads, messages, labels, devices), (4, 8, 4, 3));
    assert_eq!(
        desk.events(),
        [
            "- 1 read across .. []",
            "- 2 read across done [devices: read\nlabels: read\nmessages: read\nthreads: read]",
        ]
    );
}

#[test]
fn joins_groups_pages_and_subqueries_are_as_ever() {
    let desk = Desk::new();
    let counted = desk.db.read_across(&desk.olga(), |scope, session| {
        let counted: Vec<(i64, i64)> = Repo::<Message>::new(scope)
            .query()
            .inner_join(threads::table)
            .group_by(threads::tenant_id)
            .select((threads::tenant_id, count_star()))
            .order(threads::tenant_id)
            .load(session)?;
        let talks = Repo::<Thread>::new(scope)
            .query()
            .filter(threads::title.eq("Talk"))
            .select(threads::id);
        let within: Vec<i64> = Repo::<Message>::new(scope)
            .query()
            .filter(messages::thread_id.within(talks))
            .select(messages::id)
            .order(messages::id)
            .load(session)?;
        let page: Page<Label> = Repo::<Label>::new(scope)
            .query()
            .order(labels::id)
            .paginate(1, 3)
            .load_page(session)?;
        let owners: Vec<Option<i64>> = Repo::<Device>::new(scope)
            .query()
            .select(devices::owner_id)
            .order(devices::id)
            .load(session)?;
        Ok::<_, Error>((counted, within, page.total, owners))
    });
    assert_eq!(
        counted.unwrap(),
        (
            vec![(1, 4), (2, 4)],
            vec![3, 4, 7, 8],
            4,
            vec![Some(1), Some(2), None]
        )
    );
}

#[test]
fn a_subquery_of_one_tenant_is_no_part_of_it() {
    let desk = Desk::new();
    let anna = scope_of(&desk.db, 1_i64);
    let olga = desk.olga();
    let mixed = desk.db.read_across(&olga, |scope, session| {
        let of_anna = Repo::<Thread>::new(&anna).query().select(threads::id);
        // The types of the keys differ, so that it is put together behind a box.
        Repo::<Message>::new(scope)
            .query()
            .filter(messages::thread_id.within(of_anna))
            .load::<Message>(session)
            .map(drop)
    });
    assert!(matches!(mixed, Err(Error::ScopeMismatch)));
    let mut kept = None;
    desk.db
        .read_across(&olga, |scope, _| {
            kept = Some(Repo::<Thread>::new(scope).query());
            Ok::<_, Error>(())
        })
        .unwrap();
    let mut session = desk.db.session(&anna).unwrap();
    let loaded = kept.unwrap().load::<Thread>(&mut session);
    assert!(matches!(loaded, Err(Error::ScopeMismatch)));
}

#[test]
fn deleted_rows_are_hidden() {
    let stage = bin::Stage::new(&[bin::SCHEMA, bin::ROWS]);
    stage.audit();
    let db = stage.for_operators(builder()).open(&stage.url).unwrap();
    let claims = Claims::new(9_i64).subject("olga").operator();
    let reason = Reason::new("a count").unwrap();
    let olga = OperatorScope::new(&identity(&db, claims).unwrap(), reason).unwrap();
    let counts = db.read_across(&olga, |scope, session| {
        let notes = Repo::<bin::Note>::new(scope);
        let shown: i64 = notes.query().count().get_result(session)?;
        let all: i64 = notes.with_deleted().query().count().get_result(session)?;
        Ok::<_, Error>((shown, all))
    });
    let (shown, all) = counts.unwrap();
    assert!(0 < shown && shown < all, "{shown} of {all}");
}
