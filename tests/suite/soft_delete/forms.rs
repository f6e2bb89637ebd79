//! Which rows a write means: the same ones, in whatever form the query was made.

use super::*;

/// Which of Anna's notes a write changes or takes away, if the first of them is deleted.
fn with_one_deleted<F>(write: F) -> Vec<i64>
where
    F: FnOnce(&Repo<Note>, &mut Session<crate::support::Conn>) -> tenancy::Result<usize>,
{
    let bin = Bin::new();
    let scope = bin.anna();
    let mut session = bin.db.session(&scope).unwrap();
    let notes = Repo::<Note>::new(&scope);
    notes.delete(id::<Note>(1)).execute(&mut session).unwrap();
    let before = whole_table(&mut bin.raw(), "notes");
    let count = leaving_others_alone(&bin, || write(&notes, &mut session).unwrap());
    let after = whole_table(&mut bin.raw(), "notes");
    let is_written = |row: &&str| !after.lines().any(|same| same == *row);
    let of_row = |row: &str| row.split('|').next().unwrap().parse().unwrap();
    let written: Vec<i64> = before.lines().filter(is_written).map(of_row).collect();
    assert_eq!(count, written.len());
    written
}

/// The same write by the same rows in each form that a query can have.
macro_rules! in_each_form {
    (|$notes:ident, $session:ident| $query:expr, $found:ident => $write:expr) => {
        in_each_form!(@ $notes, $session, $found, $write,
            $query,
            $query.filter(notes::id.gt(0)),
            $query.into_boxed(),
            $query.filter(notes::id.gt(0)).into_boxed(),
            $query.limit(100),
            $query.order(notes::id).offset(0),
            $query.limit(100).into_boxed(),
            $query.left_join(lines::table),
            $query.left_join(lines::table).order(notes::id).limit(100),
        )
    };
    (@ $notes:ident, $session:ident, $found:ident, $write:expr, $($query:expr,)*) => {
        [$(with_one_deleted(|$notes, $session| {
            let $found = $query;
            $write.execute($session)
        }),)*]
    };
}

/// Which rows each form of the three kinds of queries writes: those of the repo itself, with
/// deleted ones, and of deleted ones only.
macro_rules! written_by {
    (|$notes:ident, $found:ident| $write:expr) => {
        [
            in_each_form!(|$notes, session| $notes.query(), $found => $write),
            in_each_form!(|$notes, session| $notes.with_deleted().query(), $found => $write),
            in_each_form!(|$notes, session| $notes.only_deleted().query(), $found => $write),
        ]
    };
}

fn assert_each(written: [[Vec<i64>; 9]; 3], expected: [&[i64]; 3]) {
    for (forms, expected) in written.into_iter().zip(expected) {
        assert!(
            forms.iter().all(|form| form == expected),
            "{forms:?} and not {expected:?}"
        );
    }
}

#[test]
fn a_query_means_the_same_deleted_rows_in_every_form() {
    let body = || notes::body.eq("new");
    assert_each(
        written_by!(|notes, found| notes.update(found).set(body())),
        [&[3], &[1, 3], &[1]],
    );
    assert_each(
        written_by!(|notes, found| notes.delete(found)),
        [&[3], &[3], &[]],
    );
    assert_each(
        written_by!(|notes, found| notes.restore(found)),
        [&[], &[1], &[1]],
    );
    assert_each(
        written_by!(|notes, found| notes.purge(found)),
        [&[3], &[1, 3], &[1]],
    );
}

#[test]
fn a_view_writes_what_the_query_finds_of_its_rows() {
    let body = || notes::body.eq("new");
    assert_each(
        written_by!(|notes, found| notes.with_deleted().update(found).set(body())),
        [&[3], &[1, 3], &[1]],
    );
    assert_each(
        written_by!(|notes, found| notes.only_deleted().update(found).set(body())),
        [&[], &[1], &[1]],
    );
}
