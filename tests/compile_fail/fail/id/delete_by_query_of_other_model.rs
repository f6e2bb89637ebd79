#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run(|scope, _| {
        let _ = Repo::<Item>::new(scope).delete(Repo::<Category>::new(scope).query());
    });
}
