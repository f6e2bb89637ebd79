#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run(|scope, _| {
        let db = open();
        let mut reading = db.session(&scope.read_only()).unwrap();
        let _ = Repo::<Item>::new(scope)
            .insert((items::category_id.eq(1), items::name.eq("Mug")))
            .on_conflict((items::tenant_id, items::name))
            .do_nothing()
            .execute(&mut reading);
    });
}
