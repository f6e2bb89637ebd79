//! A condition that is only known at run time stays within its parentheses, or is
//! refused before anything is sent.

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::expression::BoxableExpression;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
type Backend = <crate::support::Conn as diesel::Connection>::Backend;
use tenancy::Error;
use tenancy::prelude::*;

use crate::dialect;
use crate::gear::*;
use crate::support::*;

/// The ids of Anna's items for which the condition holds.
fn found(gear: &Gear, condition: &str) -> tenancy::Result<Vec<i64>> {
    let scope = gear.anna();
    Repo::<Item>::new(&scope)
        .query()
        .filter_dynamic(sql::<Bool>(condition))
        .select(items::id)
        .order(items::id)
        .load(&mut gear.db.session(&scope)?)
}

/// A gear whose tables are gone after the credentials were checked: whatever is sent
/// fails otherwise than by being refused.
fn without_tables(gear: &Gear) {
    gear.raw()
        .batch_execute(&dialect::unchecked("DROP TABLE items;"))
        .unwrap();
}

fn refused(condition: &str) {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    without_tables(&gear);
    let items = Repo::<Item>::new(&scope);
    let query = || items.query().filter_dynamic(sql::<Bool>(condition));
    let results = [
        query().load::<Item>(&mut session).map(drop),
        query().first::<Item>(&mut session).map(drop),
        query().count().get_result::<i64>(&mut session).map(drop),
        query().exists().get_result::<bool>(&mut session).map(drop),
        items.delete(query()).execute(&mut session).map(drop),
        items
            .update(query())
            .set(items::weight.eq(1))
            .execute(&mut session)
            .map(drop),
    ];
    for result in results {
        assert!(
            matches!(result, Err(Error::RefusedSql { .. })),
            "{condition}: {result:?}"
        );
    }
    let iterated = query().load_iter::<Item>(&mut session).map(drop);
    assert!(
        matches!(iterated, Err(Error::RefusedSql { .. })),
        "{condition}: {iterated:?}"
    );
}

#[test]
fn what_is_sent_after_all_would_be_seen() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    without_tables(&gear);
    let sent = Repo::<Item>::new(&scope)
        .query()
        .filter_dynamic(sql::<Bool>("1 = 1"))
        .load::<Item>(&mut session);
    assert!(matches!(sent, Err(Error::Database { .. })));
}

#[test]
fn conditions_that_are_always_true_show_own_rows_only() {
    let gear = Gear::new();
    for condition in [
        "1 = 1",
        "name = 'a' OR 1 = 1",
        "1 = 1 OR tenant_id = 2",
        "tenant_id = 2 OR NOT tenant_id = 2",
        "NOT (tenant_id = 1) OR (tenant_id = 1)",
        "true",
        #[cfg(feature = "sqlite")]
        "1",
        "name = ')' OR 1 = 1",
        "name = '--' OR 1 = 1",
        "name = '''' OR 1 = 1",
        "CASE WHEN (1 = 1) THEN (2 = 2) END",
    ] {
        assert_eq!(found(&gear, condition).unwrap(), [1, 2, 3], "{condition}");
    }
}

#[test]
fn conditions_are_applied() {
    let gear = Gear::new();
    assert_eq!(found(&gear, "weight > 50 AND name LIKE 'L%'").unwrap(), [1]);
    assert_eq!(found(&gear, "tenant_id = 2").unwrap(), Vec::<i64>::new());
    assert_eq!(found(&gear, "name IN ('Lamp', 'Rope')").unwrap(), [1]);
    assert_eq!(found(&gear, "upper(name) = 'TENT'").unwrap(), [3]);
    assert_eq!(
        found(&gear, "coalesce(weight, 0) BETWEEN (1) AND (500)").unwrap(),
        [1]
    );
}

#[test]
fn conditions_cannot_leave_their_parentheses() {
    refused("1 = 1) OR (1 = 1");
    refused("1 = 1) OR 1 = 1 OR (1 = 1");
    refused("(1 = 1");
    refused("1 = 1)");
    refused("')' = ')') OR (1 = 1");
}

#[test]
fn conditions_cannot_end_the_statement() {
    refused("1 = 1; DELETE FROM items");
    refused("1 = 1;");
}

#[test]
fn conditions_cannot_comment_the_rest_out() {
    refused("1 = 1 -- ");
    refused("1 = 1 /*");
    refused("1 = 1 /* a */");
    refused("1 = 1 */");
    refused("1 = 1 #");
}

#[test]
fn conditions_cannot_hide_in_quotes() {
    refused("name = 'a");
    refused("name = \"a");
    refused("name = `a");
    refused("[name = 'a'");
    refused("name = 'a\\' OR 1 = 1 --'");
    refused("name = 'a\\'");
    refused("name = E'a\\'b'");
    refused("name = $$a$$");
}

#[test]
fn conditions_cannot_query() {
    refused("id IN (SELECT id FROM secrets)");
    refused("EXISTS (SELECT 1 FROM secrets)");
    refused("(SELECT body FROM secrets) LIKE 'o%'");
    refused("id IN (VALUES (1), (2))");
    refused("1 = 1 UNION SELECT * FROM items");
    refused("1 = 1 RETURNING name");
    refused("exists(select 1 from secrets)");
}

/// SQLite reads a table behind IN without any word that begins a query.
#[test]
fn conditions_cannot_name_a_table_behind_in() {
    for condition in [
        "name IN names_of_all",
        "name in names_of_all",
        "name NOT IN names_of_all",
        "name IN main.names_of_all",
        "name IN \"names_of_all\"",
        "name IN `names_of_all`",
        "name IN [names_of_all]",
        "name IN\n names_of_all",
        "name IN\u{feff}names_of_all",
        "1. IN names_of_all",
        "weight + 4710. IN main.names_of_all",
        ".5 IN names_of_all",
        "name . IN names_of_all",
    ] {
        refused(condition);
    }
}

/// A sequence is everybody's.
#[test]
fn conditions_cannot_read_a_sequence() {
    refused("NEXT VALUE FOR counted > 0");
    refused("PREVIOUS VALUE FOR counted > 0");
    refused("previous\nvalue FOR counted > 0");
    refused("LASTVAL(counted) > 0");
    refused("counted.nextval > 0");
    refused("counted.currval > 0");
}

#[test]
fn conditions_call_known_functions_only() {
    refused("load_extension('x') IS NULL");
    refused("last_insert_rowid() = 1");
    refused("\"load_extension\"('x') IS NULL");
    refused("`load_extension`('x') IS NULL");
    refused("[load_extension]('x') IS NULL");
    refused("load_extension\u{feff}('x') IS NULL");
    refused("load$1('x') IS NULL");
    refused("load$1 ('x') IS NULL");
    refused("load\u{20ac}('x') IS NULL");
    refused("name IN json_each('[]')");
}

/// SQLite has variables whose name may go on in parentheses: `:name(anything)`. What is
/// a quote or a parenthesis to the check is then a part of a name.
#[test]
fn conditions_cannot_hide_in_the_names_of_variables() {
    for condition in [
        ":lower(') IS NULL) OR (1 = 1 OR :upper(') IS NULL",
        "@lower(') IS NULL) OR (1 = 1 OR @upper(') IS NULL",
        "$1(') IS NULL) OR (1 = 1 OR $1(') IS NULL",
        "$1::lower(') IS NULL) OR (1 = 1 OR $1::upper(') IS NULL",
        ":::lower(') IS NULL) OR (1 = 1 OR :::upper(') IS NULL",
        "#lower(') IS NULL) OR (1 = 1 OR #upper(') IS NULL",
        "?1(') IS NULL) OR (1 = 1 OR ?1(') IS NULL",
    ] {
        let gear = Gear::new();
        match found(&gear, condition) {
            Err(Error::RefusedSql { .. }) => {}
            other => panic!("{condition}: {other:?}"),
        }
    }
}

/// A number of their own would shift the values of what follows.
#[test]
fn conditions_cannot_number_their_values() {
    refused("?1 = 1");
    refused("tenant_id = ?7");
}

/// The ids that a condition finds before a further query of the same tenant's, whose values come
/// behind it.
fn found_before_more<P>(condition: P) -> tenancy::Result<Vec<i64>>
where
    P: BoxableExpression<items::table, Backend, SqlType = Bool> + 'static,
{
    more_behind(&Gear::new(), condition)
}

fn more_behind<P>(gear: &Gear, condition: P) -> tenancy::Result<Vec<i64>>
where
    P: BoxableExpression<items::table, Backend, SqlType = Bool> + 'static,
{
    let scope = gear.anna();
    let items = Repo::<Item>::new(&scope);
    let condition: Box<dyn BoxableExpression<items::table, Backend, SqlType = Bool>> =
        Box::new(condition);
    let more = items
        .query()
        .filter(items::id.eq(2).or(items::id.is_not_null()));
    items
        .query()
        .filter_dynamic(condition)
        .select(items::id)
        .union(more.select(items::id))
        .load(&mut gear.db.session(&scope)?)
}

/// Whatever stands around a value: no row of Ben's.
#[test]
fn no_text_around_a_value_reaches_another_tenant() {
    const PIECES: [&str; 15] = [
        "1 = 1 OR name = ",
        "name = '",
        "' OR 1 = 1",
        "name = \"",
        "\" OR 1 = 1",
        "`",
        "` = 1 OR 1 = 1",
        " OR 1 = ?",
        " OR 1 = $1",
        " OR '1' = $2",
        "name",
        "[",
        "] = 1 OR 1 = 1",
        " OR id = :a",
        "",
    ];
    let gear = Gear::new();
    for before in PIECES {
        for behind in PIECES {
            let text = || sql::<Bool>(before).bind::<Text, _>("2").sql(behind);
            let found = more_behind(&gear, text()).unwrap_or_default();
            assert!(
                found.iter().all(|id| *id <= 3),
                "{before}<value>{behind}: {found:?}"
            );
            let found = more_behind(&gear, sql(&format!("{before}{behind}"))).unwrap_or_default();
            assert!(
                found.iter().all(|id| *id <= 3),
                "{before}{behind}: {found:?}"
            );
        }
    }
}

fn is_refused(result: &tenancy::Result<Vec<i64>>) {
    assert!(
        matches!(result, Err(Error::RefusedSql { .. })),
        "{result:?}"
    );
}

/// It would take the value of what stands behind it, which takes the one behind that.
#[test]
fn conditions_cannot_take_a_value_that_is_not_theirs() {
    is_refused(&found_before_more(sql("1 = 1 OR 1 = $1")));
    is_refused(&found_before_more(sql("1 = 1 OR 1 = $2")));
    is_refused(&found_before_more(
        sql("1 = $1 OR name = ").bind::<Text, _>("2"),
    ));
    // An operator of PostgreSQL's.
    #[cfg(any(feature = "sqlite", not(feature = "postgres")))]
    {
        is_refused(&found_before_more(sql("?")));
        is_refused(&found_before_more(sql("1 = 1 OR 1 = ?")));
        is_refused(&found_before_more(
            sql("1 = ? OR name = ").bind::<Text, _>("2"),
        ));
    }
}

/// The place is a part of the text there, and the value goes to what stands behind it.
#[test]
fn conditions_cannot_hide_the_place_of_a_value() {
    for quote in ["'", "\"", "`"] {
        let hidden = sql(&format!("name LIKE {quote}%")).bind::<Text, _>("2");
        is_refused(&found_before_more(
            hidden.sql(&format!("%{quote} OR 1 = 1")),
        ));
    }
    is_refused(&found_before_more(
        sql("name = '").bind::<Text, _>("2").sql("' OR name = ?"),
    ));
    is_refused(&found_before_more(
        sql("name = '").bind::<Text, _>("2").sql("' OR name = $1"),
    ));
    is_refused(&found_before_more(
        sql("[x").bind::<Text, _>("2").sql("] = 1 OR 1 = 1"),
    ));
    is_refused(&found_before_more(
        sql("name").bind::<Text, _>("2").sql(" = $1 OR 1 = 1"),
    ));
}

#[test]
fn a_sign_of_a_place_in_a_text_without_values_is_a_text() {
    let found = found_before_more(sql("name = 'why?' OR name = '$1'"));
    assert_eq!(found.unwrap().len(), 3);
    let found = found_before_more(sql("name = ").bind::<Text, _>("why? $1"));
    assert_eq!(found.unwrap().len(), 3);
}

#[test]
fn an_error_of_a_refused_condition_says_why_and_shows_no_value() {
    let gear = Gear::new();
    let error = found(&gear, "name = 'secret' -- x").unwrap_err();
    assert_eq!(
        error.to_string(),
        "the dynamic condition was refused: it holds a comment"
    );
    assert!(!all_text(&error).contains("secret"));
}

#[test]
fn a_list_is_a_condition() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    for (wanted, expected) in [
        (vec!["Lamp", "Rope"], vec![1]),
        (vec!["Lamp", "Tent", "') OR (1 = 1"], vec![1, 3]),
        (vec![], vec![]),
    ] {
        let ids: Vec<i64> = Repo::<Item>::new(&scope)
            .query()
            .filter_dynamic(items::name.eq_any(wanted))
            .select(items::id)
            .order(items::id)
            .load(&mut session)
            .unwrap();
        assert_eq!(ids, expected);
    }
}

#[test]
fn a_boxed_expression_is_a_condition() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    for (light, expected) in [(true, vec![1]), (false, vec![3])] {
        let condition: Box<
            dyn BoxableExpression<
                    items::table,
                    Backend,
                    SqlType = diesel::sql_types::Nullable<Bool>,
                >,
        > = if light {
            Box::new(items::weight.lt(500))
        } else {
            Box::new(items::weight.gt(500).or(items::weight.gt(600)))
        };
        let ids: Vec<i64> = Repo::<Item>::new(&scope)
            .query()
            .filter_dynamic(condition)
            .select(items::id)
            .load(&mut session)
            .unwrap();
        assert_eq!(ids, expected);
    }
}

#[test]
fn a_boxed_subquery_is_refused() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let condition: Box<dyn BoxableExpression<items::table, Backend, SqlType = Bool>> =
        Box::new(diesel::dsl::exists(
            crate::gear::schema::secrets::table.select(crate::gear::schema::secrets::id),
        ));
    let result = Repo::<Item>::new(&scope)
        .query()
        .filter_dynamic(condition)
        .load::<Item>(&mut session);
    assert!(
        matches!(result, Err(Error::RefusedSql { .. })),
        "{result:?}"
    );
}

#[test]
fn bound_values_are_values() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let ids: Vec<i64> = Repo::<Item>::new(&scope)
        .query()
        .filter_dynamic(sql::<Bool>("name = ").bind::<Text, _>("x') OR (1 = 1"))
        .filter_dynamic(sql::<Bool>("1 = 1 OR name = ").bind::<Text, _>("y"))
        .select(items::id)
        .load(&mut session)
        .unwrap();
    assert_eq!(ids, Vec::<i64>::new());
}

#[test]
fn each_of_two_conditions_has_its_own_parentheses() {
    let gear = Gear::new();
    let scope = gear.anna();
    let mut session = gear.db.session(&scope).unwrap();
    let ids: Vec<i64> = Repo::<Item>::new(&scope)
        .query()
        .filter_dynamic(sql::<Bool>("name = 'Lamp' OR 1 = 1"))
        .filter_dynamic(sql::<Bool>("name = 'Tent' OR name = 'Rope'"))
        .filter(items::name.eq("Tent").or(items::name.eq("Lamp")))
        .select(items::id)
        .load(&mut session)
        .unwrap();
    assert_eq!(ids, [3]);
}
