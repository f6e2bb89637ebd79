#[path = "../../gear.rs"]
mod gear;

use gear::*;

#[derive(Identifiable, AsChangeset)]
#[diesel(table_name = items)]
struct Renamed {
    id: i64,
    name: String,
}

fn main() {
    run(|_, session| {
        let renamed = Renamed {
            id: 4,
            name: "Mine".into(),
        };
        let _: Result<Item, _> = renamed.save_changes(session);
    });
}
