#[path = "../../bin.rs"]
mod bin;

use bin::*;

fn main() {
    run(|scope, _| {
        let things = Repo::<Thing>::new(scope);
        let _ = things.restore(RowId::<Thing>::from_raw(1));
    });
}
