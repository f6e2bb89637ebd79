#[path = "../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, session| {
        let light = items.query().filter(items::name.is_among(["Lamp", "Tent"]));
        let updated: Vec<Item> = items
            .update(light)
            .set(items::weight.eq(7))
            .get_results(session)
            .unwrap();
        assert_eq!(updated.len(), 2);
        let by_weight = items.query().filter(items::weight.is_among([7]));
        assert_eq!(items.delete(by_weight).execute(session).unwrap(), 2);
        let none = items
            .query()
            .filter(items::id.is_among(Vec::<RowId<Item>>::new()));
        assert_eq!(items.delete(none).execute(session).unwrap(), 0);
        let all = items
            .query()
            .filter(items::id.is_not_among(Vec::<i64>::new()));
        assert_eq!(items.delete(all).execute(session).unwrap(), 1);
    });
}
