//! With a key that is `Copy`, making scopes, repositories and statements allocates nothing:
//! what allocates is diesel, when the statement runs. (Lists, boxed queries and batches are
//! kept on the heap, and so are the values of a cursor.)
//!
//! It stands alone because counting needs a global allocator, and that is one per program.

#[allow(dead_code, reason = "the tests of the suite use more of it")]
mod bin;
#[allow(dead_code, reason = "the tests of the suite use more of it")]
mod gear;
#[allow(dead_code, reason = "the tests of the suite use more of it")]
mod kin;

use std::hint::black_box;

use diesel::dsl::{count_star, max, row_number};
use diesel::prelude::*;
use tenancy::dsl::{distinct, filtered, over, window};
use tenancy::prelude::*;
use tenancy::proposed;

use bin::{Bin, Note, Plan, notes, plans};
use gear::{Category, Gear, Item, ItemChanges, NewItem, Setting, categories, items, settings};
use kin::{Folder, Kin, Message, NewMessage, folders, messages};

/// How many times this thread allocates while something is done.
fn allocations_of<R>(work: impl FnOnce() -> R) -> u64 {
    allocation_counter::measure(|| {
        black_box(work());
    })
    .count_total
}

fn id(number: i64) -> RowId<Item> {
    RowId::from_raw(number)
}

const CATEGORY: RowId<Category> = RowId::from_raw(1);

#[test]
fn the_counter_counts() {
    assert_eq!(allocations_of(|| Box::new(5)), 1);
    assert_eq!(allocations_of(|| 5), 0);
}

#[test]
fn a_scope_and_a_repo_allocate_nothing() {
    let gear = Gear::new();
    let scope = gear.anna();
    let repo = Repo::<Item>::new(&scope);
    assert_eq!(allocations_of(|| scope.clone()), 0);
    assert_eq!(allocations_of(|| scope.read_only()), 0);
    assert_eq!(allocations_of(|| Repo::<Item>::new(&scope)), 0);
    assert_eq!(allocations_of(|| repo.clone()), 0);
}

#[test]
fn a_scope_from_an_identity_allocates_nothing() {
    let gear = Gear::new();
    let identity = gear.db.authenticate(&gear::Keys, "anna's key").unwrap();
    assert_eq!(allocations_of(|| TenantScope::new(&identity).unwrap()), 0);
}

#[test]
fn a_query_allocates_nothing() {
    let gear = Gear::new();
    let repo = Repo::<Item>::new(&gear.anna());
    let name = String::from("Tent");
    let built = allocations_of(|| {
        repo.query()
            .filter(items::name.eq(&name).or(items::weight.gt(100)))
            .filter(items::id.ne(id(3)))
            .order(items::name.asc())
            .then_order_by(items::id.desc())
            .limit(20)
            .offset(5)
    });
    assert_eq!(built, 0);
    assert_eq!(allocations_of(|| repo.find(id(1))), 0);
    assert_eq!(allocations_of(|| repo.query().count()), 0);
    assert_eq!(allocations_of(|| repo.query().exists()), 0);
    assert_eq!(allocations_of(|| repo.query().select(items::name)), 0);
    let joined = allocations_of(|| {
        repo.query()
            .inner_join(categories::table)
            .filter(categories::name.eq("Camp"))
            .select((items::name, categories::name))
    });
    assert_eq!(joined, 0);
}

#[test]
fn a_write_allocates_nothing() {
    let gear = Gear::new();
    let repo = Repo::<Item>::new(&gear.anna());
    let new = NewItem {
        category_id: CATEGORY,
        name: "Kettle",
    };
    assert_eq!(allocations_of(|| repo.insert(&new)), 0);
    let inserted = allocations_of(|| {
        repo.insert((items::name.eq("Mug"), items::category_id.eq(CATEGORY)))
            .returning(items::id)
    });
    assert_eq!(inserted, 0);
    let updated = allocations_of(|| {
        let changes = (items::name.eq("Lantern"), items::weight.eq(5));
        repo.update(id(1)).set(changes)
    });
    assert_eq!(updated, 0);
    let changes = ItemChanges {
        name: Some("Lantern"),
        weight: None,
    };
    assert_eq!(allocations_of(|| repo.update(id(1)).set(&changes)), 0);
    assert_eq!(allocations_of(|| repo.delete(id(1))), 0);
    let found = allocations_of(|| repo.delete(repo.query().filter(items::weight.is_null())));
    assert_eq!(found, 0);
}

/// That making something allocates nothing.
macro_rules! nothing {
    ($($made:expr),+ $(,)?) => { $(
        assert_eq!(allocations_of(|| $made), 0, "{}", stringify!($made));
    )+ };
}

#[test]
fn groups_windows_and_joins_allocate_nothing() {
    let gear = Gear::new();
    let items = Repo::<Item>::new(&gear.anna());
    let by_name = window()
        .partition_by(items::category_id)
        .order_by(items::name);
    nothing!(
        items
            .query()
            .group_by(items::category_id)
            .having(count_star().gt(1)),
        items.query().select(items::name).distinct(),
        items
            .query()
            .select(distinct(diesel::dsl::count(items::name))),
        items
            .query()
            .select(filtered(count_star(), items::weight.gt(1))),
        items.query().select(over(row_number(), by_name)),
        items.query().left_join(categories::table),
        items
            .query()
            .left_join(categories::table.on(categories::id.gt(items::category_id))),
    );
    let heavier = diesel::alias!(items as heavier);
    let on = heavier.field(items::weight).gt(items::weight);
    nothing!(items.query().inner_join(heavier.on(on)));
}

#[test]
fn queries_within_queries_allocate_nothing() {
    let gear = Gear::new();
    let anna = gear.anna();
    let (items, categories) = (Repo::<Item>::new(&anna), Repo::<Category>::new(&anna));
    let settings = Repo::<Setting>::new(&anna);
    let ids = || categories.query().select(categories::id);
    let names = || items.query().select(items::name);
    nothing!(
        items.query().filter(items::category_id.within(ids())),
        items.query().filter(items::category_id.without(ids())),
        items.query().select(max(items::weight)).single_value(),
        items.query().where_exists(categories.query()),
        items.query().where_not_exists(categories.query()),
        items
            .query()
            .where_exists_on(settings.query(), settings::value.eq(items::name)),
        names().union(names()).order_by_position::<1>().limit(3),
        names().except(names().intersect(names())),
    );
}

#[test]
fn pages_allocate_nothing() {
    let gear = Gear::new();
    let items = Repo::<Item>::new(&gear.anna());
    let order = (items::name.asc(), items::id.asc());
    nothing!(
        items.query().order(items::name).paginate(2, 20),
        items.query().keyset(order).limit(20),
        items.query().keyset(order).from_end().limit(20),
    );
}

#[test]
fn upserts_and_writes_by_queries_allocate_nothing() {
    let gear = Gear::new();
    let items = Repo::<Item>::new(&gear.anna());
    let new = NewItem {
        category_id: CATEGORY,
        name: "Kettle",
    };
    let by_name = || (items::tenant_id, items::name);
    let changes = ItemChanges::default();
    let joined = || items.query().inner_join(categories::table);
    nothing!(
        items
            .insert(&new)
            .on_conflict(by_name())
            .do_update()
            .set(items::category_id.eq(proposed(items::category_id))),
        items
            .insert(&new)
            .on_conflict(by_name())
            .do_update()
            .set(&changes),
        items.insert(&new).on_conflict(by_name()).do_nothing(),
        items.update(joined()).set(items::weight.eq(1)),
        items
            .update(items.query().limit(1))
            .set(items::weight.eq(1)),
        items.delete(joined().limit(1)),
    );
}

#[test]
fn rows_below_a_parent_allocate_nothing() {
    let kin = Kin::new();
    let anna = kin.anna();
    let (messages, folders) = (Repo::<Message>::new(&anna), Repo::<Folder>::new(&anna));
    let new = NewMessage {
        thread_id: RowId::from_raw(1),
        body: "Snow",
    };
    let top = RowId::<Folder>::from_raw(1);
    nothing!(
        messages.query().filter(messages::likes.gt(1)),
        messages.find(RowId::from_raw(1)),
        messages.insert(&new),
        messages
            .under(RowId::from_raw(1))
            .insert((messages::body.eq("Snow"),)),
        messages.delete(RowId::<Message>::from_raw(1)),
        folders.descendants_of(top, folders::parent_id),
        folders.ancestors_of(top, folders::parent_id),
    );
}

#[test]
fn what_the_library_keeps_allocates_nothing() {
    let bin = Bin::new();
    let anna = bin.anna();
    let (notes, plans) = (Repo::<Note>::new(&anna), Repo::<Plan>::new(&anna));
    let (note, plan) = (RowId::<Note>::from_raw(1), RowId::<Plan>::from_raw(1));
    nothing!(
        notes.with_deleted().query().filter(notes::name.eq("Tent")),
        notes.only_deleted().query(),
        notes.insert((notes::name.eq("Mug"),)),
        notes.delete(note),
        notes.restore(note),
        notes.purge(note),
        plans.update(plan).if_version(3).set(plans::name.eq("Walk")),
        plans.update(plan).any_version().set(plans::name.eq("Walk")),
    );
}
