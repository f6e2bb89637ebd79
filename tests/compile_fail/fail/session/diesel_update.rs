#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run(|_, session| {
        let _ = diesel::update(items::table)
            .set(items::name.eq("Mine"))
            .execute(session);
    });
}
