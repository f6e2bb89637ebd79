//! DISTINCT, GROUP BY, HAVING and FILTER see one tenant's rows. Ben has items of the same
//! names, and more of them.

use diesel::dsl::{avg, count, count_star, max, min, sum};
use diesel::prelude::*;
use tenancy::dsl::{distinct, filtered};
use tenancy::prelude::*;

use crate::dialect;
use crate::gear::*;
use crate::support::*;

/// What Anna and Ben each get from one program.
fn both<R>(program: impl Fn(&TenantScope<i64>, &mut Session<crate::support::Conn>) -> R) -> (R, R) {
    let gear = Gear::new();
    let (anna, ben) = (gear.anna(), gear.ben());
    let annas = program(&anna, &mut gear.db.session(&anna).unwrap());
    let bens = program(&ben, &mut gear.db.session(&ben).unwrap());
    (annas, bens)
}

#[test]
fn distinct_gives_each_row_once() {
    let (annas, bens) = both(|scope, session| {
        Repo::<Item>::new(scope)
            .query()
            .select(items::category_id)
            .distinct()
            .order(items::category_id)
            .load::<i64>(session)
            .unwrap()
    });
    assert_eq!((annas, bens), (vec![1, 2], vec![3, 4]));
}

#[test]
fn distinct_rows_have_limits_offsets_and_a_first() {
    let (annas, _) = both(|scope, session| {
        let query = Repo::<Item>::new(scope)
            .query()
            .distinct()
            .select(items::category_id)
            .order(items::category_id.desc());
        let first: i64 = query.clone().first(session).unwrap();
        let second: Vec<i64> = query.clone().limit(1).offset(1).load(session).unwrap();
        let any: bool = query.exists().get_result(session).unwrap();
        (first, second, any)
    });
    assert_eq!(annas, (2, vec![1], true));
}

#[test]
fn distinct_models_over_a_join_are_annas() {
    let (annas, bens) = both(|scope, session| {
        Repo::<Item>::new(scope)
            .query()
            .inner_join(categories::table)
            .select(categories::name)
            .distinct()
            .order(categories::name)
            .load::<String>(session)
            .unwrap()
    });
    assert_eq!(annas, ["Camp", "Light"]);
    assert_eq!(annas, bens);
}

#[test]
fn groups_hold_one_tenants_rows() {
    let (annas, bens) = both(|scope, session| {
        Repo::<Item>::new(scope)
            .query()
            .group_by(items::category_id)
            .select((items::category_id, count_star(), sum(items::weight)))
            .order(items::category_id)
            .load::<(i64, i64, Option<i64>)>(session)
            .unwrap()
    });
    assert_eq!(annas, [(1, 1, Some(100)), (2, 2, Some(2000))]);
    assert_eq!(bens, [(3, 1, Some(150)), (4, 3, Some(1300))]);
}

/// Grouped by what both tenants have: one group's rows would be those of both.
#[test]
fn groups_by_name_are_not_shared() {
    let (annas, _) = both(|scope, session| {
        Repo::<Item>::new(scope)
            .query()
            .group_by(items::name)
            .select((items::name, count(items::id), min(items::id)))
            .order(count(items::id).desc())
            .then_order_by(items::name)
            .load::<(String, i64, Option<i64>)>(session)
            .unwrap()
    });
    let expected = [("Lamp", 1, 1), ("Stove", 1, 2), ("Tent", 1, 3)];
    assert_eq!(annas, expected.map(|(n, c, i)| (n.to_owned(), c, Some(i))));
}

#[test]
fn having_keeps_groups_of_one_tenant() {
    let (annas, bens) = both(|scope, session| {
        Repo::<Item>::new(scope)
            .query()
            .group_by(items::category_id)
            .having(count_star().gt(2).or(max(items::weight).lt(120)))
            .select(items::category_id)
            .load::<i64>(session)
            .unwrap()
    });
    assert_eq!((annas, bens), (vec![1], vec![4]));
}

/// `HAVING a OR b` must not take the WHERE clause with it, nor the condition before it.
#[test]
fn having_stands_in_parentheses() {
    record();
    let gear = Gear::new();
    let anna = gear.anna();
    let mut session = gear.db.session(&anna).unwrap();
    let (names, sent) = sent_by(|| {
        Repo::<Item>::new(&anna)
            .query()
            .group_by((items::category_id, items::name))
            .having(items::name.eq("Lamp"))
            .select(items::name)
            .load::<String>(&mut session)
            .unwrap()
    });
    assert_eq!(names, ["Lamp"]);
    assert!(
        dialect::plain(&sent[0]).contains("HAVING ((`items`.`name` = ?))"),
        "{sent:?}"
    );
}

#[test]
fn groups_over_a_join_are_of_one_tenant() {
    let (annas, bens) = both(|scope, session| {
        Repo::<Item>::new(scope)
            .query()
            .inner_join(categories::table)
            .group_by(categories::name)
            .select((categories::name, count(items::id)))
            .order(categories::name)
            .load::<(String, i64)>(session)
            .unwrap()
    });
    assert_eq!(annas, [("Camp".to_owned(), 2), ("Light".to_owned(), 1)]);
    assert_eq!(bens, [("Camp".to_owned(), 3), ("Light".to_owned(), 1)]);
}

#[test]
fn a_group_has_a_first_and_a_limit() {
    let (annas, _) = both(|scope, session| {
        let groups = Repo::<Item>::new(scope)
            .query()
            .group_by(items::category_id)
            .select((items::category_id, count_star()))
            .order(count_star().desc());
        let first: (i64, i64) = groups.clone().first(session).unwrap();
        let one: Vec<(i64, i64)> = groups.limit(1).offset(1).load(session).unwrap();
        (first, one)
    });
    assert_eq!(annas, ((2, 2), vec![(1, 1)]));
}

#[test]
fn a_group_that_is_not_there_is_not_found() {
    let ropes = |scope: &TenantScope<i64>| {
        Repo::<Item>::new(scope)
            .query()
            .filter(items::name.eq("Rope"))
            .group_by(items::category_id)
            .having(count_star().ge(1))
    };
    let found = both(|scope, session| {
        let groups = ropes(scope).select(items::category_id);
        groups.exists().get_result::<bool>(session).unwrap()
    });
    assert_eq!(found, (false, true));
    // Others want to know of a group what there is of it to select.
    #[cfg(feature = "sqlite")]
    {
        let found = both(|scope, session| {
            let groups = ropes(scope);
            groups.exists().get_result::<bool>(session).unwrap()
        });
        assert_eq!(found, (false, true));
    }
}

#[test]
fn plain_aggregates_see_one_tenant() {
    let (annas, bens) = both(|scope, session| {
        Repo::<Item>::new(scope)
            .query()
            .select((
                count(items::weight),
                min(items::weight),
                max(items::name),
                max(items::id),
            ))
            .get_result::<(i64, Option<i32>, Option<String>, Option<i64>)>(session)
            .unwrap()
    });
    assert_eq!(annas.0, 2);
    assert_eq!(annas.1, Some(100));
    assert_eq!(annas.2.as_deref(), Some("Tent"));
    assert_eq!((bens.0, bens.1), (3, Some(150)));
}

#[test]
fn an_average_is_of_one_tenant() {
    diesel::table! {
        scores (id) {
            id -> BigInt,
            tenant_id -> BigInt,
            score -> Double,
        }
    }

    #[derive(Debug, Queryable, Selectable, Scoped)]
    #[diesel(table_name = scores)]
    #[scoped(tenant = tenant_id)]
    struct Score {
        #[expect(dead_code, reason = "a model has its key")]
        id: RowId<Score>,
    }

    let (db, _file) = database(
        "CREATE TABLE scores (id INTEGER PRIMARY KEY, tenant_id BIGINT NOT NULL, score DOUBLE NOT NULL);
        INSERT INTO scores VALUES (1, 1, 1.0), (2, 1, 2.0), (3, 2, 90.0);",
    );
    let anna = scope_of(&db, 1_i64);
    let query = Repo::<Score>::new(&anna).query();
    let mut session = db.session(&anna).unwrap();
    let average: Option<f64> = query
        .select(avg(scores::score))
        .get_result(&mut session)
        .unwrap();
    assert_eq!(average, Some(1.5));
}

#[test]
fn a_filter_chooses_among_one_tenants_rows() {
    let (annas, bens) = both(|scope, session| {
        Repo::<Item>::new(scope)
            .query()
            .select((
                count_star(),
                filtered(count_star(), items::weight.is_not_null()),
                filtered(
                    sum(items::weight),
                    items::name.eq("Tent").or(items::weight.lt(500)),
                ),
                filtered(max(items::name), items::weight.gt(i32::MAX)),
            ))
            .get_result::<(i64, i64, Option<i64>, Option<String>)>(session)
            .unwrap()
    });
    assert_eq!(annas, (3, 2, Some(2100), None));
    assert_eq!(bens, (4, 3, Some(550), None));
}

#[test]
fn a_filter_stands_in_parentheses() {
    record();
    let gear = Gear::new();
    let anna = gear.anna();
    let mut session = gear.db.session(&anna).unwrap();
    let (count, sent) = sent_by(|| {
        Repo::<Item>::new(&anna)
            .query()
            .select(filtered(count_star(), items::id.gt(1)))
            .get_result::<i64>(&mut session)
            .unwrap()
    });
    assert_eq!(count, 2);
    let text = dialect::filtered("COUNT", "*", "(`items`.`id` > ?)");
    assert!(dialect::plain(&sent[0]).contains(&text), "{sent:?}");
}

#[test]
fn filters_go_with_groups_having_and_order() {
    let (annas, bens) = both(|scope, session| {
        Repo::<Item>::new(scope)
            .query()
            .group_by(items::category_id)
            .having(filtered(count_star(), items::weight.is_null()).gt(0))
            .select((
                items::category_id,
                filtered(sum(items::weight), items::name.ne("Rope")),
            ))
            .order(filtered(count_star(), items::name.eq("Tent")).desc())
            .load::<(i64, Option<i64>)>(session)
            .unwrap()
    });
    assert_eq!(annas, [(2, Some(2000))]);
    assert_eq!(bens, [(4, Some(400))]);
}

/// No rows are left by the filter: a count is 0, and what else there is NULL.
#[test]
fn a_filter_that_leaves_nothing_counts_nothing() {
    let (annas, bens) = both(|scope, session| {
        Repo::<Item>::new(scope)
            .query()
            .select((
                filtered(count_star(), items::name.eq("none")),
                filtered(count(items::weight), items::name.eq("none")),
                filtered(sum(items::weight), items::weight.gt(None::<i32>)),
            ))
            .get_result::<(i64, i64, Option<i64>)>(session)
            .unwrap()
    });
    assert_eq!((annas, bens), ((0, 0, None), (0, 0, None)));
}

#[test]
fn distinct_values_are_counted() {
    let (annas, bens) = both(|scope, session| {
        Repo::<Item>::new(scope)
            .query()
            .select((
                distinct(count(items::category_id)),
                filtered(distinct(count(items::category_id)), items::name.ne("Lamp")),
            ))
            .get_result::<(i64, i64)>(session)
            .unwrap()
    });
    assert_eq!((annas, bens), ((2, 1), (2, 1)));
}
