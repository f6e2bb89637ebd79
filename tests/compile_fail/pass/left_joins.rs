#[path = "../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, session| {
        let rows: Vec<(Item, Option<Part>)> = items
            .query()
            .left_join(parts::table)
            .order((items::id, parts::id))
            .load(session)
            .unwrap();
        assert_eq!(rows.len(), 4);
        let names: Vec<(String, Option<String>)> = items
            .query()
            .left_outer_join(
                parts::table.on(parts::item_id.eq(items::id).and(parts::name.eq("Peg"))),
            )
            .select((items::name, parts::name.nullable()))
            .filter(parts::id.is_null())
            .order(items::name)
            .load(session)
            .unwrap();
        assert_eq!(names.len(), 2);
        let three: i64 = items
            .query()
            .inner_join(categories::table)
            .left_join(parts::table)
            .left_join(units::table.on(units::id.eq(items::id)))
            .count()
            .get_result(session)
            .unwrap();
        assert_eq!(three, 4);
    });
}
