#[path = "../gear.rs"]
mod gear;
use gear::*;
use tenancy::Page;

/// Pages of plain, filtered, joined and selected queries.
fn program(scope: &TenantScope<i64>, session: &mut Conn) {
    let items = Repo::<Item>::new(scope);
    let plain: Page<Item> = items.query().paginate(1, 2).load_page(session).unwrap();
    assert_eq!((plain.rows.len(), plain.total, plain.pages()), (2, 3, 2));

    let filtered = items
        .query()
        .filter(items::name.ne("Tent"))
        .order(items::id);
    let filtered: Page<Item> = filtered.paginate(2, 1).load_page(session).unwrap();
    assert_eq!(
        (filtered.rows[0].name.as_str(), filtered.total),
        ("Stove", 2)
    );

    let joined: Page<(Item, Category)> = items
        .query()
        .inner_join(categories::table)
        .order((categories::name, items::name))
        .paginate(1, 1)
        .load_page(session)
        .unwrap();
    assert_eq!(joined.rows[0].1.name, "Camp");

    let selected: Page<(String, Option<i32>)> = items
        .query()
        .select((items::name, items::weight))
        .order(items::weight.desc())
        .paginate(1, 1)
        .load_page(session)
        .unwrap();
    assert_eq!(selected.rows, [("Tent".to_owned(), Some(2000))]);
}

fn main() {
    run(program);
}
