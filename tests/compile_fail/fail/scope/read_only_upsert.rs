#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run(|scope, _| {
        let items = Repo::<Item>::new(&scope.read_only());
        let _ = items
            .insert((items::category_id.eq(1), items::name.eq("Mug")))
            .on_conflict((items::tenant_id, items::name))
            .do_nothing();
    });
}
