#[path = "../../bin.rs"]
mod bin;

use bin::*;

fn main() {
    run(|scope, _| {
        let things = Repo::<Thing>::new(scope);
        let _ = things.update(RowId::from_raw(1)).any_version();
    });
}
