#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run(|scope, session| {
        let items = Repo::<Item>::new(scope);
        let parts = Repo::<Part>::new(scope);
        let joined = parts.query().inner_join(items::table);
        let _ = items.query().where_exists(joined);
        let _ = session;
    });
}
