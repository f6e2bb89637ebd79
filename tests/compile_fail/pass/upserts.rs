#[path = "../gear.rs"]
mod gear;

use gear::*;
use tenancy::proposed;

fn main() {
    run_on_unique_items(|items, session| {
        let new = NewItem {
            category_id: RowId::from_raw(1),
            name: "Lamp",
        };
        let same: Item = items
            .insert(&new)
            .on_conflict((items::tenant_id, items::name))
            .do_update()
            .set((
                items::category_id.eq(proposed(items::category_id)),
                items::weight.eq(items::weight + 1),
            ))
            .filter(items::weight.is_null().or(items::weight.lt(200)))
            .get_result(session)
            .unwrap();
        assert_eq!((same.id, same.weight), (RowId::from_raw(1), Some(101)));
        let weight: Option<i32> = items
            .insert(new)
            .on_conflict((items::tenant_id, items::name))
            .do_update()
            .set(&ItemChanges {
                name: None,
                weight: Some(Some(5)),
            })
            .returning(items::weight)
            .get_result(session)
            .unwrap();
        assert_eq!(weight, Some(5));
    });
}
