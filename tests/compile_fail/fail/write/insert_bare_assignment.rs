#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run(|scope, _| {
        let _ = Repo::<Category>::new(scope).insert(categories::name.eq("Kitchen"));
    });
}
