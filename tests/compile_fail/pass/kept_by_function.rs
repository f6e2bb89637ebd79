#[path = "../bin.rs"]
mod bin;

use bin::*;

use tenancy::{OnlyDeleted, ReadWrite, RepoView, Visibility, WithDeleted};

/// Functions that take a view, whichever it is.
fn names<V: Visibility<notes::table>>(
    view: &RepoView<Note, V, ReadWrite, i64>,
    session: &mut Conn,
) -> Vec<String> {
    view.query().select(notes::name).load(session).unwrap()
}

fn bin(notes: &Repo<Note>) -> RepoView<Note, OnlyDeleted, ReadWrite, i64> {
    notes.only_deleted()
}

fn all(notes: &Repo<Note>) -> RepoView<Note, WithDeleted, ReadWrite, i64> {
    notes.with_deleted()
}

fn main() {
    run(|scope, session| {
        let notes = Repo::<Note>::new(scope);
        assert_eq!(names(&all(&notes), session).len(), 1);
        assert_eq!(names(&bin(&notes), session).len(), 0);
        let reader = Repo::<Note>::new(&scope.read_only());
        let seen: Vec<Note> = reader.with_deleted().query().load(session).unwrap();
        assert_eq!(seen.len(), 1);
    });
}
