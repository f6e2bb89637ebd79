#[path = "../gear.rs"]
mod gear;

use gear::*;
use tenancy::proposed;

fn main() {
    run_on_unique_items(|items, session| {
        let rows = ["Lamp", "Mug"].map(|name| NewItem {
            category_id: RowId::from_raw(2),
            name,
        });
        let ids: Vec<RowId<Item>> = items
            .insert(&rows)
            .on_conflict((items::tenant_id, items::name))
            .do_update()
            .set(items::category_id.eq(proposed(items::category_id)))
            .returning(items::id)
            .get_results(session)
            .unwrap();
        assert_eq!(ids[0], RowId::from_raw(1));
        let count = items
            .insert(rows.to_vec())
            .on_conflict((items::tenant_id, items::name))
            .do_nothing()
            .execute(session)
            .unwrap();
        assert_eq!(count, 0);
    });
}
