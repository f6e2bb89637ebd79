#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run(|scope, _| {
        let _ = Repo::<Unit>::new(scope).query().for_update();
    });
}
