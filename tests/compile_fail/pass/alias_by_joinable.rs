#[path = "../gear.rs"]
mod gear;

use gear::*;

diesel::alias!(categories as others: Others);

fn main() {
    run_on_items(|items, session| {
        let pairs: Vec<(String, String)> = items
            .query()
            .inner_join(others)
            .filter(others.field(categories::name).eq("Camp"))
            .select((items::name, others.field(categories::name)))
            .order(items::id)
            .load(session)
            .unwrap();
        assert_eq!(pairs[0], ("Stove".into(), "Camp".into()));
        assert_eq!(pairs.len(), 2);
    });
}
