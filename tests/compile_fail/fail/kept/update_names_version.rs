#[path = "../../bin.rs"]
mod bin;

use bin::*;

fn main() {
    run(|scope, _| {
        let plans = Repo::<Plan>::new(scope);
        let _ = plans
            .update(RowId::from_raw(1))
            .any_version()
            .set((plans::name.eq("x"), plans::version.eq(plans::version + 1)));
    });
}
