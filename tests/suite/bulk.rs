//! Many rows are inserted in few statements of few shapes, each of which is prepared once.

use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::proposed;

use crate::dialect;
use crate::gear::*;
use crate::support::*;

type Conn = Session<crate::support::Conn>;

/// Runs something with Anna's items on the one connection of a database.
fn on_one_connection<R>(work: impl FnOnce(&Gear, &Repo<Item>, &mut Conn) -> R) -> R {
    record();
    let gear = Gear::with(|builder| builder.max_size(1));
    let anna = gear.anna();
    let mut session = gear.db.session(&anna).unwrap();
    work(&gear, &Repo::new(&anna), &mut session)
}

fn names(prefix: &str, count: usize) -> Vec<String> {
    (0..count).map(|at| format!("{prefix} {at:04}")).collect()
}

fn rows(names: &[String]) -> Vec<NewItem<'_>> {
    let category_id = RowId::from_raw(1);
    names
        .iter()
        .map(|name| NewItem { category_id, name })
        .collect()
}

/// How many inserts are sent, and how many statements are prepared for them.
fn cost(work: impl FnOnce()) -> (usize, usize) {
    let (((), sent), prepared) = prepared_by(|| sent_by(work));
    let inserts = |texts: &[String]| {
        let inserts = texts.iter().filter(|text| text.starts_with("INSERT"));
        inserts.count()
    };
    (inserts(&sent), inserts(&prepared))
}

/// The binary digits of the number of rows, in statements of 128 rows at most.
const COSTS: [(usize, usize, usize); 5] = [
    (1, 1, 1),
    (7, 3, 3),
    (100, 3, 3),
    (300, 5, 4),
    (1000, 10, 4),
];

#[test]
fn structs_are_inserted_in_powers_of_two() {
    for (count, sent, prepared) in COSTS {
        on_one_connection(|gear, items, session| {
            let mut insert = |prefix| {
                let names = names(prefix, count);
                cost(|| {
                    let inserted = items.insert(rows(&names)).execute(session).unwrap();
                    assert_eq!(inserted, count);
                })
            };
            assert_eq!(insert("first"), (sent, prepared), "{count}");
            assert_eq!(insert("second"), (sent, 0), "{count}");
            let there = "SELECT name AS line FROM items
                WHERE tenant_id = 1 AND (name LIKE 'first%' OR name LIKE 'second%')";
            assert_eq!(lines(&mut gear.raw(), there).len(), 2 * count);
        });
    }
}

#[test]
fn so_are_upserts() {
    for (count, sent, prepared) in COSTS {
        on_one_connection(|gear, items, session| {
            let names = names("again", count);
            let mut upsert = || {
                cost(|| {
                    let written = items
                        .insert(rows(&names))
                        .on_conflict((items::tenant_id, items::name))
                        .do_update()
                        .set(items::category_id.eq(proposed(items::category_id)))
                        .execute(session)
                        .unwrap();
                    assert_eq!(written, count);
                })
            };
            assert_eq!(upsert(), (sent, prepared), "{count}");
            assert_eq!(upsert(), (sent, 0), "{count}");
            let there = "SELECT name AS line FROM items
                WHERE tenant_id = 1 AND name LIKE 'again%'";
            assert_eq!(lines(&mut gear.raw(), there).len(), count);
        });
    }
}

/// Rows that leave a field out stand in statements of their own.
#[test]
fn rows_with_optional_fields_keep_their_order() {
    on_one_connection(|_, items, session| {
        let names = names("some", 100);
        let mut insert = |suffix: &str| {
            let names: Vec<String> = names.iter().map(|name| format!("{name}{suffix}")).collect();
            let rows: Vec<_> = names
                .iter()
                .enumerate()
                .map(|(at, name)| NewWeighedItem {
                    category_id: RowId::from_raw(1),
                    name,
                    // 40 with, 20 without, and 40 that alternate.
                    weight: (at < 40 || at >= 60 && at % 2 == 0).then_some(1),
                })
                .collect();
            let mut inserted: Vec<Item> = Vec::new();
            let cost = cost(|| inserted = items.insert(rows).get_results(session).unwrap());
            let returned: Vec<String> = inserted.into_iter().map(|item| item.name).collect();
            assert_eq!(returned, names);
            cost
        };
        // 32 + 8, 16 + 4 and 40 times 1; the texts are of 1, 8, 32 and of 1, 4, 16 rows.
        let learnt = if dialect::COLUMNS_COME_LATE { 6 } else { 0 };
        assert_eq!(insert("a"), (44 + learnt, 6));
        assert_eq!(insert("b"), (44, 0));
    });
}

/// Each tuple is a statement of its own, of one text.
#[test]
fn tuples_are_prepared_once() {
    on_one_connection(|_, items, session| {
        let mut insert = |prefix| {
            let names = names(prefix, 100);
            let rows: Vec<_> = names
                .iter()
                .map(|name| (items::name.eq(name), items::category_id.eq(1)))
                .collect();
            cost(|| {
                assert_eq!(items.insert(rows).execute(session).unwrap(), 100);
            })
        };
        assert_eq!(insert("first"), (100, 1));
        assert_eq!(insert("second"), (100, 0));
    });
}

mod wide {
    use super::*;

    macro_rules! wide {
        ($($column:ident)*) => {
            diesel::table! {
                sheets (id) {
                    id -> BigInt,
                    tenant_id -> BigInt,
                    $($column -> Integer,)*
                }
            }

            #[derive(Debug, Clone, ScopedInsertable)]
            #[diesel(table_name = sheets)]
            struct NewSheet {
                $($column: i32,)*
            }

            fn sheet(value: i32) -> NewSheet {
                NewSheet { $($column: value,)* }
            }

            const COLUMNS: &[&str] = &[$(stringify!($column)),*];
        };
    }

    wide!(a b c d e f g h i j k l m dd);

    #[derive(Debug, Queryable, Selectable, Scoped)]
    #[diesel(table_name = sheets)]
    #[scoped(tenant = tenant_id)]
    struct Sheet {
        id: RowId<Sheet>,
        dd: i32,
    }

    /// 2,500 rows of 15 values are more than the 32,766 that one statement binds.
    #[test]
    fn more_values_than_a_statement_binds_are_several_statements() {
        let columns: Vec<String> = COLUMNS
            .iter()
            .map(|column| format!("{column} INTEGER NOT NULL"))
            .collect();
        let (db, file) = database(&format!(
            "CREATE TABLE sheets (id INTEGER PRIMARY KEY NOT NULL, tenant_id BIGINT NOT NULL, {})",
            columns.join(", ")
        ));
        let anna = scope_of(&db, 1_i64);
        let mut session = db.session(&anna).unwrap();
        let count = Repo::<Sheet>::new(&anna)
            .insert((0..2500).map(sheet).collect::<Vec<_>>())
            .execute(&mut session)
            .unwrap();
        assert_eq!(count, 2500);
        assert_eq!(
            lines(
                &mut file.raw(),
                "SELECT tenant_id || ' ' || count(*) || ' ' || sum(dd) AS line FROM sheets
                 GROUP BY tenant_id"
            ),
            ["1 2500 3123750"]
        );
        let last: Sheet = Repo::<Sheet>::new(&anna)
            .query()
            .order(sheets::id.desc())
            .first(&mut session)
            .unwrap();
        assert_eq!((last.id, last.dd), (RowId::from_raw(2500), 2499));
    }
}

#[test]
fn borrowed_rows_are_inserted_together_too() {
    on_one_connection(|_, items, session| {
        let names = names("lent", 8);
        let lent = rows(&names);
        let (sent, _) = cost(|| {
            assert_eq!(items.insert(&lent[..]).execute(session).unwrap(), 8);
        });
        assert_eq!(sent, 1);
    });
}
