//! Rows that belong through their parents, rows that are nobody's, and rows that are
//! everybody's: read, written and joined.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use tenancy::Error;
use tenancy::prelude::*;

use crate::dialect;
use crate::kin::*;
use crate::support::whole_table;

fn ids<T>(rows: &[RowId<T>]) -> Vec<i64> {
    rows.iter().map(|id| id.get()).collect()
}

macro_rules! ids_of {
    ($kin:ident, $who:ident, $model:ty, $table:ident) => {{
        let scope = $kin.$who();
        let mut session = $kin.db.session(&scope).unwrap();
        let found: Vec<RowId<$model>> = Repo::<$model>::new(&scope)
            .query()
            .select($table::id)
            .order($table::id)
            .load(&mut session)
            .unwrap();
        ids(&found)
    }};
}

#[test]
fn a_child_is_its_parents_tenants() {
    let kin = Kin::new();
    assert_eq!(ids_of!(kin, anna, Message, messages), [1, 2, 3, 4]);
    assert_eq!(ids_of!(kin, ben, Message, messages), [5, 6, 7, 8]);
}

#[test]
fn a_grandchild_is_too() {
    let kin = Kin::new();
    assert_eq!(ids_of!(kin, anna, Mark, marks), [1, 2, 3]);
    assert_eq!(ids_of!(kin, ben, Mark, marks), [4, 5, 6]);
}

#[test]
fn a_row_without_an_owner_is_nobodys() {
    let kin = Kin::new();
    assert_eq!(ids_of!(kin, anna, Device, devices), [1]);
    assert_eq!(ids_of!(kin, ben, Device, devices), [2]);
}

#[test]
fn rows_of_everybody_are_read_beside_own_ones() {
    let kin = Kin::new();
    assert_eq!(ids_of!(kin, anna, Label, labels), [1, 3, 4]);
    assert_eq!(ids_of!(kin, ben, Label, labels), [2, 3, 4]);
    assert_eq!(ids_of!(kin, anna, Hint, hints), [1, 3]);
}

#[test]
fn a_filter_cannot_open_the_alternative_of_everybodys_rows() {
    let kin = Kin::new();
    let scope = kin.anna();
    let mut session = kin.db.session(&scope).unwrap();
    let found: Vec<Label> = Repo::<Label>::new(&scope)
        .query()
        .filter(labels::name.eq("mine").or(labels::name.ne("mine")))
        .load(&mut session)
        .unwrap();
    assert_eq!(found.len(), 3);
}

#[test]
fn finding_a_foreign_child_finds_nothing() {
    let kin = Kin::new();
    let scope = kin.anna();
    let mut session = kin.db.session(&scope).unwrap();
    for foreign in [5, 99] {
        let found = Repo::<Message>::new(&scope)
            .find(RowId::<Message>::from_raw(foreign))
            .get_result::<Message>(&mut session);
        assert!(matches!(found, Err(Error::NotFound)));
    }
}

#[test]
fn a_child_is_inserted_under_an_own_parent() {
    let kin = Kin::new();
    let scope = kin.anna();
    let mut session = kin.db.session(&scope).unwrap();
    let thread_id = RowId::from_raw(2);
    let new: Message = Repo::<Message>::new(&scope)
        .insert(&NewMessage {
            thread_id,
            body: "New",
        })
        .get_result(&mut session)
        .unwrap();
    assert_eq!((new.thread_id, new.body.as_str()), (thread_id, "New"));
    let mark = Repo::<Mark>::new(&scope)
        .insert(NewMark {
            word: "fresh",
            message_id: new.id,
        })
        .execute(&mut session)
        .unwrap();
    assert_eq!(mark, 1);
}

#[test]
fn a_foreign_and_a_missing_parent_are_the_same_error_and_nothing_is_inserted() {
    let kin = Kin::new();
    let scope = kin.anna();
    let before = whole_table(&mut kin.raw(), "messages");
    let mut session = kin.db.session(&scope).unwrap();
    let messages = Repo::<Message>::new(&scope);
    for parent in [3, 99] {
        let new = NewMessage {
            thread_id: RowId::from_raw(parent),
            body: "Sneaked in",
        };
        let one = messages.insert(&new).execute(&mut session);
        assert!(matches!(one, Err(Error::NotFound)), "{one:?}");
        let returned = messages.insert(new).get_result::<Message>(&mut session);
        assert!(matches!(returned, Err(Error::NotFound)), "{returned:?}");
        let good = NewMessage {
            thread_id: RowId::from_raw(1),
            body: "Good",
        };
        let many = messages.insert(vec![good, new]).execute(&mut session);
        assert!(matches!(many, Err(Error::NotFound)), "{many:?}");
    }
    let mark = Repo::<Mark>::new(&scope)
        .insert(NewMark {
            word: "sneaked in",
            message_id: RowId::from_raw(5),
        })
        .execute(&mut session);
    assert!(matches!(mark, Err(Error::NotFound)));
    assert_eq!(whole_table(&mut kin.raw(), "messages"), before);
}

#[test]
fn a_child_of_everybodys_row_is_read_and_never_written() {
    let kin = Kin::new();
    let scope = kin.anna();
    let mut session = kin.db.session(&scope).unwrap();
    let hints = Repo::<Hint>::new(&scope);
    let insert = hints
        .insert(NewHint {
            label_id: RowId::from_raw(3),
            text: "mine now",
        })
        .execute(&mut session);
    assert!(matches!(insert, Err(Error::NotFound)));
    let update = hints
        .update(RowId::<Hint>::from_raw(3))
        .set(hints::text.eq("mine now"))
        .execute(&mut session);
    assert!(matches!(update, Err(Error::NotFound)));
    let many = hints
        .update(hints.query())
        .set(hints::text.eq("changed"))
        .execute(&mut session)
        .unwrap();
    assert_eq!(many, 1);
    let gone = hints.delete(hints.query()).execute(&mut session).unwrap();
    assert_eq!(gone, 1);
}

#[test]
fn everybodys_rows_are_not_changed_by_key_nor_by_query() {
    let kin = Kin::new();
    let scope = kin.anna();
    let mut session = kin.db.session(&scope).unwrap();
    let labels = Repo::<Label>::new(&scope);
    for everybodys in [3, 4] {
        let id = RowId::<Label>::from_raw(everybodys);
        let update = labels
            .update(id)
            .set(labels::name.eq("x"))
            .execute(&mut session);
        assert!(matches!(update, Err(Error::NotFound)));
        let delete = labels.delete(id).execute(&mut session);
        assert!(matches!(delete, Err(Error::NotFound)));
    }
    let changed = labels
        .update(labels.query())
        .set(labels::name.eq("x"))
        .execute(&mut session)
        .unwrap();
    assert_eq!(changed, 1);
    assert_eq!(
        labels.delete(labels.query()).execute(&mut session).unwrap(),
        1
    );
    let left = whole_table(&mut kin.raw(), "labels");
    assert_eq!(left, "2|2|mine\n3||everybody's\n4||common\n");
}

#[test]
fn a_new_row_is_own_where_it_could_be_nobodys() {
    let kin = Kin::new();
    let scope = kin.anna();
    let mut session = kin.db.session(&scope).unwrap();
    Repo::<Label>::new(&scope)
        .insert(NewLabel { name: "new" })
        .execute(&mut session)
        .unwrap();
    Repo::<Device>::new(&scope)
        .insert((devices::name.eq("Lamp"),))
        .execute(&mut session)
        .unwrap();
    assert!(whole_table(&mut kin.raw(), "labels").ends_with("5|1|new\n"));
    assert!(whole_table(&mut kin.raw(), "devices").ends_with("4|1|Lamp\n"));
}

#[test]
fn nobodys_rows_are_not_written() {
    let kin = Kin::new();
    let scope = kin.anna();
    let mut session = kin.db.session(&scope).unwrap();
    let devices = Repo::<Device>::new(&scope);
    let claimed = devices
        .update(RowId::<Device>::from_raw(3))
        .set(devices::name.eq("mine"))
        .execute(&mut session);
    assert!(matches!(claimed, Err(Error::NotFound)));
    assert_eq!(
        devices
            .delete(devices.query())
            .execute(&mut session)
            .unwrap(),
        1
    );
    assert_eq!(
        whole_table(&mut kin.raw(), "devices"),
        "2|2|Radio\n3||Radio\n"
    );
}

#[test]
fn children_are_updated_and_deleted_below_own_parents_only() {
    let kin = Kin::new();
    let scope = kin.anna();
    let mut session = kin.db.session(&scope).unwrap();
    let messages = Repo::<Message>::new(&scope);
    for foreign in [5, 99] {
        let id = RowId::<Message>::from_raw(foreign);
        let update = messages
            .update(id)
            .set(messages::body.eq("x"))
            .execute(&mut session);
        assert!(matches!(update, Err(Error::NotFound)));
        assert!(matches!(
            messages.delete(id).execute(&mut session),
            Err(Error::NotFound)
        ));
    }
    let liked = messages
        .update(messages.query().filter(messages::body.eq("Hello")))
        .set(messages::likes.eq(messages::likes + 1))
        .execute(&mut session)
        .unwrap();
    assert_eq!(liked, 2);
    let back: Vec<Message> = messages
        .delete(messages.query().filter(messages::body.eq("Bye")))
        .get_results(&mut session)
        .unwrap();
    assert_eq!(back.len(), 1);
    let left = whole_table(&mut kin.raw(), "messages");
    assert_eq!(
        left,
        "1|1|Hello|4\n2|1|Rain|1\n3|2|Hello|1\n5|3|Hello|7\n6|3|Rain|5\n7|4|Hello|9\n8|4|Bye|4\n"
    );
}

#[test]
fn a_child_moves_to_an_own_parent_and_to_no_other() {
    let kin = Kin::new();
    let scope = kin.anna();
    let mut session = kin.db.session(&scope).unwrap();
    let messages = Repo::<Message>::new(&scope);
    let id = RowId::<Message>::from_raw(2);
    let to = |thread: i64| MessageChanges {
        thread_id: Some(RowId::from_raw(thread)),
        body: None,
    };
    for parent in [3, 99] {
        let moved = messages.update(id).set(to(parent)).execute(&mut session);
        assert!(matches!(moved, Err(Error::NotFound)), "{moved:?}");
    }
    messages
        .update(id)
        .set(&to(2))
        .execute(&mut session)
        .unwrap();
    assert!(whole_table(&mut kin.raw(), "messages").contains("2|2|Rain|1\n"));
}

#[test]
fn a_stray_child_is_hidden_on_either_side_of_a_join() {
    let kin = Kin::new();
    kin.raw()
        .batch_execute(&dialect::unchecked(
            "INSERT INTO marks VALUES (7, 99, 'stray');",
        ))
        .unwrap();
    let scope = kin.anna();
    let mut session = kin.db.session(&scope).unwrap();
    let pairs: Vec<(String, String)> = Repo::<Mark>::new(&scope)
        .query()
        .inner_join(messages::table)
        .select((marks::word, messages::body))
        .order(marks::id)
        .load(&mut session)
        .unwrap();
    assert_eq!(pairs.len(), 3);
    let other_way: Vec<(String, String)> = Repo::<Message>::new(&scope)
        .query()
        .inner_join(marks::table)
        .select((marks::word, messages::body))
        .order(marks::id)
        .load(&mut session)
        .unwrap();
    assert_eq!(other_way, pairs);
}

#[test]
fn a_null_in_another_column_is_not_a_missing_parent() {
    let kin = Kin::new();
    kin.raw()
        .batch_execute(&dialect::trigger(
            "BEFORE INSERT",
            "messages",
            "NEW.body = 'null'",
            "INSERT INTO marks (message_id, word) VALUES (1, NULL)",
        ))
        .unwrap();
    let scope = kin.anna();
    let mut session = kin.db.session(&scope).unwrap();
    let refused = Repo::<Message>::new(&scope)
        .insert(NewMessage {
            thread_id: RowId::from_raw(1),
            body: "null",
        })
        .execute(&mut session);
    match refused {
        Err(Error::NotNullViolation { column }) => {
            assert_eq!(column, Some(dialect::place_of("marks", "word")));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_overflow_is_not_a_missing_parent() {
    let kin = Kin::new();
    let overflows = |event: &str| dialect::trigger(event, "messages", "true", dialect::OVERFLOWS);
    kin.raw()
        .batch_execute(&(overflows("BEFORE INSERT") + &overflows("BEFORE UPDATE")))
        .unwrap();
    let scope = kin.anna();
    let mut session = kin.db.session(&scope).unwrap();
    let messages = Repo::<Message>::new(&scope);
    let inserted = messages
        .insert(NewMessage {
            thread_id: RowId::from_raw(1),
            body: "x",
        })
        .execute(&mut session);
    let updated = messages
        .update(messages.query())
        .set(messages::body.eq("x"))
        .execute(&mut session);
    for refused in [inserted, updated] {
        assert!(
            matches!(&refused, Err(Error::Database { message })
                if message.as_deref() == dialect::OVERFLOW),
            "{refused:?}"
        );
    }
}
