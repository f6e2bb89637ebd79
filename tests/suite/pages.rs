//! Pages by number: the rows of one page, and how many there are on all of them.

use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;
use tenancy::prelude::*;
use tenancy::{Error, Page};

use crate::dialect;
use crate::gear::*;
use crate::support::*;

fn names(page: &Page<Item>) -> Vec<&str> {
    page.rows.iter().map(|item| item.name.as_str()).collect()
}

#[test]
fn a_page_has_its_rows_and_the_total_of_the_scope() {
    let gear = Gear::new();
    for (scope, second, total) in [
        (gear.anna(), vec!["Tent"], 3),
        (gear.ben(), vec!["Stove", "Tent"], 4),
    ] {
        let mut session = gear.db.session(&scope).unwrap();
        let page: Page<Item> = Repo::<Item>::new(&scope)
            .query()
            .order((items::name.asc(), items::id.asc()))
            .paginate(2, 2)
            .load_page(&mut session)
            .unwrap();
        assert_eq!(names(&page), second);
        assert_eq!((page.total, page.pages()), (total, 2));
        assert_eq!((page.number(), page.per_page()), (2, 2));
    }
}

#[test]
fn pages_keep_the_order_of_the_query() {
    let gear = Gear::new();
    let ben = gear.ben();
    let mut session = gear.db.session(&ben).unwrap();
    let mut seen = Vec::new();
    for number in 1..=4 {
        let page: Page<Item> = Repo::<Item>::new(&ben)
            .query()
            .order(items::name.desc())
            .paginate(number, 1)
            .load_page(&mut session)
            .unwrap();
        seen.extend(page.rows.into_iter().map(|item| item.name));
    }
    assert_eq!(seen, ["Tent", "Stove", "Rope", "Lamp"]);
}

#[test]
fn the_total_is_that_of_the_filtered_query() {
    let gear = Gear::new();
    let ben = gear.ben();
    let mut session = gear.db.session(&ben).unwrap();
    let page: Page<Item> = Repo::<Item>::new(&ben)
        .query()
        .filter(items::name.ne("Rope").or(items::id.eq(1)))
        .order(items::id)
        .paginate(1, 1)
        .load_page(&mut session)
        .unwrap();
    assert_eq!((page.rows.len(), page.total, page.pages()), (1, 3, 3));
}

#[test]
fn an_empty_page_behind_the_last_has_the_total_too() {
    record();
    let gear = Gear::new();
    let anna = gear.anna();
    let mut session = gear.db.session(&anna).unwrap();
    let mut load = |number, name: &str| {
        let query = Repo::<Item>::new(&anna)
            .query()
            .filter(items::name.ne(name));
        sent_by(|| {
            query
                .paginate(number, 2)
                .load_page::<Item>(&mut session)
                .unwrap()
        })
    };
    let (behind, sent) = load(3, "");
    assert_eq!((behind.rows.len(), behind.total, behind.pages()), (0, 3, 2));
    assert_eq!(sent.len(), 2);
    assert!(sent[1].starts_with("SELECT COUNT(*) FROM ("), "{}", sent[1]);
    let (full, sent) = load(2, "");
    assert_eq!((full.rows.len(), full.total), (1, 3));
    assert_eq!(sent.len(), 1);
    // Nothing lies before the first page, so that its emptiness says it all.
    let query = Repo::<Item>::new(&anna).query().filter(items::name.eq("?"));
    let (none, sent) = sent_by(|| query.paginate(1, 2).load_page::<Item>(&mut session));
    let none = none.unwrap();
    assert_eq!((none.total, none.pages()), (0, 0));
    assert_eq!(sent.len(), 1);
}

#[test]
fn a_page_that_cannot_be_is_an_error() {
    record();
    let gear = Gear::new();
    let anna = gear.anna();
    let mut session = gear.db.session(&anna).unwrap();
    for (number, per_page) in [
        (0, 1),
        (-1, 1),
        (i64::MIN, 1),
        (1, 0),
        (1, -1),
        (1, i64::MIN),
        (i64::MAX, 2),
        (3, i64::MAX),
    ] {
        let page = Repo::<Item>::new(&anna).query().paginate(number, per_page);
        let (result, sent) = sent_by(|| page.load_page::<Item>(&mut session));
        assert!(
            matches!(result, Err(Error::InvalidPage { .. })),
            "{number} {per_page}"
        );
        assert!(sent.is_empty());
    }
    for (number, per_page, rows) in [(1, i64::MAX, 3), (i64::MAX, 1, 0), (2, i64::MAX, 0)] {
        let page = Repo::<Item>::new(&anna).query().paginate(number, per_page);
        let page = page.load_page::<Item>(&mut session).unwrap();
        assert_eq!((page.rows.len(), page.total), (rows, 3));
    }
}

#[test]
fn joins_and_selections_have_pages() {
    let gear = Gear::new();
    let ben = gear.ben();
    let mut session = gear.db.session(&ben).unwrap();
    let items = Repo::<Item>::new(&ben);
    let joined: Page<(Item, Category)> = items
        .query()
        .inner_join(categories::table)
        .order(items::id)
        .paginate(2, 3)
        .load_page(&mut session)
        .unwrap();
    assert_eq!(joined.rows[0].0.name, "Rope");
    assert_eq!(joined.rows[0].1.name, "Camp");
    assert_eq!(joined.total, 4);
    let one_column: Page<Option<i32>> = items
        .query()
        .select(items::weight)
        .order(items::id)
        .paginate(1, 3)
        .load_page(&mut session)
        .unwrap();
    assert_eq!(one_column.rows, [Some(150), Some(400), None]);
    let by_model: Page<Item> = items
        .query()
        .select(Item::as_select())
        .filter_dynamic(sql::<Bool>("weight > 200"))
        .order(items::id)
        .paginate(1, 1)
        .load_page(&mut session)
        .unwrap();
    assert_eq!((names(&by_model), by_model.total), (vec!["Stove"], 2));
}

#[test]
fn distinct_rows_have_pages_and_their_own_total() {
    let gear = Gear::new();
    let anna = gear.anna();
    let mut session = gear.db.session(&anna).unwrap();
    let kinds = || {
        let items = Repo::<Item>::new(&anna).query();
        items.select(items::category_id).distinct()
    };
    for (number, rows) in [(1, vec![1]), (2, vec![2]), (3, vec![])] {
        let sorted = kinds().order(items::category_id);
        let page: Page<i64> = sorted.paginate(number, 1).load_page(&mut session).unwrap();
        assert_eq!((page.rows, page.total), (rows.clone(), 2));
        let boxed = kinds().order(items::category_id).into_boxed();
        let page: Page<i64> = boxed.paginate(number, 1).load_page(&mut session).unwrap();
        assert_eq!((page.rows, page.total), (rows, 2));
    }
    let names: Page<String> = Repo::<Item>::new(&anna)
        .query()
        .inner_join(categories::table)
        .select(categories::name)
        .distinct()
        .order(categories::name.desc())
        .paginate(1, 1)
        .load_page(&mut session)
        .unwrap();
    assert_eq!(names.rows, ["Light"]);
    assert_eq!(names.total, 2);
}

#[test]
fn groups_have_pages_and_their_own_total() {
    let gear = Gear::new();
    let anna = gear.anna();
    let mut session = gear.db.session(&anna).unwrap();
    let groups = || {
        Repo::<Item>::new(&anna)
            .query()
            .group_by(items::category_id)
    };
    for (number, rows) in [(1, vec![(1, 1)]), (2, vec![(2, 2)]), (3, vec![])] {
        let page: Page<(i64, i64)> = groups()
            .select((items::category_id, count_star()))
            .order(items::category_id)
            .paginate(number, 1)
            .load_page(&mut session)
            .unwrap();
        assert_eq!((page.rows, page.total), (rows, 2));
    }
    let crowded: Page<i64> = groups()
        .having(count_star().gt(1))
        .select(items::category_id)
        .paginate(1, 5)
        .load_page(&mut session)
        .unwrap();
    assert_eq!((crowded.rows, crowded.total), (vec![2], 1));
}

#[test]
fn combinations_have_pages() {
    let gear = Gear::new();
    let anna = gear.anna();
    let mut session = gear.db.session(&anna).unwrap();
    let items = Repo::<Item>::new(&anna);
    let names = || items.query().select(items::name);
    let kinds = || {
        let categories = Repo::<Category>::new(&anna).query();
        categories.select(categories::name)
    };
    for (number, rows) in [
        (1, vec!["Camp", "Lamp"]),
        (2, vec!["Light", "Stove"]),
        (3, vec!["Tent"]),
        (4, vec![]),
    ] {
        let all = names().union(kinds()).order_by_position::<1>();
        let page: Page<String> = all.paginate(number, 2).load_page(&mut session).unwrap();
        assert_eq!((page.total, page.rows), (5, owned(&rows)));
    }
    let twice = names().union_all(names()).paginate(1, 1);
    assert_eq!(twice.load_page::<String>(&mut session).unwrap().total, 6);
    let models = items.query().filter(items::name.eq("Tent"));
    let models = models.union(items.query().filter(items::name.eq("Lamp")));
    let models = models.order_by_position::<2>().paginate(1, 1);
    let models = models.load_page::<Item>(&mut session).unwrap();
    assert_eq!(names_and_total(&models), (vec!["Lamp"], 2));
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn names_and_total(page: &Page<Item>) -> (Vec<&str>, i64) {
    (names(page), page.total)
}

#[test]
fn a_page_of_two_scopes_is_refused() {
    record();
    let gear = Gear::new();
    let anna = gear.anna();
    let mut session = gear.db.session(&anna).unwrap();
    let of = |scope: &TenantScope<i64>| Repo::<Item>::new(scope).query().select(items::name);
    let page = of(&anna).union(of(&gear.ben())).paginate(1, 2);
    let (result, sent) = sent_by(|| page.load_page::<String>(&mut session));
    assert!(matches!(result, Err(Error::ScopeMismatch)), "{result:?}");
    assert!(sent.is_empty(), "{sent:?}");
}

#[test]
fn a_condition_that_is_refused_stays_refused_in_a_page() {
    let gear = Gear::new();
    let anna = gear.anna();
    let mut session = gear.db.session(&anna).unwrap();
    let result = Repo::<Item>::new(&anna)
        .query()
        .filter_dynamic(sql::<Bool>("1 = 1) OR (1 = 1"))
        .paginate(1, 9)
        .load_page::<Item>(&mut session);
    assert!(matches!(result, Err(Error::RefusedSql { .. })));
}

#[test]
fn a_page_runs_on_a_session_of_its_tenant_only() {
    record();
    let gear = Gear::new();
    let (anna, ben) = (gear.anna(), gear.ben());
    let mut session = gear.db.session(&ben).unwrap();
    let page = Repo::<Item>::new(&anna).query().paginate(1, 9);
    let (result, sent) = sent_by(|| page.load_page::<Item>(&mut session));
    assert!(matches!(result, Err(Error::ScopeMismatch)));
    assert!(sent.is_empty());
}

#[test]
fn a_page_is_loaded_in_a_read_only_scope() {
    let gear = Gear::new();
    let anna = gear.anna().read_only();
    let mut session = gear.db.session(&anna).unwrap();
    let page = Repo::<Item>::new(&anna)
        .query()
        .paginate(1, 9)
        .load_page::<Item>(&mut session)
        .unwrap();
    assert_eq!(page.total, 3);
}

#[test]
fn pages_of_any_number_and_size_are_prepared_once() {
    record();
    let gear = Gear::with(|builder| builder.max_size(1));
    let (anna, ben) = (gear.anna(), gear.ben());
    let ((), prepared) = prepared_by(|| {
        for (scope, size) in [(&anna, 1), (&ben, 2), (&anna, 3)] {
            let mut session = gear.db.session(scope).unwrap();
            for number in 1..=2 {
                let page: Page<Item> = Repo::<Item>::new(scope)
                    .query()
                    .filter(items::id.gt(number))
                    .paginate(number, size)
                    .load_page(&mut session)
                    .unwrap();
                assert!(page.total > 0);
            }
        }
    });
    let counts = prepared
        .iter()
        .filter(|sql| sql.starts_with("SELECT COUNT"));
    assert_eq!(counts.count(), 1, "{prepared:#?}");
    assert_eq!(prepared.len(), 2, "{prepared:#?}");
    let page = prepared
        .iter()
        .find(|sql| sql.starts_with("SELECT *, (SELECT"));
    let limit = dialect::expected(" LIMIT ? + 0 OFFSET ? + 0");
    assert!(dialect::plain(page.unwrap()).contains(&limit));
}

/// The rows that are only counted need no order.
#[cfg(feature = "sqlite")]
#[test]
fn a_page_sorts_once() {
    #[derive(QueryableByName)]
    struct Step {
        #[diesel(sql_type = diesel::sql_types::Text)]
        detail: String,
    }
    record();
    let gear = Gear::new();
    let anna = gear.anna();
    let mut session = gear.db.session(&anna).unwrap();
    let page = Repo::<Item>::new(&anna)
        .query()
        .order(items::weight.desc())
        .paginate(1, 2);
    let (page, prepared) = prepared_by(|| page.load_page::<Item>(&mut session).unwrap());
    assert_eq!(names(&page), ["Tent", "Lamp"]);
    let steps: Vec<Step> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {}", prepared[0]))
        .load(&mut gear.raw())
        .unwrap();
    let sorts = steps
        .iter()
        .filter(|step| step.detail.contains("FOR ORDER BY"));
    assert_eq!(sorts.count(), 1);
}

#[test]
fn conditions_that_vary_are_prepared_once_for_each_text() {
    record();
    let gear = Gear::with(|builder| builder.max_size(1));
    let anna = gear.anna();
    let mut session = gear.db.session(&anna).unwrap();
    let (totals, _) = prepared_by(|| {
        ["Tent", "Lamp"].map(|name| {
            let condition: Box<
                dyn BoxableExpression<
                        items::table,
                        <crate::support::Conn as diesel::Connection>::Backend,
                        SqlType = Bool,
                    >,
            > = if name == "Tent" {
                Box::new(items::name.eq(name))
            } else {
                Box::new(items::name.ne(name))
            };
            let page: Page<Item> = Repo::<Item>::new(&anna)
                .query()
                .filter_dynamic(condition)
                .paginate(1, 1)
                .load_page(&mut session)
                .unwrap();
            page.total
        })
    });
    // One statement for both would give one number for both.
    assert_eq!(totals, [1, 2]);
}
