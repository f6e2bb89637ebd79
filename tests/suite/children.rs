//! Children of many parents, loaded in one statement and grouped.

use diesel::prelude::*;
use tenancy::prelude::*;

use crate::kin::*;
use crate::support::{prepared_by, record, sent_by};

#[test]
fn children_of_many_parents_come_in_one_statement() {
    record();
    let kin = Kin::new();
    let scope = kin.anna();
    let mut session = kin.db.session(&scope).unwrap();
    let threads: Vec<Thread> = Repo::<Thread>::new(&scope)
        .query()
        .order(threads::id.desc())
        .load(&mut session)
        .unwrap();
    let (messages, sent) = sent_by(|| {
        Repo::<Message>::new(&scope)
            .belonging_to(&threads)
            .order(messages::id)
            .load::<Message>(&mut session)
            .unwrap()
    });
    assert_eq!(sent.len(), 1, "{sent:?}");
    let grouped = messages.grouped_by(&threads);
    let ids = |of: &[Message]| of.iter().map(|m| m.id.get()).collect::<Vec<_>>();
    assert_eq!(ids(&grouped[0]), [3, 4]);
    assert_eq!(ids(&grouped[1]), [1, 2]);
}

#[test]
fn another_tenants_parents_have_no_children_here() {
    let kin = Kin::new();
    let (anna, ben) = (kin.anna(), kin.ben());
    let bens: Vec<Thread> = Repo::<Thread>::new(&ben)
        .query()
        .load(&mut kin.db.session(&ben).unwrap())
        .unwrap();
    assert_eq!(bens.len(), 2);
    let found: Vec<Message> = Repo::<Message>::new(&anna)
        .belonging_to(&bens)
        .load(&mut kin.db.session(&anna).unwrap())
        .unwrap();
    assert_eq!(found, []);
}

#[test]
fn grandchildren_and_no_parents_at_all() {
    let kin = Kin::new();
    let scope = kin.anna();
    let mut session = kin.db.session(&scope).unwrap();
    let messages: Vec<Message> = Repo::<Message>::new(&scope)
        .query()
        .order(messages::id)
        .load(&mut session)
        .unwrap();
    let marks = Repo::<Mark>::new(&scope);
    let words: Vec<Vec<Mark>> = marks
        .belonging_to(&messages)
        .order(marks::id)
        .load::<Mark>(&mut session)
        .unwrap()
        .grouped_by(&messages);
    assert_eq!(words.iter().map(Vec::len).collect::<Vec<_>>(), [2, 0, 0, 1]);
    let none: Vec<Mark> = marks
        .belonging_to(&messages[..0])
        .load(&mut session)
        .unwrap();
    assert_eq!(none, []);
}

#[test]
fn the_statement_is_one_whatever_the_number_of_parents() {
    record();
    let kin = Kin::new();
    let scope = kin.anna();
    let mut session = kin.db.session(&scope).unwrap();
    let messages: Vec<Message> = Repo::<Message>::new(&scope)
        .query()
        .load(&mut session)
        .unwrap();
    let ((), prepared) = prepared_by(|| {
        for count in 0..=messages.len() {
            let _: Vec<Mark> = Repo::<Mark>::new(&scope)
                .belonging_to(&messages[..count])
                .load(&mut session)
                .unwrap();
        }
    });
    assert_eq!(prepared.len(), 1, "{prepared:?}");
}
