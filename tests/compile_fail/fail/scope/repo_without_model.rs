#[path = "../../gear.rs"]
mod gear;

use gear::*;

struct Note;

fn main() {
    run(|scope, _| {
        let _ = Repo::<Note>::new(scope);
    });
}
