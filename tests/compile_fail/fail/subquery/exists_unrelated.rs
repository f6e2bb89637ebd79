#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run(|scope, session| {
        let items = Repo::<Item>::new(scope);
        let settings = Repo::<Setting>::new(scope);
        let _ = items.query().where_exists(settings.query());
        let _ = session;
    });
}
