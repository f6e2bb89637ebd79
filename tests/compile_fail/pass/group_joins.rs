#[path = "../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::count;
use tenancy::dsl::{distinct, filtered};

fn main() {
    run_on_items(|items, session| {
        let rows: Vec<(String, i64, i64, i64)> = items
            .query()
            .inner_join(categories::table)
            .group_by(categories::name)
            .having(count(items::id).ge(1))
            .select((
                categories::name,
                count(items::id),
                distinct(count(items::name)),
                filtered(count(items::weight), items::name.ne(categories::name)),
            ))
            .order(categories::name)
            .load(session)
            .unwrap();
        assert_eq!(rows[0], ("Camp".into(), 2, 2, 1));
        let names: Vec<String> = items
            .query()
            .inner_join(categories::table)
            .distinct()
            .select(categories::name)
            .filter(items::id.gt(1))
            .load(session)
            .unwrap();
        assert_eq!(names, ["Camp"]);
    });
}
