//! Window functions look at one tenant's rows, whatever they are partitioned and ordered by.

use diesel::dsl::{
    count_star, dense_rank, first_value, lag, last_value, lead, max, ntile, rank, row_number, sum,
};
use diesel::prelude::*;
use tenancy::dsl::{
    CurrentRow, UnboundedFollowing, UnboundedPreceding, filtered, following, over, preceding,
    window,
};
use tenancy::prelude::*;

use crate::dialect;
use crate::gear::*;
use crate::support::*;

// MySQL and MariaDB have no GROUPS: there they do not compile.
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod groups;

type Conn = Session<crate::support::Conn>;

/// What Anna gets from a program.
fn annas<R>(program: impl FnOnce(&Repo<Item>, &mut Conn) -> R) -> R {
    let gear = Gear::new();
    let anna = gear.anna();
    let mut session = gear.db.session(&anna).unwrap();
    program(&Repo::new(&anna), &mut session)
}

fn named<T>(rows: Vec<(&str, T)>) -> Vec<(String, T)> {
    rows.into_iter().map(|(n, t)| (n.to_owned(), t)).collect()
}

#[test]
fn rows_are_numbered_among_annas() {
    let rows: Vec<(String, i64)> = annas(|items, session| {
        items
            .query()
            .select((
                items::name,
                over(row_number(), window().order_by(items::name)),
            ))
            .order(items::name)
            .load(session)
            .unwrap()
    });
    assert_eq!(rows, named(vec![("Lamp", 1), ("Stove", 2), ("Tent", 3)]));
}

/// Each name is a partition of both tenants' rows, if the window sees both.
#[test]
fn partitions_hold_annas_rows_only() {
    let rows: Vec<(String, (i64, Option<i64>))> = annas(|items, session| {
        let same_name = window().partition_by(items::name);
        items
            .query()
            .select((
                items::name,
                (
                    over(count_star(), same_name),
                    over(sum(items::weight), same_name),
                ),
            ))
            .order(items::name)
            .load(session)
            .unwrap()
    });
    let expected = vec![
        ("Lamp", (1, Some(100))),
        ("Stove", (1, None)),
        ("Tent", (1, Some(2000))),
    ];
    assert_eq!(rows, named(expected));
}

#[test]
fn an_empty_window_is_over_all_of_annas() {
    let rows: Vec<(i64, i64, Option<i32>)> = annas(|items, session| {
        items
            .query()
            .select((
                items::id,
                over(count_star(), window()),
                over(max(items::weight), window()),
            ))
            .order(items::id)
            .load(session)
            .unwrap()
    });
    assert_eq!(
        rows,
        [(1, 3, Some(2000)), (2, 3, Some(2000)), (3, 3, Some(2000))]
    );
}

#[test]
fn ranks_are_among_annas() {
    let rows: Vec<(i64, i64, i64)> = annas(|items, session| {
        let by_category = window().order_by(items::category_id.desc());
        items
            .query()
            .select((
                items::id,
                over(rank(), by_category),
                over(dense_rank(), by_category),
            ))
            .order(items::id)
            .load(session)
            .unwrap()
    });
    assert_eq!(rows, [(1, 3, 2), (2, 1, 1), (3, 1, 1)]);
}

/// Ben's rows are right beside Anna's in the order by name.
#[test]
fn neighbours_are_annas() {
    let rows: Vec<(Option<i64>, Option<i64>)> = annas(|items, session| {
        let by_name = window().order_by((items::name, items::id));
        items
            .query()
            .select((
                over(lag(items::id), by_name),
                over(lead(items::id), by_name),
            ))
            .order(items::name)
            .load(session)
            .unwrap()
    });
    assert_eq!(rows, [(None, Some(2)), (Some(1), Some(3)), (Some(2), None)]);
}

#[test]
fn first_and_last_values_are_annas() {
    let rows: Vec<(i64, i64, i32)> = annas(|items, session| {
        let all = window()
            .order_by(items::id)
            .rows(UnboundedPreceding, UnboundedFollowing);
        items
            .query()
            .select((
                over(first_value(items::id), all),
                over(last_value(items::id), all),
                over(ntile(2), window().order_by(items::id)),
            ))
            .order(items::id)
            .load(session)
            .unwrap()
    });
    assert_eq!(rows, [(1, 3, 1), (1, 3, 1), (1, 3, 2)]);
}

#[test]
fn frames_cut_windows_down() {
    let rows: Vec<(Option<i64>, Option<i64>, i64, Option<i64>, i64)> = annas(|items, session| {
        let by_id = window().order_by(items::id);
        let by_category = window().order_by(items::category_id);
        let before = by_id.rows(preceding::<1>(), preceding::<1>());
        items
            .query()
            .select((
                over(max(items::id), by_id.rows(preceding::<1>(), CurrentRow)),
                over(
                    max(items::id),
                    by_id.rows(following::<1>(), following::<2>()),
                ),
                over(
                    count_star(),
                    by_category.range(UnboundedPreceding, CurrentRow),
                ),
                over(count_star(), before),
                over(count_star(), before).assume_not_null(),
            ))
            .order(items::id)
            .load(session)
            .unwrap()
    });
    let expected = [
        (Some(1), Some(3), 1, Some(0), 0),
        (Some(2), Some(3), 3, Some(1), 1),
        (Some(3), None, 3, Some(1), 1),
    ];
    assert_eq!(rows, expected);
}

#[test]
fn the_first_of_no_rows_is_null() {
    type Row = (Option<String>, Option<String>, String, String);
    let rows: Vec<Row> = annas(|items, session| {
        let by_id = window().order_by(items::id);
        let behind = by_id.rows(following::<1>(), UnboundedFollowing);
        let before = by_id.rows(UnboundedPreceding, preceding::<1>());
        let from_here = by_id.rows(CurrentRow, following::<1>());
        items
            .query()
            .select((
                over(first_value(items::name), behind),
                over(last_value(items::name), before),
                over(last_value(items::name), from_here),
                over(first_value(items::name), by_id),
            ))
            .order(items::id)
            .load(session)
            .unwrap()
    });
    let row = |behind: Option<&str>, before: Option<&str>, here: &str| {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        (owned(behind), owned(before), here.into(), "Lamp".into())
    };
    assert_eq!(
        rows,
        [
            row(Some("Stove"), None, "Stove"),
            row(Some("Tent"), Some("Lamp"), "Tent"),
            row(None, Some("Stove"), "Tent"),
        ]
    );
}

#[test]
fn an_aggregate_over_a_window_can_be_filtered() {
    let rows: Vec<(i64, i64)> = annas(|items, session| {
        let light = filtered(
            count_star(),
            items::weight.is_null().or(items::weight.lt(500)),
        );
        items
            .query()
            .select((
                items::id,
                over(light, window().partition_by(items::category_id)),
            ))
            .order(items::id)
            .load(session)
            .unwrap()
    });
    assert_eq!(rows, [(1, 1), (2, 1), (3, 1)]);
}

#[test]
fn a_window_orders_the_query() {
    let names: Vec<String> = annas(|items, session| {
        items
            .query()
            .select(items::name)
            .order(over(row_number(), window().order_by(items::name.desc())))
            .load(session)
            .unwrap()
    });
    assert_eq!(names, ["Tent", "Stove", "Lamp"]);
    let items: Vec<Item> = annas(|items, session| {
        items
            .query()
            .order(over(row_number(), window().order_by(items::name.desc())))
            .limit(1)
            .load(session)
            .unwrap()
    });
    assert_eq!(items[0].id.get(), 3);
}

#[test]
fn a_window_looks_at_groups() {
    let mut rows: Vec<(i64, i64)> = annas(|items, session| {
        items
            .query()
            .group_by(items::category_id)
            .select((
                items::category_id,
                over(rank(), window().order_by(count_star().desc())),
            ))
            .load(session)
            .unwrap()
    });
    rows.sort_unstable();
    assert_eq!(rows, [(1, 2), (2, 1)]);
}

#[test]
fn windows_over_a_join_see_annas() {
    let rows: Vec<(String, i64)> = annas(|items, session| {
        items
            .query()
            .inner_join(categories::table)
            .select((
                items::name,
                over(count_star(), window().partition_by(categories::name)),
            ))
            .order(items::name)
            .load(session)
            .unwrap()
    });
    assert_eq!(rows, named(vec![("Lamp", 1), ("Stove", 2), ("Tent", 2)]));
}

/// What the whole statement looks like, so that each part is where it belongs.
#[test]
fn a_window_is_written_in_full() {
    record();
    let (_, sent) = sent_by(|| {
        annas(|items, session| {
            let window = window()
                .partition_by((items::category_id, items::name))
                .order_by((items::weight.desc(), items::id))
                .rows(preceding::<2>(), following::<3>());
            items
                .query()
                .select(over(filtered(sum(items::weight), items::id.gt(0)), window))
                .load::<Option<i64>>(session)
                .unwrap()
        })
    });
    let sum = dialect::filtered("sum", "`items`.`weight`", "(`items`.`id` > ?)");
    let text = format!(
        "{sum} OVER (PARTITION BY `items`.`category_id`, `items`.`name` \
         ORDER BY `items`.`weight` DESC, `items`.`id` \
         ROWS BETWEEN 2 PRECEDING AND 3 FOLLOWING)"
    );
    let has_it = |sql: &String| dialect::plain(sql).contains(&text);
    assert!(sent.iter().any(has_it), "{sent:?}");
}
