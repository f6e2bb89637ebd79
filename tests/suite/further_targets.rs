//! Updates and deletes of what joins and limited queries find: the tenant's rows, whatever
//! the query says.

use diesel::prelude::*;
use tenancy::Error;
use tenancy::prelude::*;

use crate::dialect;
use crate::gear::*;
use crate::support::*;

type Conn = Session<crate::support::Conn>;

fn with_anna<R>(work: impl FnOnce(&Gear, &Repo<Item>, &mut Conn) -> R) -> R {
    let gear = Gear::new();
    let anna = gear.anna();
    let mut session = gear.db.session(&anna).unwrap();
    work(&gear, &Repo::new(&anna), &mut session)
}

fn weights(gear: &Gear) -> Vec<String> {
    let weight = dialect::text_of("weight");
    let sql = format!(
        "SELECT name || ' ' || coalesce({weight}, '') AS line FROM items WHERE tenant_id = 1
         ORDER BY name"
    );
    lines(&mut gear.raw(), &sql)
}

#[test]
fn a_join_says_which_rows_to_update() {
    with_anna(|gear, items, session| {
        let camping = items
            .query()
            .inner_join(categories::table)
            .filter(categories::name.eq("Camp"));
        let count = leaving_ben_alone(gear, || {
            items
                .update(camping.clone())
                .set(items::weight.eq(7))
                .execute(session)
                .unwrap()
        });
        assert_eq!(count, 2);
        assert_eq!(weights(gear), ["Lamp 100", "Stove 7", "Tent 7"]);
        let mut names: Vec<String> = leaving_ben_alone(gear, || {
            items
                .delete(camping)
                .returning(items::name)
                .get_results(session)
                .unwrap()
        });
        names.sort();
        assert_eq!(names, ["Stove", "Tent"]);
        assert_eq!(weights(gear), ["Lamp 100"]);
    });
}

#[test]
fn a_limit_counts_the_tenants_rows() {
    with_anna(|gear, items, session| {
        let last = items.query().order(items::name.desc()).limit(1);
        let changed = leaving_ben_alone(gear, || {
            items
                .update(last)
                .set(items::weight.eq(items::weight + 1))
                .execute(session)
                .unwrap()
        });
        assert_eq!(changed, 1);
        assert_eq!(weights(gear), ["Lamp 100", "Stove ", "Tent 2001"]);
        let count = leaving_ben_alone(gear, || {
            let rest = items.query().order(items::name).offset(1);
            items.delete(rest).execute(session).unwrap()
        });
        assert_eq!(count, 2);
        assert_eq!(weights(gear), ["Lamp 100"]);
    });
}

#[test]
fn a_page_of_a_join_is_deleted() {
    with_anna(|gear, items, session| {
        let page = items
            .query()
            .inner_join(categories::table)
            .order((categories::name, items::name))
            .limit(1)
            .offset(1);
        leaving_ben_alone(gear, || items.delete(page).execute(session).unwrap());
        assert_eq!(weights(gear), ["Lamp 100", "Stove "]);
    });
}

/// The outer statement must not trust the query within.
#[cfg(feature = "sqlite")]
#[test]
fn the_predicate_stands_on_the_statement_itself() {
    record();
    with_anna(|_, items, session| {
        let joined = || items.query().inner_join(categories::table);
        let (_, sent) = sent_by(|| {
            items
                .update(joined())
                .set(items::weight.eq(1))
                .execute(session)
                .unwrap();
            items.delete(joined().limit(1)).execute(session).unwrap();
        });
        let inner = "AND (`items`.`id`) IN (SELECT `items`.`id` FROM (`items` INNER JOIN \
             `categories` ON `categories`.`tenant_id` = +? AND \
             ((`items`.`category_id` = `categories`.`id`))) WHERE `items`.`tenant_id` = +?";
        for (sent, begin, end) in [
            (&sent[0], "UPDATE `items` SET `weight` = ?", ")"),
            (&sent[1], "DELETE FROM `items`", " LIMIT ? + 0)"),
        ] {
            let text = sent.split(" -- ").next().unwrap().trim();
            assert_eq!(
                text,
                format!("{begin} WHERE `items`.`tenant_id` = +? {inner}{end}")
            );
        }
    });
}

#[test]
fn they_are_prepared_once() {
    record();
    let gear = Gear::with(|builder| builder.max_size(1));
    let ((), prepared) = prepared_by(|| {
        for (scope, name) in [
            (gear.anna(), "Camp"),
            (gear.anna(), "Light"),
            (gear.ben(), "Camp"),
        ] {
            let mut session = gear.db.session(&scope).unwrap();
            let items = Repo::<Item>::new(&scope);
            let found = items
                .query()
                .inner_join(categories::table)
                .filter(categories::name.eq(name))
                .limit(5);
            items
                .update(found)
                .set(items::weight.eq(1))
                .execute(&mut session)
                .unwrap();
        }
    });
    let updates = prepared.iter().filter(|sql| sql.starts_with("UPDATE"));
    assert_eq!(updates.count(), 1);
}

#[test]
fn a_query_of_another_tenant_is_refused() {
    record();
    let gear = Gear::new();
    let items = Repo::<Item>::new(&gear.anna());
    let bens = Repo::<Item>::new(&gear.ben());
    let mut session = gear.db.session(&gear.anna()).unwrap();
    let (results, sent) = sent_by(|| {
        [
            items
                .delete(bens.query().inner_join(categories::table))
                .execute(&mut session),
            items.delete(bens.query().limit(1)).execute(&mut session),
            items
                .delete(bens.query().into_boxed())
                .execute(&mut session),
            items
                .update(bens.query().limit(1))
                .set(items::weight.eq(1))
                .execute(&mut session),
        ]
    });
    for result in results {
        assert!(matches!(result, Err(Error::ScopeMismatch)), "{result:?}");
    }
    assert!(sent.is_empty(), "{sent:?}");
}

#[test]
fn a_key_of_several_columns_is_compared_without_the_tenant() {
    with_anna(|gear, _, session| {
        let settings = Repo::<Setting>::new(&gear.anna());
        let count = leaving_ben_alone(gear, || {
            settings
                .update(settings.query().limit(5))
                .set(settings::value.eq("kg"))
                .execute(session)
                .unwrap()
        });
        assert_eq!(count, 1);
    });
}

#[test]
fn a_dynamic_condition_within_is_checked() {
    record();
    with_anna(|gear, items, session| {
        let harmful = diesel::dsl::sql::<diesel::sql_types::Bool>("1 = 1) OR (1 = 1");
        let target = items.query().filter_dynamic(harmful).limit(5);
        let (refused, sent) = sent_by(|| items.delete(target).execute(session));
        assert!(matches!(refused, Err(Error::RefusedSql { .. })));
        assert!(sent.is_empty(), "{sent:?}");
        let named = items
            .query()
            .filter_dynamic(items::name.eq_any(["Lamp", "Rope"]))
            .limit(5);
        let count = leaving_ben_alone(gear, || items.delete(named).execute(session).unwrap());
        assert_eq!(count, 1);
    });
}

mod owners {
    use super::*;
    use crate::kin::{
        Device, Kin, Label, Mark, Message, Thread, devices, labels, marks, messages, threads,
    };

    fn with_kin<R>(work: impl FnOnce(&Kin, &TenantScope<i64>, &mut Conn) -> R) -> R {
        let kin = Kin::new();
        let anna = kin.anna();
        let mut session = kin.db.session(&anna).unwrap();
        work(&kin, &anna, &mut session)
    }

    #[test]
    fn rows_that_belong_through_their_parent() {
        with_kin(|kin, anna, session| {
            let before = whole_table(&mut kin.raw(), "marks");
            let repo = Repo::<Mark>::new(anna);
            let hello = repo
                .query()
                .inner_join(messages::table)
                .filter(messages::body.eq("Hello"));
            let count = repo
                .update(hello)
                .set(marks::word.eq("new"))
                .execute(session)
                .unwrap();
            assert_eq!(count, 2);
            let count = repo.delete(repo.query().order(marks::id).offset(2));
            assert_eq!(count.execute(session).unwrap(), 1);
            assert_eq!(
                whole_table(&mut kin.raw(), "marks"),
                before
                    .replace("1|1|good", "1|1|new")
                    .replace("2|1|old", "2|1|new")
                    .replace("3|4|good\n", "")
            );
        });
    }

    #[test]
    fn messages_by_the_title_of_their_thread() {
        with_kin(|kin, anna, session| {
            let before = whole_table(&mut kin.raw(), "messages");
            let repo = Repo::<Message>::new(anna);
            let news = repo
                .query()
                .inner_join(threads::table)
                .filter(threads::title.eq("News"))
                .order(messages::id.desc())
                .limit(1);
            repo.update(news)
                .set(messages::likes.eq(messages::likes + 1))
                .execute(session)
                .unwrap();
            assert_eq!(
                whole_table(&mut kin.raw(), "messages"),
                before.replace("2|1|Rain|1", "2|1|Rain|2")
            );
        });
    }

    /// A scope reads everybody's labels, and a limit may find them first.
    #[test]
    fn everybodys_rows_stay() {
        with_kin(|kin, anna, session| {
            let before = whole_table(&mut kin.raw(), "labels");
            let repo = Repo::<Label>::new(anna);
            let all = || repo.query().order(labels::id.desc());
            let count = repo
                .update(all().limit(2))
                .set(labels::name.eq("taken"))
                .execute(session)
                .unwrap();
            assert_eq!(count, 0);
            assert_eq!(repo.delete(all().limit(9)).execute(session).unwrap(), 1);
            assert_eq!(
                whole_table(&mut kin.raw(), "labels"),
                before.replace("1|1|mine\n", "")
            );
        });
    }

    #[test]
    fn nobodys_rows_stay() {
        with_kin(|kin, anna, session| {
            let before = whole_table(&mut kin.raw(), "devices");
            let repo = Repo::<Device>::new(anna);
            let count = repo
                .update(repo.query().order(devices::id).limit(9))
                .set(devices::name.eq("taken"))
                .execute(session)
                .unwrap();
            assert_eq!(count, 1);
            assert_eq!(
                whole_table(&mut kin.raw(), "devices"),
                before.replace("1|1|Radio", "1|1|taken")
            );
        });
    }

    #[test]
    fn threads_by_what_is_said_in_them() {
        with_kin(|kin, anna, session| {
            let before = whole_table(&mut kin.raw(), "threads");
            let repo = Repo::<Thread>::new(anna);
            let rainy = repo
                .query()
                .inner_join(messages::table)
                .filter(messages::body.eq("Rain"));
            repo.update(rainy)
                .set(threads::title.eq("Weather"))
                .execute(session)
                .unwrap();
            assert_eq!(
                whole_table(&mut kin.raw(), "threads"),
                before.replace("1|1|News", "1|1|Weather")
            );
        });
    }
}
