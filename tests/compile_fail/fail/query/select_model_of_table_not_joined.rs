#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, session| {
        let _: Vec<Category> = items
            .query()
            .select(Category::as_select())
            .load(session)
            .unwrap();
    });
}
