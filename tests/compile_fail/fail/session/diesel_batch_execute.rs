#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::connection::SimpleConnection;

fn main() {
    run(|_, session| {
        let _ = session.batch_execute("DELETE FROM items");
    });
}
