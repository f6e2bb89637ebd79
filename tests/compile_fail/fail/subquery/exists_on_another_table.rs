#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run(|scope, session| {
        let items = Repo::<Item>::new(scope);
        let parts = Repo::<Part>::new(scope);
        let on = secrets::item_id.eq(items::id);
        let _ = items.query().where_exists_on(parts.query(), on);
        let _ = session;
    });
}
