#[path = "../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run_on_items(|items, session| {
        let camping = items
            .query()
            .inner_join(categories::table)
            .filter(categories::name.eq("Camp"));
        let count = items
            .update(camping.clone().order(items::name).limit(1))
            .set(items::weight.eq(1))
            .execute(session)
            .unwrap();
        assert_eq!(count, 1);
        let gone: Vec<Item> = items.delete(camping).get_results(session).unwrap();
        assert_eq!(gone.len(), 2);
        let first = items.query().limit(1).offset(0);
        assert_eq!(items.delete(first).execute(session).unwrap(), 1);
    });
}
