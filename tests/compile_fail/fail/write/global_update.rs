#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run(|scope, _| {
        let _ = Repo::<Unit>::new(scope)
            .update(RowId::from_raw(1))
            .set(units::name.eq("kg"));
    });
}
