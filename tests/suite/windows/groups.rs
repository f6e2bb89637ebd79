//! Frames by groups of rows that are equal in order.

use diesel::dsl::{count_star, last_value};
use diesel::prelude::*;
use tenancy::dsl::{UnboundedPreceding, over, preceding, window};
use tenancy::prelude::*;

use super::annas;
use crate::gear::*;

#[test]
fn frames_count_groups() {
    type Row = (Option<i64>, i64, Option<String>);
    let rows: Vec<Row> = annas(|items, session| {
        let by_category = window().order_by(items::category_id);
        let before = by_category.groups(preceding::<1>(), preceding::<1>());
        let by_id = window().order_by(items::id);
        let all_before = by_id.groups(UnboundedPreceding, preceding::<1>());
        items
            .query()
            .select((
                over(count_star(), before),
                over(count_star(), before).assume_not_null(),
                over(last_value(items::name), all_before),
            ))
            .order(items::id)
            .load(session)
            .unwrap()
    });
    let expected = [
        (Some(0), 0, None),
        (Some(1), 1, Some("Lamp".to_owned())),
        (Some(1), 1, Some("Stove".to_owned())),
    ];
    assert_eq!(rows, expected);
}
