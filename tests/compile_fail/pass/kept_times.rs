#[path = "../bin.rs"]
mod bin;

use bin::*;

#[derive(ScopedInsertable)]
#[diesel(table_name = notes)]
struct NewNote<'a> {
    name: &'a str,
}

#[derive(Default, ScopedChangeset)]
#[diesel(table_name = notes)]
struct NoteChanges<'a> {
    name: Option<&'a str>,
}

/// Times are read, filtered and ordered by as any other column.
fn main() {
    run(|scope, session| {
        let notes = Repo::<Note>::new(scope);
        let note: Note = notes
            .insert(NewNote { name: "Mug" })
            .get_result(session)
            .unwrap();
        notes
            .insert(vec![(notes::name.eq("a"),), (notes::name.eq("b"),)])
            .execute(session)
            .unwrap();
        let newest: Vec<String> = notes
            .query()
            .filter(notes::created_at.ge(note.created_at))
            .order((notes::updated_at.desc(), notes::name))
            .select(notes::name)
            .load(session)
            .unwrap();
        assert_eq!(newest.len(), 3);
        let name = Some("Cup");
        let touched: chrono::NaiveDateTime = notes
            .update(note.id)
            .set(&NoteChanges { name })
            .returning(notes::updated_at)
            .get_result(session)
            .unwrap();
        assert!(touched >= note.created_at);
    });
}
