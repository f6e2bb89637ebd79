#[path = "../../bin.rs"]
mod bin;

use bin::*;

fn main() {
    run(|scope, _| {
        let notes = Repo::<Note>::new(scope);
        let _ = notes.update(RowId::from_raw(1)).set((
            notes::name.eq("x"),
            notes::updated_at.eq(chrono::NaiveDateTime::MIN),
        ));
    });
}
