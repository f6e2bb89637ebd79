//! Rows that belong through their parent.

use super::*;
use crate::kin::{Kin, Message, MessageChanges, NewMessage, Thread, messages, threads};

fn hello(thread: i64) -> NewMessage<'static> {
    NewMessage {
        thread_id: RowId::from_raw(thread),
        body: "Hello",
    }
}

#[test]
fn a_row_is_met_under_its_own_parent() {
    let kin = Kin::new();
    let anna = kin.anna();
    let mut session = kin.db.session(&anna).unwrap();
    let messages = Repo::<Message>::new(&anna);
    let before = whole_table(&mut kin.raw(), "messages");
    let likes: i32 = messages
        .insert(hello(1))
        .on_conflict((messages::thread_id, messages::body))
        .do_update()
        .set(messages::likes.eq(messages::likes + 1))
        .returning(messages::likes)
        .get_result(&mut session)
        .unwrap();
    assert_eq!(likes, 4);
    let after = whole_table(&mut kin.raw(), "messages");
    assert_eq!(after, before.replace("1|1|Hello|3", "1|1|Hello|4"));
}

#[test]
fn a_foreign_parent_is_not_found() {
    let kin = Kin::new();
    let anna = kin.anna();
    let mut session = kin.db.session(&anna).unwrap();
    let messages = Repo::<Message>::new(&anna);
    let before = whole_table(&mut kin.raw(), "messages");
    for thread in [3, 99] {
        let insert = || {
            messages
                .insert(hello(thread))
                .on_conflict((messages::thread_id, messages::body))
        };
        let written = insert()
            .do_update()
            .set(messages::likes.eq(0))
            .execute(&mut session);
        assert!(matches!(written, Err(Error::NotFound)), "{written:?}");
        let written = insert().do_nothing().get_result::<Message>(&mut session);
        assert!(matches!(written, Err(Error::NotFound)), "{written:?}");
        let written = messages
            .insert(vec![hello(1), hello(thread)])
            .on_conflict((messages::thread_id, messages::body))
            .do_update()
            .set(messages::likes.eq(0))
            .execute(&mut session);
        assert!(matches!(written, Err(Error::NotFound)), "{written:?}");
        let moved = messages
            .insert(hello(1))
            .on_conflict((messages::thread_id, messages::body))
            .do_update()
            .set(MessageChanges {
                thread_id: Some(RowId::from_raw(thread)),
                body: None,
            })
            .execute(&mut session);
        assert!(matches!(moved, Err(Error::NotFound)), "{moved:?}");
    }
    assert_eq!(whole_table(&mut kin.raw(), "messages"), before);
}

/// A thread that is taken away before the row is looked for, as by a trigger, takes its
/// messages with it. Other databases see the threads as they were when the statement began.
#[cfg(feature = "sqlite")]
#[test]
fn a_row_whose_parent_goes_to_another_tenant_is_a_conflict() {
    let kin = Kin::new();
    let takes = "UPDATE threads SET tenant_id = 2, title = 'Taken' WHERE id = NEW.thread_id";
    diesel::connection::SimpleConnection::batch_execute(
        &mut kin.raw(),
        &crate::dialect::trigger("BEFORE INSERT", "messages", "true", takes),
    )
    .unwrap();
    let anna = kin.anna();
    let mut session = kin.db.session(&anna).unwrap();
    let before = whole_table(&mut kin.raw(), "messages");
    let written = Repo::<Message>::new(&anna)
        .insert(hello(1))
        .on_conflict((messages::thread_id, messages::body))
        .do_update()
        .set(messages::likes.eq(0))
        .execute(&mut session);
    assert!(matches!(written, Err(Error::Conflict)), "{written:?}");
    assert_eq!(whole_table(&mut kin.raw(), "messages"), before);
}

#[test]
fn a_thread_is_each_tenants_own() {
    let kin = Kin::new();
    let ben = kin.ben();
    let mut session = kin.db.session(&ben).unwrap();
    let before = whole_table(&mut kin.raw(), "threads");
    let news: Thread = Repo::<Thread>::new(&ben)
        .insert((threads::title.eq("News"),))
        .on_conflict((threads::tenant_id, threads::title))
        .do_update()
        .set(threads::title.eq("Old"))
        .get_result(&mut session)
        .unwrap();
    assert_eq!(news.id, RowId::from_raw(3));
    assert_eq!(
        whole_table(&mut kin.raw(), "threads"),
        before.replace("3|2|News", "3|2|Old")
    );
}
