#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run(|scope, _| {
        let _ = Repo::<Setting>::new(scope).find((2_i64, "unit"));
    });
}
