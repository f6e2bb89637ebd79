#[path = "../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::{max, not};

fn main() {
    run(|scope, session| {
        let items = Repo::<Item>::new(scope);
        let parts = Repo::<Part>::new(scope);
        let with_parts = || parts.query().select(parts::item_id);
        let found: Vec<Item> = items
            .query()
            .filter(items::id.within(with_parts()).or(items::name.eq("Lamp")))
            .filter(not(
                items::id.within(with_parts().filter(parts::name.eq("Bolt")))
            ))
            .filter(
                items::weight.without(items.query().select(items::weight).filter(items::id.eq(1))),
            )
            .load(session)
            .unwrap();
        assert_eq!(found.len(), 1);
        let exist: i64 = items
            .query()
            .where_exists(parts.query().filter(parts::name.eq("Peg")))
            .where_not_exists_on(parts.query(), parts::name.eq(items::name))
            .count()
            .get_result(session)
            .unwrap();
        assert_eq!(exist, 1);
        let heaviest = items.query().select(max(items::weight)).single_value();
        let name: String = items
            .query()
            .filter(items::weight.eq(heaviest))
            .select(items::name)
            .first(session)
            .unwrap();
        assert_eq!(name, "Tent");
    });
}
