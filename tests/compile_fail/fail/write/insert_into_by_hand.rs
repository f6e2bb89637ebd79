#[path = "../../gear.rs"]
mod gear;

use gear::*;

use tenancy::InsertRows;

fn main() {
    run(|_, session| {
        let row = (items::category_id.eq(1), items::name.eq("Mug"));
        let insert = InsertRows::<items::table, i64>::into_insert(row, 1);
        let _ = insert.execute(session);
    });
}
