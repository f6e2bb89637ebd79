#[path = "../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run(|scope, session| {
        let items = Repo::<Item>::new(scope);
        let parts = Repo::<Part>::new(scope);
        let names: Vec<String> = items
            .query()
            .select(items::name)
            .union_all(parts.query().select(parts::name))
            .except(
                items
                    .query()
                    .select(items::name)
                    .filter(items::name.eq("Lamp")),
            )
            .order_by_position_desc::<1>()
            .limit(3)
            .load(session)
            .unwrap();
        assert_eq!(names, ["Tent", "Stove", "Pole"]);
        let models: Vec<Item> = items
            .query()
            .intersect(items.query())
            .load(session)
            .unwrap();
        assert_eq!(models.len(), 3);
    });
}
