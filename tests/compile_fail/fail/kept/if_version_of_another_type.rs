#[path = "../../bin.rs"]
mod bin;

use bin::*;

fn main() {
    run(|scope, _| {
        let plans = Repo::<Plan>::new(scope);
        let _ = plans.delete(RowId::from_raw(1)).if_version(1_i64);
    });
}
