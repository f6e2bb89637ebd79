#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run(|scope, _| {
        let units = Repo::<Unit>::new(scope);
        let _ = units.delete(units.query());
    });
}
