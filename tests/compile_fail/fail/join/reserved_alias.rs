#[path = "../../gear.rs"]
mod gear;

use gear::*;

diesel::alias!(items as tenancy_0001: Taken);

fn main() {
    run_on_items(|items, session| {
        let _ = items
            .query()
            .inner_join(tenancy_0001.on(tenancy_0001.field(items::id).eq(items::id)))
            .count()
            .get_result::<i64>(session);
    });
}
