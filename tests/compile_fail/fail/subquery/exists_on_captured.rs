#[path = "../../gear.rs"]
mod gear;

use gear::*;

diesel::alias! {
    const OTHERS: Alias<Others> = items as parts;
}

/// Within the EXISTS, `parts.id` would be the part's, and not that of the alias.
fn main() {
    run(|scope, session| {
        let related = Repo::<Part>::new(scope).query();
        let _ = Repo::<Item>::new(scope)
            .query()
            .inner_join(OTHERS.on(OTHERS.field(items::id).eq(items::id)))
            .where_not_exists_on(related, OTHERS.field(items::id).eq(parts::item_id))
            .count()
            .get_result::<i64>(session);
    });
}
