//! An upsert writes a new row or the tenant's own, and never another tenant's.

use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::{Error, proposed};

use crate::gear::*;
use crate::support::*;

type Conn = Session<SqliteConnection>;

fn lamp(weight: i32) -> NewWeighedItem<'static> {
    weighed("Lamp", weight)
}

fn weighed(name: &str, weight: i32) -> NewWeighedItem<'_> {
    NewWeighedItem {
        category_id: RowId::from_raw(1),
        name,
        weight: Some(weight),
    }
}

fn with_anna<R>(work: impl FnOnce(&Gear, &Repo<Item>, &mut Conn) -> R) -> R {
    let gear = Gear::new();
    let anna = gear.anna();
    let mut session = gear.db.session(&anna).unwrap();
    work(&gear, &Repo::new(&anna), &mut session)
}

fn item(number: i64, name: &str, weight: Option<i32>) -> Item {
    Item {
        id: RowId::from_raw(number),
        name: name.to_owned(),
        weight,
    }
}

/// Ben has a lamp, too, and a rope that Anna has not.
#[test]
fn an_upsert_meets_the_tenants_own_row_only() {
    with_anna(|gear, items, session| {
        leaving_ben_alone(gear, || {
            let updated: Item = items
                .insert(&lamp(90))
                .on_conflict((items::tenant_id, items::name))
                .do_update()
                .set(items::weight.eq(proposed(items::weight)))
                .get_result(session)
                .unwrap();
            assert_eq!(updated, item(1, "Lamp", Some(90)));
            let inserted: Item = items
                .insert(&weighed("Rope", 800))
                .on_conflict((items::tenant_id, items::name))
                .do_update()
                .set(items::weight.eq(proposed(items::weight)))
                .get_result(session)
                .unwrap();
            assert_eq!(inserted, item(8, "Rope", Some(800)));
        });
    });
}

#[test]
fn the_assignments_read_both_rows() {
    with_anna(|gear, items, session| {
        let upsert = |session: &mut Conn, by| {
            items
                .insert(&lamp(by))
                .on_conflict((items::tenant_id, items::name))
                .do_update()
                .set((
                    items::weight.eq(items::weight + proposed(items::weight)),
                    items::category_id.eq(proposed(items::category_id)),
                ))
                .execute(session)
        };
        leaving_ben_alone(gear, || {
            assert_eq!(upsert(session, 5).unwrap(), 1);
            assert_eq!(upsert(session, 7).unwrap(), 1);
        });
        let weight: Option<i32> = items
            .find(RowId::<Item>::from_raw(1))
            .select(items::weight)
            .get_result(session)
            .unwrap();
        assert_eq!(weight, Some(112));
    });
}

#[test]
fn a_counter_counts() {
    with_anna(|gear, items, session| {
        leaving_ben_alone(gear, || {
            for count in 1..4 {
                let weight: Option<i32> = items
                    .insert((
                        items::name.eq("Visits"),
                        items::weight.eq(1),
                        items::category_id.eq(1),
                    ))
                    .on_conflict((items::tenant_id, items::name))
                    .do_update()
                    .set(items::weight.eq(items::weight + 1))
                    .returning(items::weight)
                    .get_result(session)
                    .unwrap();
                assert_eq!(weight, Some(count));
            }
        });
    });
}

#[test]
fn structs_say_the_changes_too() {
    with_anna(|gear, items, session| {
        leaving_ben_alone(gear, || {
            let changes = ItemChanges {
                name: Some("Lantern"),
                weight: Some(None),
            };
            let changed: Item = items
                .insert(lamp(1))
                .on_conflict((items::tenant_id, items::name))
                .do_update()
                .set(&changes)
                .get_result(session)
                .unwrap();
            assert_eq!(changed, item(1, "Lantern", None));
        });
        let nothing = items
            .insert(lamp(1))
            .on_conflict((items::tenant_id, items::name))
            .do_update()
            .set(ItemChanges::default());
        let refused = changing_nothing(gear, || nothing.execute(session));
        assert!(matches!(refused, Err(Error::EmptyChangeset)));
    });
}

#[test]
fn do_nothing_gives_an_option() {
    with_anna(|gear, items, session| {
        leaving_ben_alone(gear, || {
            let there: Option<Item> = items
                .insert(lamp(1))
                .on_conflict((items::tenant_id, items::name))
                .do_nothing()
                .get_result(session)
                .unwrap();
            assert_eq!(there, None);
            let new: Option<String> = items
                .insert(&weighed("Rope", 1))
                .on_conflict((items::tenant_id, items::name))
                .do_nothing()
                .returning(items::name)
                .get_result(session)
                .unwrap();
            assert_eq!(new.as_deref(), Some("Rope"));
            let count = items
                .insert((items::name.eq("Rope"), items::category_id.eq(1)))
                .on_conflict((items::tenant_id, items::name))
                .do_nothing()
                .execute(session)
                .unwrap();
            assert_eq!(count, 0);
        });
    });
}

#[test]
fn a_condition_that_does_not_hold_is_a_conflict() {
    with_anna(|gear, items, session| {
        let unless_heavier = |weight| {
            items
                .insert(lamp(weight))
                .on_conflict((items::tenant_id, items::name))
                .do_update()
                .set(items::weight.eq(proposed(items::weight)))
                .filter(items::weight.gt(proposed(items::weight)))
                .filter(items::name.eq("Lamp").or(items::name.eq("Torch")))
        };
        changing_nothing(gear, || {
            let heavier = unless_heavier(200).execute(session);
            assert!(matches!(heavier, Err(Error::Conflict)), "{heavier:?}");
            let heavier = unless_heavier(200).get_result::<Item>(session);
            assert!(matches!(heavier, Err(Error::Conflict)), "{heavier:?}");
            let heavier = unless_heavier(200).load::<Item>(session);
            assert!(matches!(heavier, Err(Error::Conflict)), "{heavier:?}");
        });
        leaving_ben_alone(gear, || {
            let lighter: Item = unless_heavier(60).get_result(session).unwrap();
            assert_eq!(lighter, item(1, "Lamp", Some(60)));
        });
    });
}

/// The first alternative of a condition must not stand beside the tenant's predicate.
#[test]
fn a_condition_stands_in_parentheses() {
    record();
    with_anna(|_, items, session| {
        let (_, sent) = sent_by(|| {
            items
                .insert(&NewItem {
                    category_id: RowId::from_raw(1),
                    name: "Lamp",
                })
                .on_conflict((items::tenant_id, items::name))
                .do_update()
                .set(items::weight.eq(items::weight + 1))
                .filter(items::name.eq("a").or(items::name.eq("Lamp")))
                .execute(session)
        });
        let text = sent[0].split(" -- ").next().unwrap();
        assert_eq!(
            text.trim(),
            "INSERT INTO `items` (`tenant_id`, `category_id`, `name`) VALUES (?, ?, ?) \
             ON CONFLICT (`tenant_id`, `name`) DO UPDATE SET `weight` = (`items`.`weight` + ?) \
             WHERE `items`.`tenant_id` = +? AND (((`items`.`name` = ?) OR (`items`.`name` = ?)))"
        );
    });
}

#[test]
fn a_conflict_in_another_key_is_a_violation() {
    with_anna(|gear, _, session| {
        let customers = Repo::<Customer>::new(&gear.anna());
        let taken = changing_nothing(gear, || {
            customers
                .insert((
                    customers::name.eq("Ann"),
                    customers::api_key.eq("ben's key"),
                ))
                .on_conflict(customers::id)
                .do_update()
                .set(customers::api_key.eq(proposed(customers::api_key)))
                .execute(session)
        });
        assert!(
            matches!(taken, Err(Error::UniqueViolation { .. })),
            "{taken:?}"
        );
    });
}

/// A customer's own row is known by the tenant column alone.
#[test]
fn a_tenants_row_of_its_own_is_upserted() {
    with_anna(|gear, _, session| {
        let customers = Repo::<Customer>::new(&gear.anna());
        let anna: Customer = leaving_ben_alone(gear, || {
            customers
                .insert((customers::name.eq("Ann"), customers::api_key.eq("new key")))
                .on_conflict(customers::id)
                .do_update()
                .set((
                    customers::name.eq(proposed(customers::name)),
                    customers::api_key.eq(proposed(customers::api_key)),
                ))
                .get_result(session)
                .unwrap()
        });
        assert_eq!((anna.id, anna.name.as_str()), (1, "Ann"));
    });
}

#[test]
fn a_key_of_tenant_and_name_is_each_tenants_own() {
    with_anna(|gear, _, session| {
        let settings = Repo::<Setting>::new(&gear.anna());
        for (value, key) in [("kg", "unit"), ("de", "language")] {
            let set: Setting = leaving_ben_alone(gear, || {
                settings
                    .insert((settings::key.eq(key), settings::value.eq(value)))
                    .on_conflict((settings::tenant_id, settings::key))
                    .do_update()
                    .set(settings::value.eq(proposed(settings::value)))
                    .get_result(session)
                    .unwrap()
            });
            assert_eq!((set.key.as_str(), set.value.as_str()), (key, value));
        }
    });
}

#[test]
fn a_target_without_a_unique_key_is_an_error_that_says_so() {
    with_anna(|gear, items, session| {
        let upsert = items
            .insert(lamp(1))
            .on_conflict((items::tenant_id, items::weight))
            .do_nothing();
        let error = changing_nothing(gear, || upsert.execute(session)).unwrap_err();
        assert!(error.to_string().contains("ON CONFLICT clause"), "{error}");
    });
}

mod batches {
    use super::*;

    #[test]
    fn each_row_meets_its_own_conflict() {
        with_anna(|gear, items, session| {
            leaving_ben_alone(gear, || {
                let rows = ["Lamp", "Rope", "Stove", "Rope"].map(|name| weighed(name, 10));
                let mut written: Vec<Item> = items
                    .insert(&rows)
                    .on_conflict((items::tenant_id, items::name))
                    .do_update()
                    .set(items::weight.eq(proposed(items::weight) * 2))
                    .get_results(session)
                    .unwrap();
                written.sort_by_key(|item| item.id);
                assert_eq!(
                    written,
                    [
                        item(1, "Lamp", Some(20)),
                        item(2, "Stove", Some(20)),
                        item(8, "Rope", Some(10)),
                        item(8, "Rope", Some(20)),
                    ]
                );
            });
        });
    }

    #[test]
    fn one_conflict_undoes_all() {
        with_anna(|gear, items, session| {
            // Two rows are one statement, and three are two.
            for names in [&["Rope", "Lamp"][..], &["Rope", "Oar", "Lamp"][..]] {
                let upsert = || {
                    let rows: Vec<_> = names.iter().map(|name| weighed(name, 500)).collect();
                    items
                        .insert(rows)
                        .on_conflict((items::tenant_id, items::name))
                        .do_update()
                        .set(items::weight.eq(proposed(items::weight)))
                        .filter(items::weight.gt(proposed(items::weight)))
                };
                changing_nothing(gear, || {
                    let counted = upsert().execute(session);
                    assert!(matches!(counted, Err(Error::Conflict)), "{counted:?}");
                    let loaded = upsert().get_results::<Item>(session);
                    assert!(matches!(loaded, Err(Error::Conflict)), "{loaded:?}");
                    let named = upsert()
                        .returning(items::name)
                        .get_results::<String>(session);
                    assert!(matches!(named, Err(Error::Conflict)), "{named:?}");
                });
            }
        });
    }

    #[test]
    fn do_nothing_gives_the_new_rows() {
        with_anna(|gear, items, session| {
            leaving_ben_alone(gear, || {
                let names: Vec<String> = items
                    .insert(vec![
                        weighed("Lamp", 1),
                        weighed("Rope", 1),
                        weighed("Oar", 1),
                    ])
                    .on_conflict((items::tenant_id, items::name))
                    .do_nothing()
                    .returning(items::name)
                    .get_results(session)
                    .unwrap();
                assert_eq!(names, ["Rope", "Oar"]);
                let tuples = [("Oar", 1), ("Net", 1)]
                    .map(|(name, to)| (items::name.eq(name), items::category_id.eq(to)));
                let count = items
                    .insert(tuples)
                    .on_conflict((items::tenant_id, items::name))
                    .do_nothing()
                    .execute(session)
                    .unwrap();
                assert_eq!(count, 1);
            });
        });
    }

    #[test]
    fn tuples_are_upserted_too() {
        with_anna(|gear, items, session| {
            leaving_ben_alone(gear, || {
                let tuples = [("Lamp", 1), ("Net", 2)].map(|(name, weight)| {
                    (
                        items::name.eq(name),
                        items::category_id.eq(1),
                        items::weight.eq(weight),
                    )
                });
                let count = items
                    .insert(tuples)
                    .on_conflict((items::tenant_id, items::name))
                    .do_update()
                    .set(items::weight.eq(proposed(items::weight)))
                    .execute(session)
                    .unwrap();
                assert_eq!(count, 2);
            });
        });
    }

    #[test]
    fn no_rows_are_no_statement() {
        record();
        with_anna(|_, items, session| {
            let (count, sent) = sent_by(|| {
                items
                    .insert(Vec::<NewItem>::new())
                    .on_conflict((items::tenant_id, items::name))
                    .do_update()
                    .set(items::weight.eq(1))
                    .execute(session)
            });
            assert_eq!(count.unwrap(), 0);
            assert!(sent.is_empty(), "{sent:?}");
        });
    }
}

mod cache {
    use super::*;

    fn prepared_in_three(mut run: impl FnMut(&Repo<Item>, &mut Conn, i32)) -> usize {
        record();
        let gear = Gear::with(|builder| builder.max_size(1));
        diesel::connection::SimpleConnection::batch_execute(
            &mut gear.raw(),
            "CREATE UNIQUE INDEX longer ON items (tenant_id, name, category_id)",
        )
        .unwrap();
        let (anna, ben) = (gear.anna(), gear.ben());
        let ((), prepared) = prepared_by(|| {
            for (scope, weight) in [(&anna, 1), (&anna, 2), (&ben, 3)] {
                let mut session = gear.db.session(scope).unwrap();
                run(&Repo::new(scope), &mut session, weight);
            }
        });
        prepared.len()
    }

    fn new(weight: i32) -> NewItem<'static> {
        NewItem {
            category_id: RowId::from_raw(if weight < 3 { 1 } else { 3 }),
            name: "Lamp",
        }
    }

    #[test]
    fn an_upsert_is_prepared_once() {
        let count = prepared_in_three(|items, session, weight| {
            items
                .insert(new(weight))
                .on_conflict((items::tenant_id, items::name))
                .do_update()
                .set((
                    items::name.eq(proposed(items::name)),
                    items::weight.eq(weight),
                ))
                .filter(items::weight.ne(weight))
                .get_result::<Item>(session)
                .unwrap();
        });
        assert_eq!(count, 1);
        let count = prepared_in_three(|items, session, weight| {
            items
                .insert(new(weight))
                .on_conflict((items::tenant_id, items::name))
                .do_nothing()
                .execute(session)
                .unwrap();
        });
        assert_eq!(count, 1);
    }

    /// The types of these differ in nothing but the target, or the column proposed.
    #[test]
    fn another_text_is_another_statement() {
        let count = prepared_in_three(|items, session, weight| {
            let insert = || items.insert(new(weight));
            let by_name = (items::tenant_id, items::name);
            insert()
                .on_conflict(by_name)
                .do_nothing()
                .execute(session)
                .unwrap();
            insert()
                .on_conflict((items::tenant_id, items::name, items::category_id))
                .do_nothing()
                .execute(session)
                .unwrap();
            insert()
                .on_conflict(by_name)
                .do_update()
                .set(items::name.eq(proposed(items::name)))
                .execute(session)
                .unwrap();
            insert()
                .on_conflict(by_name)
                .do_update()
                .set(items::category_id.eq(proposed(items::category_id)))
                .execute(session)
                .unwrap();
        });
        assert_eq!(count, 4);
    }
}

#[test]
fn a_session_of_another_tenant_takes_none() {
    record();
    let gear = Gear::new();
    let items = Repo::<Item>::new(&gear.anna());
    let mut session = gear.db.session(&gear.ben()).unwrap();
    let insert = || {
        items
            .insert(lamp(1))
            .on_conflict((items::tenant_id, items::name))
    };
    let (results, sent) = sent_by(|| {
        [
            insert()
                .do_update()
                .set(items::weight.eq(1))
                .execute(&mut session),
            insert().do_nothing().execute(&mut session),
            items
                .insert(vec![lamp(1)])
                .on_conflict((items::tenant_id, items::name))
                .do_nothing()
                .execute(&mut session),
        ]
    });
    for result in results {
        assert!(matches!(result, Err(Error::ScopeMismatch)), "{result:?}");
    }
    assert!(sent.is_empty(), "{sent:?}");
}

#[test]
fn a_row_that_a_trigger_moves_is_not_returned() {
    with_anna(|gear, items, session| {
        diesel::connection::SimpleConnection::batch_execute(
            &mut gear.raw(),
            "CREATE TRIGGER moves BEFORE UPDATE ON items BEGIN
                UPDATE items SET tenant_id = 2, name = 'Moved', category_id = 3 WHERE id = old.id;
            END",
        )
        .unwrap();
        let moved = items
            .insert(&lamp(7))
            .on_conflict((items::tenant_id, items::name))
            .do_update()
            .set(items::weight.eq(proposed(items::weight)))
            .get_result::<Item>(session);
        assert!(matches!(moved, Err(Error::OutOfScope)), "{moved:?}");
    });
}

mod owners {
    use super::*;

    // Keys that only differ in case are two tenants, whose rows a careless index takes for
    // the same.
    diesel::table! {
        pages (id) {
            id -> BigInt,
            owner -> Text,
            path -> Text,
            hits -> Integer,
        }
    }

    #[derive(Debug, PartialEq, Queryable, Selectable, Scoped)]
    #[diesel(table_name = pages)]
    #[scoped(tenant = owner)]
    struct Page {
        id: RowId<Page>,
        path: String,
        hits: i32,
    }

    const PAGES: &str = "
        CREATE TABLE pages (
            id INTEGER PRIMARY KEY NOT NULL,
            owner TEXT NOT NULL,
            path TEXT NOT NULL,
            hits INTEGER NOT NULL
        );
        CREATE UNIQUE INDEX careless ON pages (owner COLLATE NOCASE, path);
        INSERT INTO pages VALUES (1, 'Anna', '/', 1), (2, 'ben', '/', 5);";

    #[test]
    fn another_tenants_row_in_the_way_is_a_conflict() {
        let (db, file) = database(PAGES);
        let small = scope_of(&db, "anna".to_owned());
        let pages = Repo::<Page>::new(&small);
        let mut session = db.session(&small).unwrap();
        let before = whole_table(&mut file.raw(), "pages");
        let hit = || {
            pages
                .insert((pages::path.eq("/"), pages::hits.eq(1)))
                .on_conflict((pages::owner, pages::path))
        };
        let count = || hit().do_update().set(pages::hits.eq(pages::hits + 1));
        let counted = count().execute(&mut session);
        assert!(matches!(counted, Err(Error::Conflict)), "{counted:?}");
        let counted = count().get_result::<Page>(&mut session);
        assert!(matches!(counted, Err(Error::Conflict)), "{counted:?}");
        let counted = count().returning(pages::hits).load::<i32>(&mut session);
        assert!(matches!(counted, Err(Error::Conflict)), "{counted:?}");
        let none: Option<Page> = hit().do_nothing().get_result(&mut session).unwrap();
        assert_eq!(none, None);
        assert_eq!(whole_table(&mut file.raw(), "pages"), before);
    }

    diesel::table! {
        notes (id) {
            id -> BigInt,
            tenant_id -> BigInt,
            word -> Text,
        }
    }

    /// The application makes the keys, and other tenants' rows may have them.
    #[derive(Debug, PartialEq, Queryable, Selectable, Scoped)]
    #[diesel(table_name = notes)]
    #[scoped(tenant = tenant_id, application_key)]
    struct Note {
        id: i64,
        word: String,
    }

    #[test]
    fn a_key_that_another_tenant_has_is_a_violation() {
        let (db, file) = database(
            "CREATE TABLE notes (
                id BIGINT PRIMARY KEY NOT NULL, tenant_id BIGINT NOT NULL, word TEXT NOT NULL,
                UNIQUE (tenant_id, id)
            );
            INSERT INTO notes VALUES (1, 1, 'mine'), (2, 2, 'Ben''s');",
        );
        let anna = scope_of(&db, 1_i64);
        let mut session = db.session(&anna).unwrap();
        let notes = Repo::<Note>::new(&anna);
        let upsert = |session: &mut Conn, id: i64| {
            notes
                .insert((notes::id.eq(id), notes::word.eq("new")))
                .on_conflict((notes::tenant_id, notes::id))
                .do_update()
                .set(notes::word.eq(proposed(notes::word)))
                .execute(session)
        };
        assert_eq!(upsert(&mut session, 1).unwrap(), 1);
        let foreign = upsert(&mut session, 2);
        assert!(
            matches!(foreign, Err(Error::UniqueViolation { .. })),
            "{foreign:?}"
        );
        assert_eq!(
            whole_table(&mut file.raw(), "notes"),
            "1|1|new\n2|2|Ben's\n"
        );
    }

    diesel::table! {
        tags (id) {
            id -> BigInt,
            tenant_id -> Nullable<BigInt>,
            name -> Text,
            uses -> Integer,
        }
    }

    /// A tag without a tenant is everybody's.
    #[derive(Debug, PartialEq, Queryable, Selectable, Scoped)]
    #[diesel(table_name = tags)]
    #[scoped(tenant = tenant_id, global_rows)]
    struct Tag {
        id: RowId<Tag>,
        name: String,
        uses: i32,
    }

    const TAGS: &str = "
        CREATE TABLE tags (
            id INTEGER PRIMARY KEY NOT NULL, tenant_id BIGINT, name TEXT NOT NULL,
            uses INTEGER NOT NULL, UNIQUE (tenant_id, name)
        );
        INSERT INTO tags VALUES (1, NULL, 'red', 0), (2, 2, 'red', 0), (3, 1, 'blue', 0);";

    #[test]
    fn everybodys_rows_are_not_met() {
        let (db, file) = database(TAGS);
        let anna = scope_of(&db, 1_i64);
        let mut session = db.session(&anna).unwrap();
        let tags = Repo::<Tag>::new(&anna);
        for (name, id) in [("red", 4), ("red", 4), ("blue", 3)] {
            let tag: Tag = tags
                .insert((tags::name.eq(name), tags::uses.eq(1)))
                .on_conflict((tags::tenant_id, tags::name))
                .do_update()
                .set(tags::uses.eq(tags::uses + 10))
                .get_result(&mut session)
                .unwrap();
            assert_eq!(tag.id, RowId::from_raw(id));
        }
        assert_eq!(
            whole_table(&mut file.raw(), "tags"),
            "1||red|0\n2|2|red|0\n3|1|blue|10\n4|1|red|11\n"
        );
    }

    mod nobodys {
        use super::*;

        #[derive(Debug, PartialEq, Queryable, Selectable, Scoped)]
        #[diesel(table_name = machines)]
        #[scoped(tenant = tenant_id, nullable)]
        struct Machine {
            id: RowId<Machine>,
            name: String,
        }

        diesel::table! {
            machines (id) {
                id -> BigInt,
                tenant_id -> Nullable<BigInt>,
                name -> Text,
                uses -> Integer,
            }
        }

        #[test]
        fn nobodys_rows_are_not_met() {
            let (db, file) = database(&TAGS.replace("tags", "machines"));
            let anna = scope_of(&db, 1_i64);
            let mut session = db.session(&anna).unwrap();
            let machines = Repo::<Machine>::new(&anna);
            for name in ["red", "blue", "red"] {
                machines
                    .insert((machines::name.eq(name), machines::uses.eq(1)))
                    .on_conflict((machines::tenant_id, machines::name))
                    .do_update()
                    .set(machines::uses.eq(machines::uses + 10))
                    .execute(&mut session)
                    .unwrap();
            }
            assert_eq!(
                whole_table(&mut file.raw(), "machines"),
                "1||red|0\n2|2|red|0\n3|1|blue|10\n4|1|red|11\n"
            );
        }
    }
}

mod inherited {
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
    /// messages with it.
    #[test]
    fn a_row_whose_parent_goes_to_another_tenant_is_a_conflict() {
        let kin = Kin::new();
        diesel::connection::SimpleConnection::batch_execute(
            &mut kin.raw(),
            "CREATE TRIGGER takes BEFORE INSERT ON messages BEGIN
                UPDATE threads SET tenant_id = 2, title = 'Taken' WHERE id = new.thread_id;
            END",
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
}

#[test]
fn one_bad_tuple_takes_all_others_back() {
    with_anna(|gear, items, session| {
        let refused = changing_nothing(gear, || {
            items
                .insert(
                    [("Rope", 1), ("Lamp", 2), ("Mat", 99)].map(|(name, category)| {
                        let category = RowId::<Category>::from_raw(category);
                        (items::name.eq(name), items::category_id.eq(category))
                    }),
                )
                .on_conflict((items::tenant_id, items::name))
                .do_update()
                .set(items::weight.eq(1))
                .execute(session)
        });
        assert!(
            matches!(refused, Err(Error::ForeignKeyViolation { .. })),
            "{refused:?}"
        );
    });
}
