#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run(|scope, _| {
        let limited = Repo::<Category>::new(scope).query().limit(1);
        let _ = Repo::<Item>::new(scope).update(limited);
    });
}
