#[path = "../../bin.rs"]
mod bin;

use bin::*;

fn main() {
    run(|scope, _| {
        let notes = Repo::<Note>::new(scope);
        let _ = notes.restore(RowId::<Thing>::from_raw(1));
    });
}
