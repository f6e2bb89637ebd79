#[path = "../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::{case_when, not};

diesel::define_sql_function! {
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

fn main() {
    run_on_items(|items, session| {
        let condition = items::name.like("T%").or(items::name.eq("Stove"));
        let again = condition.clone();
        let wanted: Option<&str> = None;
        let count: i64 = items
            .query()
            .filter(condition)
            .filter(not(again).or(items::id.gt(0)))
            .filter(items::weight.is_null().or(items::weight.is_not_null()))
            .filter(items::id.between(1, 100).and(items::id.ne(99)))
            .filter(
                (items::id * 2 + 1)
                    .ge(items::id)
                    .and((items::id - 1).lt(items::id)),
            )
            .filter(
                items::weight
                    .gt(1)
                    .or(items::weight.is_null())
                    .assume_not_null(),
            )
            .filter(items::name.not_like("x%"))
            .filter(items::name.is_not(wanted.unwrap_or("nothing")))
            .filter(lower(items::name).concat("!").ne("lamp!"))
            .filter(
                case_when(items::id.gt(1), items::id)
                    .otherwise(items::category_id)
                    .gt(0),
            )
            .filter(items::category_id.eq(RowId::<Category>::from_raw(2)))
            .count()
            .get_result(session)
            .unwrap();
        assert_eq!(count, 2);
    });
}
