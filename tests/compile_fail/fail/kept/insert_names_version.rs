#[path = "../../bin.rs"]
mod bin;

use bin::*;

fn main() {
    run(|scope, _| {
        let plans = Repo::<Plan>::new(scope);
        let _ = plans.insert((plans::name.eq("x"), plans::version.eq(1)));
    });
}
