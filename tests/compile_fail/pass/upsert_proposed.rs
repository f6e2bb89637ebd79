#[path = "../gear.rs"]
mod gear;

use gear::*;
use tenancy::proposed;

fn main() {
    run_on_unique_items(|items, session| {
        let weight: Option<i32> = items
            .insert((
                items::category_id.eq(1),
                items::name.eq("Lamp"),
                items::weight.eq(3),
            ))
            .on_conflict((items::tenant_id, items::name))
            .do_update()
            .set(items::weight.eq(proposed(items::weight) * 2 + items::weight))
            .filter(
                proposed(items::weight)
                    .is_not_null()
                    .and(items::name.eq(proposed(items::name))),
            )
            .returning(items::weight)
            .get_result(session)
            .unwrap();
        assert_eq!(weight, Some(106));
    });
}
