//! Deleted rows of each kind of ownership.

use super::*;

#[test]
fn children_are_hidden_by_their_own_mark() {
    let bin = Bin::new();
    let scope = bin.anna();
    let mut session = bin.db.session(&scope).unwrap();
    let lines = Repo::<Line>::new(&scope);
    leaving_others_alone(&bin, || {
        let foreign = lines.delete(id::<Line>(2)).execute(&mut session);
        assert!(matches!(foreign, Err(Error::NotFound)));
        lines.delete(id::<Line>(1)).execute(&mut session).unwrap();
        assert!(ids!(lines.query(), lines, &mut session).is_empty());
        assert_eq!(ids!(lines.with_deleted().query(), lines, &mut session), [1]);
        let foreign = lines.restore(id::<Line>(2)).execute(&mut session);
        assert!(matches!(foreign, Err(Error::NotFound)));
        lines.restore(id::<Line>(1)).execute(&mut session).unwrap();
        assert_eq!(lines.purge(lines.query()).execute(&mut session).unwrap(), 1);
    });
}

#[test]
fn everybodys_rows_are_read_only_deleted_or_not() {
    let bin = Bin::new();
    let scope = bin.anna();
    let mut session = bin.db.session(&scope).unwrap();
    let tags = Repo::<Tag>::new(&scope);
    leaving_others_alone(&bin, || {
        assert_eq!(ids!(tags.query(), tags, &mut session), [1, 3]);
        assert_eq!(
            ids!(tags.with_deleted().query(), tags, &mut session),
            [1, 3, 4]
        );
        assert_eq!(ids!(tags.only_deleted().query(), tags, &mut session), [4]);
        for not_hers in [2, 3, 4] {
            let not_hers = id::<Tag>(not_hers);
            for result in [
                tags.delete(not_hers).execute(&mut session),
                tags.restore(not_hers).execute(&mut session),
                tags.purge(not_hers).execute(&mut session),
            ] {
                assert!(matches!(result, Err(Error::NotFound)));
            }
        }
        let all = tags.with_deleted().query();
        assert_eq!(tags.delete(all.clone()).execute(&mut session).unwrap(), 1);
        assert_eq!(tags.restore(all.clone()).execute(&mut session).unwrap(), 1);
        assert_eq!(tags.purge(all).execute(&mut session).unwrap(), 1);
    });
}

/// The query finds everybody's tags, too; the predicate of the write stands on the outside.
#[test]
fn a_limited_query_reaches_no_tag_of_everybodys() {
    let bin = Bin::new();
    let scope = bin.anna();
    let mut session = bin.db.session(&scope).unwrap();
    let tags = Repo::<Tag>::new(&scope);
    let all = || tags.with_deleted().query().limit(100);
    leaving_others_alone(&bin, || {
        assert_eq!(tags.delete(all()).execute(&mut session).unwrap(), 1);
        assert_eq!(tags.restore(all()).execute(&mut session).unwrap(), 1);
        assert_eq!(tags.purge(all()).execute(&mut session).unwrap(), 1);
    });
}

#[test]
fn nobodys_rows_stay_nobodys() {
    let bin = Bin::new();
    bin.raw()
        .batch_execute("UPDATE tools SET deleted_at = '2000-02-02 00:00:00' WHERE owner_id IS NULL")
        .unwrap();
    let scope = bin.anna();
    let mut session = bin.db.session(&scope).unwrap();
    let tools = Repo::<Tool>::new(&scope);
    leaving_others_alone(&bin, || {
        assert_eq!(ids!(tools.with_deleted().query(), tools, &mut session), [1]);
        assert!(ids!(tools.only_deleted().query(), tools, &mut session).is_empty());
        let all = tools.with_deleted().query();
        assert_eq!(tools.delete(all.clone()).execute(&mut session).unwrap(), 1);
        assert_eq!(tools.purge(all).execute(&mut session).unwrap(), 1);
    });
}

#[test]
fn deleted_rows_of_a_global_table_are_hidden() {
    let bin = Bin::new();
    let scope = bin.anna();
    let mut session = bin.db.session(&scope).unwrap();
    let words = Repo::<Word>::new(&scope);
    assert_eq!(ids!(words.query(), words, &mut session), [1]);
    assert_eq!(
        ids!(words.with_deleted().query(), words, &mut session),
        [1, 3]
    );
    assert_eq!(ids!(words.only_deleted().query(), words, &mut session), [3]);
    let gone = words.find(id::<Word>(3)).first::<Word>(&mut session);
    assert!(matches!(gone, Err(Error::NotFound)));
    // The word 3 is gone, and the note 3 is not.
    let joined: Vec<String> = Repo::<Note>::new(&scope)
        .query()
        .inner_join(words::table)
        .select(words::name)
        .load(&mut session)
        .unwrap();
    assert_eq!(joined, ["here"]);
}
