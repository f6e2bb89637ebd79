#[path = "../../bin.rs"]
mod bin;

use bin::*;

fn main() {
    run(|scope, _| {
        let (notes, things) = (Repo::<Note>::new(scope), Repo::<Thing>::new(scope));
        let _ = notes.purge(things.query());
    });
}
