#[path = "../gear.rs"]
mod gear;
use gear::*;
use tenancy::KeyPage;

/// Orders of one column and of several, nullable ones among them, of tables with a key of
/// one column and of two.
fn program(scope: &TenantScope<i64>, session: &mut Conn) {
    let items = Repo::<Item>::new(scope);
    let by_id: KeyPage<Item, _> = items
        .query()
        .keyset(items::id.asc())
        .limit(9)
        .load_page(session)
        .unwrap();
    assert_eq!(by_id.rows.len(), 3);
    let alone: KeyPage<Item, _> = items
        .query()
        .keyset((items::id.desc(),))
        .limit(9)
        .load_page(session)
        .unwrap();
    assert_eq!(alone.rows[0].name, "Tent");
    let by_weight: KeyPage<Item, _> = items
        .query()
        .filter(items::name.ne("Tent"))
        .keyset((items::weight.asc(), items::name.desc(), items::id.asc()))
        .limit(1)
        .load_page(session)
        .unwrap();
    assert_eq!(by_weight.rows[0].name, "Stove");
    let names: KeyPage<String, _> = items
        .query()
        .keyset((items::category_id.desc(), items::id.desc()))
        .select(items::name)
        .from_end()
        .limit(1)
        .load_page(session)
        .unwrap();
    assert_eq!(names.rows, ["Lamp"]);
    let settings: KeyPage<Setting, _> = Repo::<Setting>::new(scope)
        .query()
        .keyset(settings::key.asc())
        .limit(1)
        .load_page(session)
        .unwrap();
    assert_eq!(settings.rows[0].value, "g");
    let customers: KeyPage<Customer, _> = Repo::<Customer>::new(scope)
        .query()
        .keyset((customers::name.asc(), customers::id.asc()))
        .limit(1)
        .load_page(session)
        .unwrap();
    assert!(customers.next.is_none());
}

fn main() {
    run(program);
}
