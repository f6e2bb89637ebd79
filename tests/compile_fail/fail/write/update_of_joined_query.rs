#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run(|scope, _| {
        let joined = Repo::<Category>::new(scope)
            .query()
            .inner_join(items::table);
        let _ = Repo::<Item>::new(scope).update(joined);
    });
}
