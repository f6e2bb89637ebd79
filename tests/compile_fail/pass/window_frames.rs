#[path = "../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::count_star;
use tenancy::dsl::{
    CurrentRow, UnboundedFollowing, UnboundedPreceding, following, over, preceding, window,
};

fn main() {
    run_on_items(|items, session| {
        let w = window().order_by(items::id);
        let rows: Vec<(Option<i64>, Option<i64>, i64, Option<i64>, i64, i64)> = items
            .query()
            .select((
                over(count_star(), w.rows(UnboundedPreceding, preceding::<1>())),
                over(count_star(), w.rows(preceding::<2>(), preceding::<1>())),
                over(count_star(), w.rows(CurrentRow, UnboundedFollowing)),
                over(count_star(), w.rows(following::<1>(), following::<2>())),
                over(count_star(), w.range(CurrentRow, UnboundedFollowing)),
                over(count_star(), w.groups(preceding::<1>(), following::<1>())),
            ))
            .order(items::id)
            .load(session)
            .unwrap();
        let expected = [
            (Some(0), Some(0), 3, Some(2), 3, 2),
            (Some(1), Some(1), 2, Some(1), 2, 3),
            (Some(2), Some(2), 1, Some(0), 1, 2),
        ];
        assert_eq!(rows, expected);
        // Without an order, and with the parts in another order.
        let _: Vec<i64> = items
            .query()
            .select(over(
                count_star(),
                window().range(UnboundedPreceding, CurrentRow),
            ))
            .load(session)
            .unwrap();
        let turned = window()
            .rows(CurrentRow, CurrentRow)
            .order_by(items::name)
            .partition_by(items::category_id);
        let ones: Vec<i64> = items
            .query()
            .select(over(count_star(), turned))
            .load(session)
            .unwrap();
        assert_eq!(ones, [1, 1, 1]);
    });
}
