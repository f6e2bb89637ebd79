#[path = "../bin.rs"]
mod bin;

use bin::*;

/// All that can be done to deleted rows.
fn main() {
    run(|scope, session| {
        let notes = Repo::<Note>::new(scope);
        let id = RowId::<Note>::from_raw(1);
        let deleted: Note = notes.delete(id).get_result(session).unwrap();
        assert_eq!(deleted.name, "Tent");
        let found: Note = notes.only_deleted().find(id).first(session).unwrap();
        assert_eq!(found.name, "Tent");
        let all: i64 = notes
            .with_deleted()
            .query()
            .filter(notes::name.like("T%"))
            .count()
            .get_result(session)
            .unwrap();
        assert_eq!(all, 1);
        let bin = notes.only_deleted();
        bin.update(id)
            .set(notes::name.eq("Tarp"))
            .execute(session)
            .unwrap();
        let restored: Vec<String> = notes
            .restore(bin.query().filter(notes::name.eq("Tarp")))
            .returning(notes::name)
            .get_results(session)
            .unwrap();
        assert_eq!(restored, ["Tarp"]);
        notes.delete(notes.query()).execute(session).unwrap();
        assert_eq!(notes.purge(bin.query()).execute(session).unwrap(), 1);
    });
}
