#[path = "../gear.rs"]
mod gear;

use gear::*;
use tenancy::proposed;

/// The tenant's own row, which the tenant column alone names, and a composite key.
fn main() {
    run(|scope, session| {
        let me: Customer = Repo::<Customer>::new(scope)
            .insert((customers::name.eq("Anne"),))
            .on_conflict(customers::id)
            .do_update()
            .set(customers::name.eq(proposed(customers::name)))
            .get_result(session)
            .unwrap();
        assert_eq!((me.id, me.name.as_str()), (1, "Anne"));
        let unit: Setting = Repo::<Setting>::new(scope)
            .insert((settings::key.eq("unit"), settings::value.eq("kg")))
            .on_conflict((settings::tenant_id, settings::key))
            .do_update()
            .set(settings::value.eq(proposed(settings::value)))
            .get_result(session)
            .unwrap();
        assert_eq!((unit.key.as_str(), unit.value.as_str()), ("unit", "kg"));
    });
}
