//! With a key that is `Copy`, making scopes, repositories and statements allocates nothing:
//! what allocates is diesel, when the statement runs.
//!
//! It stands alone because counting needs a global allocator, and that is one per program.

#[allow(dead_code, reason = "the tests of the suite use more of it")]
mod gear;

use std::hint::black_box;

use diesel::prelude::*;
use tenancy::prelude::*;

use gear::{Category, Gear, Item, ItemChanges, NewItem, categories, items};

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
