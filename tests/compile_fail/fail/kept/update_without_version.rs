#[path = "../../bin.rs"]
mod bin;

use bin::*;

fn main() {
    run(|scope, _| {
        let plans = Repo::<Plan>::new(scope);
        let _ = plans.update(RowId::from_raw(1)).set(plans::name.eq("x"));
    });
}
