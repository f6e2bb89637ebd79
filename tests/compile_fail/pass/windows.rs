#[path = "../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::{
    avg, count, count_star, cume_dist, dense_rank, first_value, lag, lag_with_offset, last_value,
    lead, max, min, nth_value, ntile, percent_rank, rank, row_number, sum,
};
use tenancy::dsl::{filtered, over, window};

fn main() {
    run_on_items(|items, session| {
        let all = window();
        let by_category = window().partition_by(items::category_id);
        let by_name = by_category.order_by((items::name.desc(), items::id));
        let numbers: Vec<(i64, i64, i64, i32)> = items
            .query()
            .select((
                over(row_number(), by_name),
                over(rank(), by_name),
                over(dense_rank(), by_name),
                over(ntile(2), by_name),
            ))
            .load(session)
            .unwrap();
        assert_eq!(numbers.len(), 3);
        let parts: Vec<(f64, f64)> = items
            .query()
            .select((over(percent_rank(), by_name), over(cume_dist(), by_name)))
            .load(session)
            .unwrap();
        assert_eq!(parts.len(), 3);
        let values: Vec<(
            Option<i64>,
            Option<i64>,
            Option<i32>,
            String,
            String,
            Option<i64>,
        )> = items
            .query()
            .select((
                over(lag(items::id), by_name),
                over(lead(items::id), by_name),
                over(lag_with_offset(items::weight, 2), by_name),
                over(first_value(items::name), by_name),
                over(last_value(items::name), by_name),
                over(nth_value(items::id, 2), by_name),
            ))
            .load(session)
            .unwrap();
        assert_eq!(values.len(), 3);
        let sums: Vec<(i64, i64, Option<i64>, Option<i32>, Option<String>)> = items
            .query()
            .select((
                over(count_star(), all),
                over(count(items::weight), by_category),
                over(sum(items::weight), all),
                over(min(items::weight), by_name),
                over(max(items::name), by_name),
            ))
            .load(session)
            .unwrap();
        assert_eq!((sums[0].0, sums[0].2), (3, Some(2100)));
        let _ = items.query().select(over(avg(items::weight), all));
        let both: Vec<(Item, i64, i64)> = items
            .query()
            .select((
                Item::as_select(),
                items::id,
                over(filtered(count_star(), items::id.gt(1)), by_category),
            ))
            .order(over(row_number(), window().order_by(items::id.desc())).asc())
            .load(session)
            .unwrap();
        assert_eq!(both[0].0.id.get(), 3);
    });
}
