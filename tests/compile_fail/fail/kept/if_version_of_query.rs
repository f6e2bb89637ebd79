#[path = "../../bin.rs"]
mod bin;

use bin::*;

fn main() {
    run(|scope, _| {
        let plans = Repo::<Plan>::new(scope);
        let _ = plans
            .update(plans.query())
            .if_version(1)
            .set(plans::name.eq("x"));
    });
}
