#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run(|_, session| {
        let _ = diesel::Connection::transaction(session, |_| Ok::<_, diesel::result::Error>(()));
    });
}
