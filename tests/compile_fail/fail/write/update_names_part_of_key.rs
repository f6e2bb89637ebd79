#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run(|scope, _| {
        let _ = Repo::<Setting>::new(scope)
            .update("unit")
            .set(settings::key.eq("units"));
    });
}
