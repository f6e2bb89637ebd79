#[path = "../../bin.rs"]
mod bin;

use bin::*;

fn main() {
    run(|scope, _| {
        let notes = Repo::<Note>::new(&scope.read_only());
        let _ = notes.purge(RowId::from_raw(1));
    });
}
