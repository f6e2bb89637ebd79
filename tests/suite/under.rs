//! Tuples are inserted under a parent that the scope may write to, and under no other.

use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::{Error, proposed};

use crate::dialect;
use crate::kin::*;
use crate::support::*;

type Conn = Session<crate::support::Conn>;

fn with_anna<R>(work: impl FnOnce(&Kin, &TenantScope<i64>, &mut Conn) -> R) -> R {
    let kin = Kin::new();
    let anna = kin.anna();
    let mut session = kin.db.session(&anna).unwrap();
    work(&kin, &anna, &mut session)
}

#[test]
fn a_tuple_goes_under_its_parent() {
    with_anna(|kin, anna, session| {
        let before = whole_table(&mut kin.raw(), "messages");
        let snow: Message = Repo::<Message>::new(anna)
            .under(RowId::from_raw(2))
            .insert((messages::body.eq("Snow"), messages::likes.eq(6)))
            .get_result(session)
            .unwrap();
        assert_eq!(snow.thread_id, RowId::from_raw(2));
        let after = whole_table(&mut kin.raw(), "messages");
        let added = after.strip_prefix(&before).unwrap();
        assert_eq!(added, format!("{}|2|Snow|6\n", snow.id.get()));
    });
}

#[test]
fn a_foreign_parent_is_not_found() {
    with_anna(|kin, anna, session| {
        let all = |kin: &Kin| {
            ["messages", "marks", "hints"].map(|table| whole_table(&mut kin.raw(), table))
        };
        let before = all(kin);
        for parent in [3, 99] {
            let message = Repo::<Message>::new(anna)
                .under(RowId::from_raw(parent))
                .insert((messages::body.eq("Snow"),))
                .execute(session);
            assert!(matches!(message, Err(Error::NotFound)), "{message:?}");
        }
        for parent in [5, 99] {
            let mark = Repo::<Mark>::new(anna)
                .under(RowId::from_raw(parent))
                .insert((marks::word.eq("new"),))
                .get_result::<Mark>(session);
            assert!(matches!(mark, Err(Error::NotFound)), "{mark:?}");
        }
        // Label 2 is Ben's, and 3 everybody's, which Anna reads and does not write.
        for parent in [2, 3, 99] {
            let hint = Repo::<Hint>::new(anna)
                .under(RowId::from_raw(parent))
                .insert((hints::text.eq("new"),))
                .execute(session);
            assert!(matches!(hint, Err(Error::NotFound)), "{hint:?}");
        }
        assert_eq!(all(kin), before);
    });
}

#[test]
fn it_may_be_an_upsert() {
    with_anna(|kin, anna, session| {
        let before = whole_table(&mut kin.raw(), "messages");
        let repo = Repo::<Message>::new(anna);
        let mut like = |thread| {
            repo.under(RowId::from_raw(thread))
                .insert((messages::body.eq("Hello"), messages::likes.eq(1)))
                .on_conflict((messages::thread_id, messages::body))
                .do_update()
                .set(messages::likes.eq(messages::likes + proposed(messages::likes)))
                .execute(session)
        };
        assert_eq!(like(1).unwrap(), 1);
        assert!(matches!(like(3), Err(Error::NotFound)));
        assert_eq!(
            whole_table(&mut kin.raw(), "messages"),
            before.replace("1|1|Hello|3", "1|1|Hello|4")
        );
    });
}

#[test]
fn it_is_prepared_once() {
    record();
    let kin = Kin::new();
    let anna = kin.anna();
    let mut session = kin.db.session(&anna).unwrap();
    let ((), prepared) = prepared_by(|| {
        for (thread, body) in [(1, "a"), (2, "b")] {
            Repo::<Message>::new(&anna)
                .under(RowId::from_raw(thread))
                .insert((messages::body.eq(body),))
                .execute(&mut session)
                .unwrap();
        }
    });
    assert_eq!(prepared.len(), 1);
    let text = prepared[0].split(" -- ").next().unwrap();
    let parent = "(SELECT `tenancy_0001`.`id` FROM `threads` AS `tenancy_0001` \
         WHERE `tenancy_0001`.`id` = ? AND `tenancy_0001`.`tenant_id` = +?)";
    let parent = dialect::of_parent(&dialect::expected(parent));
    assert_eq!(
        dialect::plain(text.trim()),
        format!("INSERT INTO `messages` (`thread_id`, `body`) VALUES ({parent}, ?)")
    );
}
