#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run(|scope, session| {
        let items = Repo::<Item>::new(scope);
        let _ = items
            .query()
            .where_exists_on(items.query(), items::id.eq(items::category_id));
        let _ = session;
    });
}
