#[path = "../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_unique_items(|items, session| {
        let insert = |name: &'static str| {
            items
                .insert((items::category_id.eq(1), items::name.eq(name)))
                .on_conflict((items::tenant_id, items::name))
                .do_nothing()
        };
        let there: Option<Item> = insert("Lamp").get_result(session).unwrap();
        assert!(there.is_none());
        let new: Option<String> = insert("Mug")
            .returning(items::name)
            .get_result(session)
            .unwrap();
        assert_eq!(new.as_deref(), Some("Mug"));
        assert_eq!(insert("Mug").execute(session).unwrap(), 0);
    });
}
