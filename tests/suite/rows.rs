//! Many new rows: in few statements, all or none.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use tenancy::Error;
use tenancy::prelude::*;

use crate::dialect;
use crate::gear::*;
use crate::support::*;

fn rows(names: &[String]) -> Vec<NewItem<'_>> {
    names
        .iter()
        .map(|name| NewItem {
            category_id: RowId::from_raw(1),
            name,
        })
        .collect()
}

fn numbered(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("row {number}")).collect()
}

/// Inserts with one of Anna's repositories, and gives the names that came of it.
fn inserting(
    work: impl FnOnce(&Repo<Item>, &mut Session<crate::support::Conn>) -> tenancy::Result<usize>,
) -> (tenancy::Result<usize>, Vec<String>) {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let result = leaving_ben_alone(&gear, || work(&Repo::new(&scope), &mut session));
    let made = lines(
        &mut gear.raw(),
        "SELECT name AS line FROM items WHERE tenant_id = 1 AND id > 7 ORDER BY id",
    );
    (result, made)
}

#[test]
fn a_vec_a_slice_and_an_array_are_inserted() {
    let names = numbered(3);
    let (count, made) = inserting(|items, session| items.insert(rows(&names)).execute(session));
    assert_eq!((count.unwrap(), &made), (3, &names));
    let (count, made) = inserting(|items, session| items.insert(&rows(&names)).execute(session));
    assert_eq!((count.unwrap(), &made), (3, &names));
    let (count, made) =
        inserting(|items, session| items.insert(&rows(&names)[1..]).execute(session));
    assert_eq!((count.unwrap(), &made[..]), (2, &names[1..]));
    let given = rows(&names);
    let (count, made) =
        inserting(|items, session| items.insert([given[0], given[1]]).execute(session));
    assert_eq!((count.unwrap(), &made[..]), (2, &names[..2]));
    let (count, made) =
        inserting(|items, session| items.insert(&[given[0], given[1]]).execute(session));
    assert_eq!((count.unwrap(), &made[..]), (2, &names[..2]));
}

#[test]
fn tuples_are_inserted() {
    let category = RowId::<Category>::from_raw(1);
    let (count, made) = inserting(|items, session| {
        items
            .insert(vec![
                (items::name.eq("a"), items::category_id.eq(category)),
                (items::name.eq("b"), items::category_id.eq(category)),
            ])
            .execute(session)
    });
    assert_eq!((count.unwrap(), made), (2, vec!["a".into(), "b".into()]));
}

#[test]
fn no_rows_insert_nothing_and_send_nothing() {
    record();
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let items = Repo::<Item>::new(&scope);
    let (counts, sent) = changing_nothing(&gear, || {
        sent_by(|| {
            [
                items
                    .insert(Vec::<NewItem>::new())
                    .execute(&mut session)
                    .unwrap(),
                items
                    .insert(&[] as &[NewItem])
                    .execute(&mut session)
                    .unwrap(),
                items
                    .insert(Vec::<NewItem>::new())
                    .get_results::<Item>(&mut session)
                    .unwrap()
                    .len(),
            ]
        })
    });
    assert_eq!(counts, [0, 0, 0]);
    assert_eq!(sent, Vec::<String>::new());
}

#[test]
fn more_rows_than_one_statement_takes() {
    for count in [1, 2, 127, 128, 129, 1023, 2500] {
        let names = numbered(count);
        let (inserted, made) =
            inserting(|items, session| items.insert(rows(&names)).execute(session));
        assert_eq!((inserted.unwrap(), made), (count, names));
    }
}

#[test]
fn rows_that_name_different_columns_are_inserted_in_order() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let weights = [None, None, Some(1), None, Some(2), Some(3), Some(4), None];
    let names = numbered(weights.len());
    let new: Vec<NewWeighedItem> = weights
        .iter()
        .zip(&names)
        .map(|(&weight, name)| NewWeighedItem {
            category_id: RowId::from_raw(1),
            name,
            weight,
        })
        .collect();
    let made: Vec<Item> = leaving_ben_alone(&gear, || {
        Repo::<Item>::new(&scope)
            .insert(&new)
            .get_results(&mut session)
            .unwrap()
    });
    let mut made: Vec<_> = made
        .into_iter()
        .map(|item| (item.name, item.weight))
        .collect();
    made.sort();
    let mut expected: Vec<_> = names.into_iter().zip(weights).collect();
    expected.sort();
    assert_eq!(made, expected);
}

#[test]
fn a_column_of_the_rows_can_be_returned() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let names = numbered(300);
    let owners: Vec<i64> = Repo::<Item>::new(&scope)
        .insert(rows(&names))
        .returning(items::tenant_id)
        .get_results(&mut session)
        .unwrap();
    assert_eq!(owners, vec![1; 300]);
}

#[test]
fn one_bad_row_takes_all_others_back() {
    for (count, bad) in [(2, 1), (1000, 0), (1000, 500), (1000, 999)] {
        let mut names = numbered(count);
        names[bad] = "Lamp".to_owned();
        let (result, made) =
            inserting(|items, session| items.insert(rows(&names)).execute(session));
        assert!(
            matches!(result, Err(Error::UniqueViolation { .. })),
            "{result:?}"
        );
        assert_eq!(made, Vec::<String>::new());
        let (result, made) = inserting(|items, session| {
            items
                .insert(rows(&names))
                .get_results::<Item>(session)
                .map(|rows| rows.len())
        });
        assert!(
            matches!(result, Err(Error::UniqueViolation { .. })),
            "{result:?}"
        );
        assert_eq!(made, Vec::<String>::new());
    }
}

#[test]
fn one_bad_tuple_takes_all_others_back() {
    let category = RowId::<Category>::from_raw(1);
    let (result, made) = inserting(|items, session| {
        items
            .insert(
                ["a", "b", "Lamp", "c"]
                    .map(|name| (items::name.eq(name), items::category_id.eq(category))),
            )
            .execute(session)
    });
    assert!(matches!(result, Err(Error::UniqueViolation { .. })));
    assert_eq!(made, Vec::<String>::new());
}

#[test]
fn rows_that_failed_leave_the_transaction_around_them_alone() {
    let names = ["Pot".to_owned(), "Lamp".to_owned()];
    let (result, made) = inserting(|items, session| {
        session.transaction(|session| {
            items.insert(rows(&numbered(2))).execute(session)?;
            let failed = items
                .insert(["Mug", "Lamp", "Cup"].map(|name| {
                    (
                        items::name.eq(name),
                        items::category_id.eq(RowId::<Category>::from_raw(1)),
                    )
                }))
                .execute(session);
            assert!(failed.is_err());
            // One statement that fails ends the transaction on other databases.
            #[cfg(feature = "sqlite")]
            assert!(items.insert(rows(&names)).execute(session).is_err());
            let failed = session.transaction(|session| items.insert(rows(&names)).execute(session));
            assert!(failed.is_err());
            Ok(2)
        })
    });
    assert_eq!((result.unwrap(), made), (2, numbered(2)));
}

#[test]
fn all_rows_are_stamped_also_behind_the_first_statement() {
    let gear = Gear::new();
    gear.raw()
        .batch_execute("CREATE TABLE seen (tenant BIGINT)")
        .unwrap();
    let sees = "INSERT INTO seen VALUES (NEW.tenant_id)";
    gear.raw()
        .batch_execute(&dialect::trigger("AFTER INSERT", "items", "true", sees))
        .unwrap();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let names = numbered(1000);
    Repo::<Item>::new(&scope)
        .insert(rows(&names))
        .execute(&mut session)
        .unwrap();
    let seen = lines(
        &mut gear.raw(),
        "SELECT tenant || ' ' || count(*) AS line FROM seen GROUP BY tenant",
    );
    assert_eq!(seen, ["1 1000"]);
}

/// A name, read as a number: it cannot be.
#[test]
fn a_row_that_cannot_be_read_takes_the_others_back() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    gear.raw()
        .batch_execute("UPDATE items SET weight = NULL")
        .unwrap();
    let before = all_rows(&gear);
    let new = |name| NewItem {
        category_id: RowId::from_raw(1),
        name,
    };
    let read = Repo::<Item>::new(&scope)
        .insert(vec![new("Mug"), new("Cup")])
        .returning(items::weight.assume_not_null())
        .get_results::<i32>(&mut session);
    assert!(
        matches!(read, Err(tenancy::Error::Deserialization(_))),
        "{read:?}"
    );
    assert_eq!(all_rows(&gear), before);
}
