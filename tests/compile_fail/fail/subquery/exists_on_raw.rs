#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run(|scope, session| {
        let items = Repo::<Item>::new(scope);
        let parts = Repo::<Part>::new(scope);
        let always = diesel::dsl::sql::<diesel::sql_types::Bool>("1 = 1");
        let found = items.query().where_exists_on(parts.query(), always);
        let _ = found.count().get_result::<i64>(session);
    });
}
