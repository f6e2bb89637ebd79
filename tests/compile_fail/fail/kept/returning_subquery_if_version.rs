#[path = "../../bin.rs"]
mod bin;

use bin::*;

fn main() {
    run(|scope, _| {
        let plans = Repo::<Plan>::new(scope);
        let update = plans.update(RowId::from_raw(1)).if_version(1);
        let _ = update
            .set(plans::name.eq("x"))
            .returning(things::table.select(things::name).single_value());
    });
}
