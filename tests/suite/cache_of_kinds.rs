//! Every kind of statement, in one list: those with a fixed text are prepared once per
//! connection, however often they run and for whichever tenant.
//!
//! `cache.rs` has those whose text varies.

use std::collections::HashSet;

use diesel::prelude::*;
use tenancy::prelude::*;

use crate::gear::*;
use crate::support::*;

mod combined;
mod forum;
mod kept;
// MySQL and MariaDB have no RETURNING on UPDATE: there it does not compile.
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod returned;
mod varying;

type Conn = Session<crate::support::Conn>;

/// What one run is given: other values each time, and rows of its own tenant.
struct Run {
    item: i64,
    category: RowId<Category>,
    categories: Repo<Category>,
    settings: Repo<Setting>,
    text: String,
    small: i64,
}

impl Run {
    fn id(&self) -> RowId<Item> {
        RowId::from_raw(self.item)
    }

    fn new_item(&self) -> NewItem<'_> {
        NewItem {
            category_id: self.category,
            name: &self.text,
        }
    }
}

type Kind = (&'static str, fn(&Repo<Item>, &mut Conn, &Run));

const READS: &[Kind] = &[
    ("all", |items, session, _| {
        items.query().load::<Item>(session).unwrap();
    }),
    ("find", |items, session, run| {
        items.find(run.id()).get_result::<Item>(session).unwrap();
    }),
    ("filters", |items, session, run| {
        let found = items
            .query()
            .filter(items::name.ne(&run.text).and(items::id.ne(0)))
            .filter(items::weight.is_null().or(items::weight.gt(1)))
            .get_results::<Item>(session);
        found.unwrap();
    }),
    ("selected column", |items, session, run| {
        let names = items.query().filter(items::id.ne(run.item));
        names.select(items::name).load::<String>(session).unwrap();
    }),
    ("selected tuple", |items, session, _| {
        let query = items.query().select((items::id, items::weight));
        query.load::<(RowId<Item>, Option<i32>)>(session).unwrap();
    }),
    ("order", |items, session, _| {
        let query = items.query().order(items::weight.desc());
        let query = query.then_order_by(items::id.asc());
        query.load::<Item>(session).unwrap();
    }),
    ("order_by", |items, session, _| {
        let query = items.query().order_by(items::name);
        query.load::<Item>(session).unwrap();
    }),
    ("first", |items, session, _| {
        items.query().first::<Item>(session).unwrap();
    }),
    ("limit", |items, session, run| {
        let query = items.query().limit(run.small);
        query.load::<Item>(session).unwrap();
    }),
    ("offset", |items, session, run| {
        let query = items.query().offset(run.small);
        query.load::<Item>(session).unwrap();
    }),
    ("page", |items, session, run| {
        let query = items.query().limit(run.small).offset(run.small);
        query.load::<Item>(session).unwrap();
    }),
    ("first behind an offset", |items, session, run| {
        let query = items.query().offset(run.small % 2);
        query.first::<Item>(session).unwrap();
    }),
    ("row by row", |items, session, _| {
        let rows = items.query().load_iter::<Item>(session).unwrap();
        rows.for_each(|row| drop(row.unwrap()));
    }),
    ("count", |items, session, run| {
        let query = items.query().filter(items::id.ne(run.item)).count();
        query.get_result::<i64>(session).unwrap();
    }),
    ("exists", |items, session, run| {
        let query = items.query().filter(items::name.eq(&run.text)).exists();
        query.get_result::<bool>(session).unwrap();
    }),
    ("exists behind a limit", |items, session, run| {
        let query = items.query().limit(run.small).exists();
        query.get_result::<bool>(session).unwrap();
    }),
    ("join", |items, session, run| {
        let joined = items
            .query()
            .inner_join(categories::table)
            .filter(categories::name.ne(&run.text))
            .order(items::name)
            .limit(run.small);
        joined.load::<(Item, Category)>(session).unwrap();
    }),
];

const WRITES: &[Kind] = &[
    ("insert", |items, session, run| {
        items.insert(&run.new_item()).execute(session).unwrap();
    }),
    ("insert by value", |items, session, run| {
        items.insert(run.new_item()).execute(session).unwrap();
    }),
    ("insert, returned", |items, session, run| {
        let new = items.insert(run.new_item());
        new.get_result::<Item>(session).unwrap();
    }),
    ("insert, a column returned", |items, session, run| {
        let new = items.insert(run.new_item()).returning(items::name);
        new.get_result::<String>(session).unwrap();
    }),
    ("insert of a tuple", |items, session, run| {
        let new = (
            items::name.eq(&run.text),
            items::category_id.eq(run.category),
        );
        items.insert(new).execute(session).unwrap();
    }),
    ("insert of one in a list", |items, session, run| {
        items.insert([run.new_item()]).execute(session).unwrap();
    }),
    ("insert of many tuples", |items, session, run| {
        let names = ["x", "y", "z"].map(|end| format!("{}{end}", run.text));
        let new = names.each_ref().map(|name| {
            (
                items::name.eq(name.as_str()),
                items::category_id.eq(run.category),
            )
        });
        items.insert(new).execute(session).unwrap();
    }),
    ("update", |items, session, run| {
        let update = items.update(run.id()).set(items::name.eq(&run.text));
        update.execute(session).unwrap();
    }),
    ("update from a tuple", |items, session, run| {
        let changes = (
            items::name.eq(&run.text),
            items::weight.eq(items::weight + 1),
        );
        items
            .update(run.id())
            .set(changes)
            .execute(session)
            .unwrap();
    }),
    ("update of what a query finds", |items, session, run| {
        let found = items.query().filter(items::id.eq(run.item));
        let update = items.update(found).set(items::name.eq(&run.text));
        update.execute(session).unwrap();
    }),
    ("delete", |items, session, run| {
        items.delete(run.id()).execute(session).unwrap();
    }),
    ("delete, returned", |items, session, run| {
        items.delete(run.id()).get_result::<Item>(session).unwrap();
    }),
    ("delete, a column returned", |items, session, run| {
        let delete = items.delete(run.id()).returning(items::name);
        delete.get_result::<String>(session).unwrap();
    }),
    ("delete of what a query finds", |items, session, run| {
        let found = items.query().filter(items::id.eq(run.item));
        items.delete(found).execute(session).unwrap();
    }),
];

/// Runs for both tenants. Each has an item of its own, and a number from 1 to 3.
fn five(gear: &Gear) -> [(TenantScope<i64>, Run); 5] {
    let (anna, ben) = (gear.anna(), gear.ben());
    [
        (&anna, 1, 1),
        (&anna, 2, 2),
        (&ben, 4, 3),
        (&anna, 3, 1),
        (&ben, 5, 2),
    ]
    .map(|(scope, item, small)| {
        let run = Run {
            item,
            category: RowId::from_raw(if item < 4 { 1 } else { 3 }),
            categories: Repo::new(scope),
            settings: Repo::new(scope),
            text: format!("text {item}"),
            small,
        };
        (scope.clone(), run)
    })
}

/// What is put into the cache in five runs on one connection.
fn prepared_in_five(kind: fn(&Repo<Item>, &mut Conn, &Run)) -> Vec<String> {
    record();
    let gear = Gear::with(|builder| builder.max_size(1));
    let runs = five(&gear);
    let ((), prepared) = prepared_by(|| {
        for (scope, run) in &runs {
            let mut session = gear.db.session(scope).unwrap();
            kind(&Repo::new(scope), &mut session, run);
        }
    });
    prepared
}

fn each_is_prepared_once(kinds: &[Kind]) {
    for (name, kind) in kinds {
        let prepared = prepared_in_five(*kind);
        assert_eq!(prepared.len(), 1, "{name}: {prepared:#?}");
    }
}

#[test]
fn reads_are_prepared_once_however_often_they_run() {
    each_is_prepared_once(READS);
    each_is_prepared_once(combined::READS);
}

#[test]
fn writes_are_prepared_once_however_often_they_run() {
    each_is_prepared_once(WRITES);
    each_is_prepared_once(combined::WRITES);
}

/// The cache keeps them all: one statement does not push another out.
#[test]
fn statements_of_different_kinds_do_not_disturb_each_other() {
    record();
    let gear = Gear::with(|builder| builder.max_size(1));
    let [(anna, run), ..] = five(&gear);
    let mut session = gear.db.session(&anna).unwrap();
    let mut run_all = || {
        for (_, kind) in READS.iter().chain(combined::READS) {
            kind(&Repo::new(&anna), &mut session, &run);
        }
    };
    let ((), first) = prepared_by(&mut run_all);
    let ((), again) = prepared_by(&mut run_all);
    let texts: HashSet<&String> = first.iter().collect();
    assert_eq!(texts.len(), first.len(), "{first:#?}");
    assert!(texts.len() > 10, "{first:#?}");
    assert_eq!(again, Vec::<String>::new());
}
