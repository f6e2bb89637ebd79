#[path = "../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::sql;
use diesel::sql_types::{Bool, Text};
use diesel::sqlite::Sqlite;

type Condition = Box<dyn BoxableExpression<items::table, Sqlite, SqlType = Bool>>;

fn search(name: Option<&str>, least: Option<i64>) -> Condition {
    let mut condition: Condition = Box::new(items::id.gt(0));
    if let Some(name) = name {
        condition = Box::new(condition.and(items::name.eq(name.to_owned())));
    }
    if let Some(least) = least {
        condition = Box::new(condition.and(items::id.ge(least)));
    }
    condition
}

fn main() {
    run_on_items(|items, session| {
        let wanted = vec!["Tent", "Lamp"];
        let found: Vec<Item> = items
            .query()
            .filter(items::id.gt(0))
            .filter_dynamic(items::name.eq_any(wanted))
            .order(items::name)
            .limit(5)
            .load(session)
            .unwrap();
        assert_eq!(found.len(), 2);
        let count: i64 = items
            .query()
            .filter_dynamic(search(Some("Tent"), Some(1)))
            .count()
            .get_result(session)
            .unwrap();
        assert_eq!(count, 1);
        let raw: Vec<Item> = items
            .query()
            .filter_dynamic(sql::<Bool>("1 = 1 OR name = ").bind::<Text, _>("Tent"))
            .load(session)
            .unwrap();
        assert_eq!(raw.len(), 3);
        let changed = items
            .update(
                items
                    .query()
                    .filter_dynamic(items::id.eq_any([1_i64, 2, 4])),
            )
            .set(items::weight.eq(1))
            .execute(session)
            .unwrap();
        assert_eq!(changed, 2);
        let refused = items
            .query()
            .filter_dynamic(sql::<Bool>("id IN (SELECT item_id FROM secrets)"))
            .load::<Item>(session);
        assert!(matches!(refused, Err(tenancy::Error::RefusedSql { .. })));
    });
}
