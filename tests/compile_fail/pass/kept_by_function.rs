#[path = "../bin.rs"]
mod bin;

use bin::*;

use tenancy::{OnlyDeleted, ReadOnly, ReadWrite, RepoView, WithDeleted};

/// Functions that give and take the deleted rows of a repository.
fn names(view: &RepoView<Note, WithDeleted, ReadOnly, i64>, session: &mut Conn) -> Vec<String> {
    view.query().select(notes::name).load(session).unwrap()
}

fn bin(notes: &Repo<Note>) -> RepoView<Note, OnlyDeleted, ReadWrite, i64> {
    notes.only_deleted()
}

fn main() {
    run(|scope, session| {
        let notes = Repo::<Note>::new(scope);
        let deleted: i64 = bin(&notes).query().count().get_result(session).unwrap();
        assert_eq!(deleted, 0);
        let reader = Repo::<Note>::new(&scope.read_only());
        assert_eq!(names(&reader.with_deleted(), session), ["Tent"]);
    });
}
