#[path = "../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::{count, count_star, max, sum};

fn main() {
    run_on_items(|items, session| {
        // One column and several, expressions, and what is behind.
        let counted: Vec<(i64, i64)> = items
            .query()
            .group_by(items::category_id)
            .order_by(count_star())
            .select((items::category_id, count_star()))
            .load(session)
            .unwrap();
        assert_eq!(counted, [(1, 1), (2, 2)]);
        let pairs: Vec<(i64, String, Option<i32>)> = items
            .query()
            .filter(items::weight.is_not_null())
            .group_by((items::category_id, items::name))
            .having(max(items::weight).gt(50))
            .select((items::category_id, items::name, max(items::weight)))
            .order((items::name.asc(), count(items::id).desc()))
            .limit(10)
            .load(session)
            .unwrap();
        assert_eq!(pairs.len(), 2);
        let of_expression: Vec<(i64, Option<i64>)> = items
            .query()
            .group_by(items::category_id * 2)
            .select((count_star(), sum(items::weight)))
            .order(sum(items::weight).asc())
            .load(session)
            .unwrap();
        assert_eq!(of_expression, [(1, Some(100)), (2, Some(2000))]);
        // A model is a group of its key.
        let whole: Vec<Item> = items
            .query()
            .group_by(items::id)
            .having(items::name.ne("Lamp").and(count_star().eq(1)))
            .load(session)
            .unwrap();
        assert_eq!(whole.len(), 2);
    });
}
