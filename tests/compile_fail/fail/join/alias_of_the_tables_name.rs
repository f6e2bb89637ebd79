#[path = "../../gear.rs"]
mod gear;

use gear::*;

diesel::alias! {
    const OTHERS: Alias<Others> = categories as items;
}

/// The database would take a column of one for a column of the other.
fn main() {
    run_on_items(|items, session| {
        let _ = items
            .query()
            .inner_join(OTHERS.on(OTHERS.field(categories::name).ne("")))
            .count()
            .get_result::<i64>(session);
    });
}
