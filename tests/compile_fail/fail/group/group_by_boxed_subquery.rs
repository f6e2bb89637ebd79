#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::sqlite::Sqlite;

fn main() {
    run_on_items(|items, _| {
        let secret = secrets::table
            .select(secrets::body)
            .into_boxed::<Sqlite>()
            .single_value();
        let _ = items.query().group_by(secret);
    });
}
