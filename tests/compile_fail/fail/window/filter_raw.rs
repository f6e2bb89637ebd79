#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::{count_star, sql};
use diesel::sql_types::Bool;
use tenancy::dsl::filtered;

fn main() {
    run_on_items(|items, session| {
        let _: i64 = items
            .query()
            .select(filtered(
                count_star(),
                sql::<Bool>("EXISTS (SELECT 1 FROM secrets)"),
            ))
            .get_result(session)
            .unwrap();
    });
}
