#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run(|_, session| {
        let _ = items::table.select(items::name).load::<String>(session);
    });
}
