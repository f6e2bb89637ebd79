//! Upserts of many rows.

use super::*;

#[test]
fn each_row_meets_its_own_conflict() {
    with_anna(|gear, items, session| {
        leaving_ben_alone(gear, || {
            let rows = ["Lamp", "Rope", "Stove"].map(|name| weighed(name, 10));
            let mut written: Vec<Item> = items
                .insert(&rows)
                .on_conflict((items::tenant_id, items::name))
                .do_update()
                .set(items::weight.eq(proposed(items::weight) * 2))
                .get_results(session)
                .unwrap();
            written.sort_by_key(|item| item.id);
            let new = written[2].id.get();
            assert_eq!(
                written,
                [
                    item(1, "Lamp", Some(20)),
                    item(2, "Stove", Some(20)),
                    item(new, "Rope", Some(10)),
                ]
            );
        });
    });
}

#[test]
fn a_row_may_meet_one_of_its_batch() {
    with_anna(|gear, items, session| {
        let rows = ["Lamp", "Rope", "Stove", "Rope"].map(|name| weighed(name, 10));
        let upsert = items
            .insert(&rows)
            .on_conflict((items::tenant_id, items::name))
            .do_update()
            .set(items::weight.eq(proposed(items::weight) * 2));
        if !dialect::UPDATES_TWICE {
            let refused = changing_nothing(gear, || upsert.execute(session)).unwrap_err();
            assert!(refused.to_string().contains("a second time"), "{refused}");
            return;
        }
        leaving_ben_alone(gear, || {
            let mut written: Vec<Item> = upsert.get_results(session).unwrap();
            written.sort_by_key(|item| item.id);
            let new = written[2].id.get();
            assert_eq!(
                written,
                [
                    item(1, "Lamp", Some(20)),
                    item(2, "Stove", Some(20)),
                    item(new, "Rope", Some(10)),
                    item(new, "Rope", Some(20)),
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
fn do_nothing_sees_the_rows_of_its_batch() {
    with_anna(|gear, items, session| {
        leaving_ben_alone(gear, || {
            let rows = ["Rope", "Lamp", "Rope", "Oar"].map(|name| weighed(name, 1));
            let count = items
                .insert(&rows)
                .on_conflict((items::tenant_id, items::name))
                .do_nothing()
                .execute(session)
                .unwrap();
            assert_eq!(count, 2);
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
