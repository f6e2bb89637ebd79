#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, _| {
        use tenancy::Subquery;
        let _ = items.query().select(items::id).into_subquery(todo!());
    });
}
