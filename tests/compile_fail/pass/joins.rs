#[path = "../gear.rs"]
mod gear;

use gear::*;

#[derive(Queryable, Selectable)]
#[diesel(table_name = categories)]
struct CategoryName {
    name: String,
}

fn main() {
    run(|scope, session| {
        let items = Repo::<Item>::new(scope);
        let loaded: Vec<(Item, Category)> = items
            .query()
            .inner_join(categories::table)
            .filter(categories::name.eq("Camp").and(items::name.ne("Stove")))
            .order(items::id)
            .load(session)
            .unwrap();
        assert_eq!(loaded[0].1.name, "Camp");
        let other: Vec<(String, String)> = Repo::<Category>::new(scope)
            .query()
            .inner_join(items::table)
            .select((items::name, categories::name))
            .order((categories::name, items::name.desc()))
            .load(session)
            .unwrap();
        assert_eq!(other[0], ("Tent".into(), "Camp".into()));
        let (item, category): (Item, CategoryName) = items
            .query()
            .inner_join(categories::table)
            .select((Item::as_select(), CategoryName::as_select()))
            .first(session)
            .unwrap();
        assert_eq!(
            (item.name.as_str(), category.name.as_str()),
            ("Lamp", "Light")
        );
        let parts: Vec<(String, String, String)> = items
            .query()
            .inner_join(categories::table)
            .inner_join(parts::table)
            .filter(parts::name.like("P%"))
            .select((categories::name, items::name, parts::name))
            .order(parts::id)
            .limit(10)
            .load(session)
            .unwrap();
        assert_eq!(parts.len(), 2);
        let all: Vec<(Item, Category, Part)> = items
            .query()
            .inner_join(categories::table)
            .inner_join(parts::table)
            .load(session)
            .unwrap();
        assert_eq!(all[0].2.name, "Pole");
        let count: i64 = items
            .query()
            .inner_join(parts::table)
            .count()
            .get_result(session)
            .unwrap();
        assert_eq!(count, 2);
    });
}
