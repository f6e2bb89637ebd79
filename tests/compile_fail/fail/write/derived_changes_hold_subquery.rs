#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::{AssumeNotNull, Select, SingleValue};

#[derive(ScopedChangeset)]
#[diesel(table_name = items)]
struct Changes {
    name: AssumeNotNull<SingleValue<Select<secrets::table, secrets::body>>>,
}

fn main() {
    run_on_items(|items, session| {
        let name = secrets::table
            .select(secrets::body)
            .single_value()
            .assume_not_null();
        let _ = items
            .update(RowId::from_raw(1))
            .set(&Changes { name })
            .execute(session);
    });
}
