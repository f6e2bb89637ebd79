#[path = "../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::count_star;
use diesel::sqlite::Sqlite;

/// What a listing page does with its parameters.
fn listing(items: &Repo<Item>, session: &mut Conn, like: Option<&str>, sort: &str) -> Vec<String> {
    let mut query = items.query().into_boxed();
    if let Some(like) = like {
        query = query.filter(items::name.like(like));
    }
    query = match sort {
        "name" => query.order(items::name.asc()),
        "weight" => query.order(items::weight.desc()),
        _ => query.order((items::category_id, items::id)),
    };
    query = query.then_order_by(items::id);
    let found: Vec<Item> = query.limit(5).load(session).unwrap();
    found.into_iter().map(|item| item.name).collect()
}

fn main() {
    run_on_items(|items, session| {
        assert_eq!(
            listing(&items, session, None, "weight"),
            ["Tent", "Lamp", "Stove"]
        );
        assert_eq!(
            listing(&items, session, Some("%t%"), "name"),
            ["Stove", "Tent"]
        );
        assert_eq!(listing(&items, session, Some("%t%"), ""), ["Stove", "Tent"]);

        let boxed = || items.query().into_boxed::<Sqlite>().filter(items::id.ne(2));
        let count: i64 = boxed().count().get_result(session).unwrap();
        let any: bool = boxed().exists().get_result(session).unwrap();
        let first: Item = boxed().order(items::id).first(session).unwrap();
        let pair: (Item, i64) = boxed()
            .select((Item::as_select(), items::category_id))
            .order(items::id)
            .offset(1)
            .first(session)
            .unwrap();
        assert_eq!(
            (count, any, first.id.get(), pair.0.id.get()),
            (2, true, 1, 3)
        );

        let mut joined = items.query().inner_join(categories::table).into_boxed();
        joined = joined.filter(categories::name.eq("Camp"));
        let rows: Vec<(Item, Category)> = joined.order(items::id.desc()).load(session).unwrap();
        assert_eq!(rows[0].0.name, "Tent");

        let mut groups = items
            .query()
            .group_by(items::category_id)
            .select((items::category_id, count_star()))
            .into_boxed();
        groups = groups.having(count_star().gt(1));
        let rows: Vec<(i64, i64)> = groups.load(session).unwrap();
        assert_eq!(rows, [(2, 2)]);
    });
}
