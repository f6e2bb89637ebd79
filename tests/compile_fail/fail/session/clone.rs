#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run(|_, session| {
        let _: Conn = session.clone();
    });
}
