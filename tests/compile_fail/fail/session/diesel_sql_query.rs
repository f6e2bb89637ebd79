#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run(|_, session| {
        let _ = diesel::sql_query("DELETE FROM items").execute(session);
    });
}
