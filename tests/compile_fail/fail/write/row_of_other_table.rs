#[path = "../../gear.rs"]
mod gear;

use gear::*;

#[derive(ScopedInsertable)]
#[diesel(table_name = categories)]
struct Row<'a> {
    name: &'a str,
}

fn main() {
    run_on_items(|items, _| {
        let _ = items.insert(&Row { name: "Mug" });
    });
}
