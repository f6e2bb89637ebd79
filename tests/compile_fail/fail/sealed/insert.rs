#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::Insertable;
use tenancy::ScopedInsert;

fn main() {
    run(|_, session| {
        let row = (
            items::tenant_id.eq(2),
            items::category_id.eq(1),
            items::name.eq("Mug"),
        );
        let insert: ScopedInsert<items::table, _, _> = ScopedInsert::new(row.values(), 1_i64);
        let _ = insert.execute(session);
    });
}
