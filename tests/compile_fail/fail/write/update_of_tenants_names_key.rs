#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run(|scope, _| {
        let _ = Repo::<Customer>::new(scope)
            .update(1)
            .set(customers::id.eq(2));
    });
}
