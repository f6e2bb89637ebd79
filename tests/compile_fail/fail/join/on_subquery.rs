#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, _| {
        use diesel::dsl::exists;
        let _ = items
            .query()
            .inner_join(categories::table.on(exists(secrets::table)));
    });
}
