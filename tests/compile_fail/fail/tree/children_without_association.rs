#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, _| {
        let categories: Vec<Category> = Vec::new();
        let _ = items.belonging_to(&categories);
    });
}
