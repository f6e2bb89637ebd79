#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run(|_, session| {
        let _ = diesel::insert_into(units::table)
            .values(units::name.eq("kg"))
            .execute(session);
    });
}
