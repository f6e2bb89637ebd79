#[path = "../gear.rs"]
mod gear;

use gear::*;

use diesel::sql_types::Integer;

fn main() {
    run_on_items(|items, session| {
        let weight: Option<i32> = None;
        let unweighed: Vec<String> = items
            .query()
            .filter(items::weight.is(weight))
            .select(items::name)
            .load(session)
            .unwrap();
        assert_eq!(unweighed, ["Stove"]);
        let names: Vec<Option<String>> = items
            .query()
            .select(items::name.nullable())
            .order((items::weight.is_null(), items::weight.desc()))
            .load(session)
            .unwrap();
        assert_eq!(names[2].as_deref(), Some("Stove"));
        let weights: Vec<i32> = items
            .query()
            .filter(items::weight.is_not_null())
            .select(items::weight.assume_not_null())
            .order(items::weight)
            .load(session)
            .unwrap();
        assert_eq!(weights, [100, 2000]);
        let one: i32 = items
            .query()
            .select(5.into_sql::<Integer>())
            .first(session)
            .unwrap();
        assert_eq!(one, 5);
    });
}
