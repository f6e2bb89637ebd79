//! The SQL of each kind of statement: its text, and that one type has one text.

use diesel::prelude::*;
use tenancy::prelude::*;

use crate::dialect;
use crate::gear::*;
use crate::telling::sql_of;

#[derive(Debug, Clone, ScopedChangeset)]
#[diesel(table_name = items)]
struct Rename<'a> {
    name: &'a str,
    #[diesel(treat_none_as_null = true)]
    weight: Option<i32>,
}

/// The names of the statements below, and what each sends.
#[cfg(feature = "sqlite")]
const TEXTS: &[(&str, &str)] = &[
    (
        "select",
        "SELECT `items`.`id`, `items`.`name`, `items`.`weight` FROM `items` WHERE \
         `items`.`tenant_id` = +?",
    ),
    (
        "find",
        "SELECT `items`.`id`, `items`.`name`, `items`.`weight` FROM `items` WHERE \
         (`items`.`tenant_id` = +? AND `items`.`id` = +?) LIMIT 1",
    ),
    (
        "filter",
        "SELECT `items`.`id` FROM `items` WHERE ((`items`.`tenant_id` = +? AND \
         (((`items`.`name` = ?) OR (`items`.`name` = ?)))) AND ((`items`.`weight` > ?))) \
         ORDER BY `items`.`name` ASC, `items`.`id` DESC",
    ),
    (
        "limit",
        "SELECT `items`.`id` FROM `items` WHERE `items`.`tenant_id` = +? LIMIT ? + 0",
    ),
    (
        "offset",
        "SELECT `items`.`id` FROM `items` WHERE `items`.`tenant_id` = +? LIMIT -1 OFFSET \
         ? + 0",
    ),
    (
        "page",
        "SELECT `items`.`id` FROM `items` WHERE `items`.`tenant_id` = +? LIMIT ? + 0 \
         OFFSET ? + 0",
    ),
    (
        "count",
        "SELECT COUNT(*) FROM `items` WHERE `items`.`tenant_id` = +?",
    ),
    (
        "exists",
        "SELECT EXISTS (SELECT `items`.`id` FROM `items` WHERE (`items`.`tenant_id` = +? \
         AND ((`items`.`name` = ?))))",
    ),
    (
        "join",
        "SELECT `items`.`id`, `categories`.`id` FROM (`items` INNER JOIN `categories` ON \
         `categories`.`tenant_id` = +? AND ((`items`.`category_id` = `categories`.`id`))) \
         WHERE (`items`.`tenant_id` = +? AND ((`categories`.`name` = ?)))",
    ),
    ("global", "SELECT `units`.`name` FROM `units`"),
    (
        "two keys",
        "SELECT `settings`.`value` FROM `settings` WHERE (`settings`.`tenant_id` = +? AND \
         `settings`.`key` = +?) LIMIT 1",
    ),
    (
        "insert struct",
        "INSERT INTO `items` (`tenant_id`, `category_id`, `name`) VALUES (?, ?, ?)",
    ),
    (
        "insert tuple",
        "INSERT INTO `items` (`tenant_id`, `name`, `category_id`) VALUES (?, ?, ?) \
         RETURNING (`items`.`tenant_id` = +?) IS TRUE, `items`.`id`",
    ),
    (
        "update key",
        "UPDATE `items` SET `name` = ?, `weight` = ? WHERE `items`.`id` = +? AND \
         `items`.`tenant_id` = +?",
    ),
    (
        "update query",
        "UPDATE `items` SET `weight` = (`items`.`weight` + ?) WHERE (`items`.`tenant_id` \
         = +? AND ((`items`.`name` = ?)))",
    ),
    (
        "update struct",
        "UPDATE `items` SET `name` = ?, `weight` = ? WHERE `items`.`id` = +? AND \
         `items`.`tenant_id` = +?",
    ),
    (
        "update two keys",
        "UPDATE `settings` SET `value` = ? WHERE `settings`.`key` = +? AND \
         `settings`.`tenant_id` = +?",
    ),
    (
        "delete key",
        "DELETE FROM `items` WHERE `items`.`id` = +? AND `items`.`tenant_id` = +?",
    ),
    (
        "delete query",
        "DELETE FROM `items` WHERE (`items`.`tenant_id` = +? AND ((`items`.`name` = ?))) \
         RETURNING (`items`.`tenant_id` = +?) IS TRUE, `items`.`name`",
    ),
];

/// Runs each kind of statement with these values, and gives the text of each.
fn texts(
    scope: &TenantScope<i64>,
    gear: &Gear,
    number: i64,
    text: &str,
) -> Vec<(&'static str, String)> {
    let session = &mut gear.db.session(scope).unwrap();
    let items = &Repo::<Item>::new(scope);
    let settings = &Repo::<Setting>::new(scope);
    let id = RowId::<Item>::from_raw(number);
    let category_id = RowId::<Category>::from_raw(number);
    let weight = i32::try_from(number).unwrap();
    let mut texts = Vec::new();
    let mut note = |name: &'static str, mut sql: Vec<String>| {
        assert_eq!(sql.len(), 1, "{name}");
        texts.push((name, sql.remove(0)));
    };

    note(
        "select",
        sql_of(|| drop(items.query().load::<Item>(session))),
    );
    note(
        "find",
        sql_of(|| drop(items.find(id).first::<Item>(session))),
    );
    note(
        "filter",
        sql_of(|| {
            drop(
                items
                    .query()
                    .filter(items::name.eq(text).or(items::name.eq(text)))
                    .filter(items::weight.gt(weight))
                    .select(items::id)
                    .order(items::name.asc())
                    .then_order_by(items::id.desc())
                    .load::<i64>(session),
            );
        }),
    );
    let ids = || items.query().select(items::id);
    note(
        "limit",
        sql_of(|| drop(ids().limit(number).load::<i64>(session))),
    );
    note(
        "offset",
        sql_of(|| drop(ids().offset(number).load::<i64>(session))),
    );
    note(
        "page",
        sql_of(|| {
            drop(ids().limit(number).offset(number).load::<i64>(session));
        }),
    );
    note(
        "count",
        sql_of(|| drop(items.query().count().get_result::<i64>(session))),
    );
    note(
        "exists",
        sql_of(|| {
            drop(
                ids()
                    .filter(items::name.eq(text))
                    .exists()
                    .get_result::<bool>(session),
            );
        }),
    );
    note(
        "join",
        sql_of(|| {
            drop(
                items
                    .query()
                    .inner_join(categories::table)
                    .filter(categories::name.eq(text))
                    .select((items::id, categories::id))
                    .load::<(i64, i64)>(session),
            );
        }),
    );
    note(
        "global",
        sql_of(|| {
            drop(
                Repo::<Unit>::new(scope)
                    .query()
                    .select(units::name)
                    .load::<String>(session),
            );
        }),
    );
    note(
        "two keys",
        sql_of(|| {
            drop(
                settings
                    .find(text)
                    .select(settings::value)
                    .first::<String>(session),
            );
        }),
    );
    note(
        "insert struct",
        sql_of(|| {
            drop(
                items
                    .insert(&NewItem {
                        category_id,
                        name: text,
                    })
                    .execute(session),
            );
        }),
    );
    note(
        "insert tuple",
        sql_of(|| {
            drop(
                items
                    .insert((items::name.eq(text), items::category_id.eq(category_id)))
                    .returning(items::id)
                    .get_result::<i64>(session),
            );
        }),
    );
    note(
        "update key",
        sql_of(|| {
            drop(
                items
                    .update(id)
                    .set((items::name.eq(text), items::weight.eq(Some(weight))))
                    .execute(session),
            );
        }),
    );
    note(
        "update query",
        sql_of(|| {
            drop(
                items
                    .update(items.query().filter(items::name.eq(text)))
                    .set(items::weight.eq(items::weight + weight))
                    .execute(session),
            );
        }),
    );
    note(
        "update struct",
        sql_of(|| {
            let weight = (number > 5).then_some(weight);
            drop(
                items
                    .update(id)
                    .set(Rename { name: text, weight })
                    .execute(session),
            );
        }),
    );
    note(
        "update two keys",
        sql_of(|| {
            drop(
                settings
                    .update(text)
                    .set(settings::value.eq(text))
                    .execute(session),
            );
        }),
    );
    note(
        "delete key",
        sql_of(|| drop(items.delete(id).execute(session))),
    );
    note(
        "delete query",
        sql_of(|| {
            drop(
                items
                    .delete(items.query().filter(items::name.eq(text)))
                    .returning(items::name)
                    .get_results::<String>(session),
            );
        }),
    );
    texts
}

#[cfg(feature = "sqlite")]
#[test]
fn each_kind_of_statement_has_the_text_that_is_written_here() {
    let gear = Gear::new();
    let found = texts(&gear.anna(), &gear, 1, "Lamp");
    let found: Vec<(&str, &str)> = found
        .iter()
        .map(|(name, sql)| (*name, sql.as_str()))
        .collect();
    for (found, expected) in found.iter().zip(TEXTS) {
        assert_eq!(found, expected);
    }
    assert_eq!(found.len(), TEXTS.len());
}

/// diesel keeps a prepared statement by its type: two texts of one type would be served
/// to each other.
#[test]
fn one_type_has_one_text() {
    let gear = Gear::new();
    let first = texts(&gear.anna(), &gear, 1, "Lamp");
    for (scope, number, text) in [
        (gear.anna(), 2, "Tent"),
        (gear.anna(), 1_000_000, "' OR 1 = 1 --"),
        (gear.ben(), 7, ""),
    ] {
        assert_eq!(texts(&scope, &gear, number, text), first);
    }
}

#[test]
fn the_tenant_is_always_bound() {
    let file = crate::gear::Stage::new(&[]);
    file.fill(SCHEMA);
    let db = crate::support::builder().open(&file.url).unwrap();
    let tenant = 918_273_645_i64;
    let scope = crate::support::scope_of(&db, tenant);
    let gear = Gear::new();
    let mut session = db.session(&scope).unwrap();
    let items = Repo::<Item>::new(&scope);
    let own = sql_of(|| {
        items.query().load::<Item>(&mut session).unwrap();
        items.delete(items.query()).execute(&mut session).unwrap();
    });
    let others = texts(&gear.anna(), &gear, 1, "Lamp");
    for sql in own.iter().chain(others.iter().map(|(_, sql)| sql)) {
        assert!(!sql.contains(&tenant.to_string()), "{sql}");
        assert!(!sql.contains('\''), "{sql}");
        let sql = dialect::plain(sql);
        let bound = dialect::expected("`tenant_id` = +?");
        for (at, _) in sql.match_indices("`tenant_id` = ") {
            assert!(sql[at..].starts_with(&bound), "{sql}");
        }
    }
}
