#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn main() {
    run(|_, session| {
        let _ = session.transaction(|_: &mut SqliteConnection| Ok::<_, tenancy::Error>(()));
    });
}
