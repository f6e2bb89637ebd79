#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run(|scope, session| {
        use diesel::dsl::exists;
        let items = Repo::<Item>::new(scope);
        let parts = Repo::<Part>::new(scope);
        let _ = items
            .query()
            .where_not_exists_on(parts.query(), exists(secrets::table));
        let _ = session;
    });
}
