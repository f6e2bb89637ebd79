#[path = "../gear.rs"]
mod gear;

use gear::*;

diesel::alias!(items as heavier: Heavier, items as lighter: Lighter);

fn main() {
    run_on_items(|items, session| {
        let rows: Vec<(String, String, Option<String>)> = items
            .query()
            .inner_join(heavier.on(heavier.field(items::weight).gt(items::weight)))
            .left_join(lighter.on(lighter.field(items::weight).lt(items::weight)))
            .select((
                items::name,
                heavier.field(items::name),
                lighter.field(items::name).nullable(),
            ))
            .load(session)
            .unwrap();
        assert_eq!(rows, [("Lamp".into(), "Tent".into(), None)]);
    });
}
