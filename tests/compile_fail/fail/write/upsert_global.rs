#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run(|scope, _| {
        let _ = Repo::<Unit>::new(scope)
            .insert((units::name.eq("kg"),))
            .on_conflict(units::name)
            .do_nothing();
    });
}
