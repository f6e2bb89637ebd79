#[path = "../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, session| {
        let pairs: i64 = items
            .query()
            .inner_join(categories::table.on(categories::id.gt(0)))
            .count()
            .get_result(session)
            .unwrap();
        assert_eq!(pairs, 6); // with Anna's two categories, and not with Ben's
    });
}
