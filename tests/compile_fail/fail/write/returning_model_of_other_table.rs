#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, session| {
        let _: Vec<Category> = items.delete(items.query()).get_results(session).unwrap();
    });
}
