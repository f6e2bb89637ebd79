//! What the database says by itself, when everything above it has failed: raw SQL of the
//! serving role, which owns nothing.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::result::Error as DieselError;
use diesel::sql_types::{BigInt, Text};
use tenancy::{Error, catalog};

use crate::stage::*;

/// A connection of the serving role, that was told a tenant or none.
fn serving(stage: &Stage, tenant: Option<i64>) -> PgConnection {
    let mut conn = stage.serving();
    if let Some(tenant) = tenant {
        let set = format!("SET tenancy.tenant_id = '{tenant}'");
        conn.batch_execute(&set).unwrap();
    }
    conn
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

fn count(conn: &mut PgConnection, table: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM {table}");
    let count: Count = diesel::sql_query(sql).get_result(conn).unwrap();
    count.count
}

const COUNTS: [(&str, i64, i64); 7] = [
    // The table, what a tenant sees, and what nobody sees.
    ("categories", 1, 0),
    ("items", 2, 0),
    ("notes", 1, 0),
    ("tags", 2, 1),
    ("words", 2, 1),
    ("tools", 1, 0),
    ("units", 1, 1),
];

#[test]
fn a_tenant_sees_its_rows_and_nobody_sees_none() {
    let stage = Stage::new();
    for (table, own, nobodys) in COUNTS {
        for tenant in [1, 2] {
            assert_eq!(
                count(&mut serving(&stage, Some(tenant)), table),
                own,
                "{table}"
            );
        }
        assert_eq!(
            count(&mut serving(&stage, Some(99)), table),
            nobodys,
            "{table}"
        );
        assert_eq!(count(&mut serving(&stage, None), table), nobodys, "{table}");
    }
}

/// Behind a transaction that set it, the setting is an empty text, not NULL.
#[test]
fn l_48_an_empty_setting_is_nobodys() {
    let stage = Stage::new();
    let mut conn = serving(&stage, None);
    for end in ["COMMIT", "ROLLBACK"] {
        let transaction = format!("BEGIN; SET LOCAL tenancy.tenant_id = '1'; {end}");
        conn.batch_execute(&transaction).unwrap();
        for (table, _, nobodys) in COUNTS {
            assert_eq!(count(&mut conn, table), nobodys, "{table}");
        }
    }
}

#[test]
fn l_85_the_owner_of_the_tables_sees_none_either() {
    let stage = Stage::new();
    let mut owner = stage.owner();
    for table in ["categories", "items", "notes", "tools"] {
        assert_eq!(count(&mut owner, table), 0, "{table}");
    }
}

/// What Anna cannot do to Ben's rows, and what it changes: nothing, or an error.
const FOREIGN_WRITES: [&str; 14] = [
    "INSERT INTO categories (tenant_id, name) VALUES (2, 'Camp')",
    "INSERT INTO items (tenant_id, category_id, name) VALUES (2, 2, 'Rope')",
    "INSERT INTO notes (item_id, body) VALUES (2, 'new')",
    "INSERT INTO tags (tenant_id, name) VALUES (2, 'blue')",
    "INSERT INTO tags (tenant_id, name) VALUES (NULL, 'blue')",
    "INSERT INTO words (tag_id, word) VALUES (2, 'bleu')",
    "INSERT INTO words (tag_id, word) VALUES (3, 'bleu')",
    "INSERT INTO tools (owner_id, name) VALUES (NULL, 'pick')",
    "UPDATE items SET name = 'X' WHERE id = 2",
    "UPDATE notes SET item_id = 2",
    "UPDATE tags SET name = 'X' WHERE id = 3",
    "DELETE FROM tags WHERE id IN (2, 3)",
    "DELETE FROM words WHERE id IN (2, 3)",
    "DELETE FROM tools WHERE id IN (2, 3)",
];

#[test]
fn l_92_a_tenant_writes_its_own_rows_only() {
    let stage = Stage::new();
    for sql in FOREIGN_WRITES {
        let written = diesel::sql_query(sql).execute(&mut serving(&stage, Some(1)));
        match written {
            Ok(rows) => assert_eq!(rows, 0, "{sql}"),
            Err(DieselError::DatabaseError(_, info)) => assert!(
                info.message().contains("row-level security policy"),
                "{sql}: {}",
                info.message()
            ),
            Err(error) => panic!("{sql}: {error}"),
        }
    }
}

/// What the serving role has no right to, whose rows it may be.
const REFUSED: [&str; 7] = [
    "TRUNCATE items",
    "UPDATE items SET tenant_id = 2",
    "UPDATE tags SET tenant_id = NULL",
    "UPDATE tools SET owner_id = 2",
    "INSERT INTO units (name) VALUES ('kg')",
    "CREATE TRIGGER mine BEFORE INSERT ON items EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "ALTER TABLE items DISABLE ROW LEVEL SECURITY",
];

#[test]
fn l_94_the_serving_role_cannot_empty_tables_nor_give_rows_away() {
    let stage = Stage::new();
    for sql in REFUSED {
        let refused = serving(&stage, Some(1)).batch_execute(sql).unwrap_err();
        let text = refused.to_string();
        let known = ["permission denied", "must be owner"];
        assert!(
            known.iter().any(|known| text.starts_with(known)),
            "{sql}: {text}"
        );
    }
}

/// Foreign keys are not subject to row security: with the tenant in them, another's row and
/// no row are the same.
#[test]
fn l_60_a_reference_stays_within_the_tenant() {
    let stage = Stage::new();
    let error = |category: i64| {
        let sql = format!(
            "INSERT INTO items (tenant_id, category_id, name) VALUES (1, {category}, 'Rope')"
        );
        let refused = serving(&stage, Some(1)).batch_execute(&sql).unwrap_err();
        let DieselError::DatabaseError(kind, info) = refused else {
            panic!("{refused}");
        };
        format!("{kind:?} {} {:?}", info.message(), info.details())
    };
    let foreign = error(2);
    assert!(
        foreign.contains("items_category_id_tenancy_fkey"),
        "{foreign}"
    );
    assert_eq!(foreign, error(99));
}

#[test]
fn l_95_copy_does_not_go_round_it() {
    let stage = Stage::new();
    let mut conn = serving(&stage, Some(1));
    let refused = conn
        .batch_execute("COPY items FROM '/dev/null'")
        .unwrap_err();
    let text = refused.to_string();
    assert!(text.contains("COPY"), "{text}");
}

#[test]
fn a_statement_of_one_tenant_is_planned_as_one_comparison() {
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
        text: String,
    }
    let stage = Stage::new();
    let mut conn = serving(&stage, Some(1));
    conn.batch_execute("SET enable_seqscan = off").unwrap();
    for (tenant, runs) in [(1, "loops=1"), (2, "never executed")] {
        let sql = format!(
            "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) \
             SELECT name FROM items WHERE tenant_id = {tenant} AND id = 1"
        );
        let plan: Vec<Line> = diesel::sql_query(sql).load(&mut conn).unwrap();
        let plan: Vec<String> = plan.into_iter().map(|line| line.text).collect();
        assert!(
            plan.iter().any(|line| line.contains("One-Time Filter")),
            "{plan:#?}"
        );
        let scan = plan.iter().find(|line| line.contains("Scan")).unwrap();
        assert!(scan.contains(runs), "{plan:#?}");
    }
}

#[test]
fn protecting_again_changes_nothing() {
    let stage = Stage::new();
    let mut owner = stage.owner();
    let pending = tables().pending(&mut owner, "serving").unwrap();
    assert!(pending.steps().is_empty(), "{pending}");
    let again = tables().protect(&mut owner, "serving").unwrap();
    assert!(again.steps().is_empty(), "{again}");
}

#[test]
fn what_would_change_is_told_and_not_done() {
    let stage = Stage::new();
    let mut owner = stage.owner();
    owner
        .batch_execute(
            "ALTER TABLE items DROP CONSTRAINT items_category_id_tenancy_fkey;
             ALTER TABLE categories NO FORCE ROW LEVEL SECURITY;
             GRANT TRUNCATE ON tags TO serving;
             DROP INDEX notes_tenancy_index;",
        )
        .unwrap();
    let told = "\
        notes: index that begins with item_id\n\
        items: reference (tenant_id, category_id) to categories (tenant_id, id)\n\
        tags: rights of serving\n\
        categories: row security\n";
    for _ in 0..2 {
        let pending = tables().pending(&mut owner, "serving").unwrap();
        assert_eq!(pending.to_string(), told);
    }
    let done = tables().protect(&mut owner, "serving").unwrap();
    assert_eq!(done.to_string(), told);
    let pending = tables().pending(&mut owner, "serving").unwrap();
    assert!(pending.steps().is_empty(), "{pending}");
}

#[test]
fn a_protection_is_taken_back() {
    let stage = Stage::new();
    let protection = tables().protection("serving").unwrap();
    let mut owner = stage.owner();
    owner.batch_execute(&protection.down()).unwrap();
    assert_eq!(count(&mut owner, "items"), 4);
    let refused = serving(&stage, Some(1)).batch_execute("SELECT FROM items");
    assert!(
        refused
            .unwrap_err()
            .to_string()
            .starts_with("permission denied")
    );
    owner.batch_execute(&protection.up()).unwrap();
    let pending = tables().pending(&mut owner, "serving").unwrap();
    assert!(pending.steps().is_empty(), "{pending}");
}

#[test]
fn what_cannot_be_put_there_leaves_nothing() {
    let stage = Stage::new();
    let mut owner = stage.owner();
    let protection = tables().protection("serving").unwrap();
    owner.batch_execute(&protection.down()).unwrap();
    owner
        .batch_execute("UPDATE items SET category_id = 2 WHERE id = 1")
        .unwrap();
    let before = tables().pending(&mut owner, "serving").unwrap().to_string();
    let refused = tables().protect(&mut owner, "serving").unwrap_err();
    assert!(
        matches!(refused, Error::ForeignKeyViolation { .. }),
        "{refused:?}"
    );
    let after = tables().pending(&mut owner, "serving").unwrap().to_string();
    assert_eq!(before, after);
}

/// PostgreSQL checks a new reference by a query of the owner's, from whom forced row security
/// hides all rows.
#[test]
fn a_reference_is_checked_though_the_owner_sees_no_row() {
    let stage = Stage::new();
    let mut owner = stage.owner();
    let dropped = "ALTER TABLE items DROP CONSTRAINT items_category_id_tenancy_fkey";
    owner.batch_execute(dropped).unwrap();
    let added = tables().protect(&mut owner, "serving").unwrap();
    assert_eq!(added.steps().len(), 1, "{added}");
    owner.batch_execute(dropped).unwrap();
    let broken = "UPDATE items SET category_id = 2 WHERE id = 1";
    stage.raw().batch_execute(broken).unwrap();
    let refused = tables().protect(&mut owner, "serving").unwrap_err();
    assert!(
        matches!(refused, Error::ForeignKeyViolation { .. }),
        "{refused:?}"
    );
    assert_eq!(count(&mut owner, "items"), 0);
}

#[test]
fn a_catalog_that_cannot_be_guarded_is_refused() {
    let refused = |catalog: tenancy::Catalog| {
        let error = catalog.protection("serving").unwrap_err();
        assert!(matches!(error, Error::Catalog { .. }), "{error:?}");
        error.to_string()
    };
    assert_eq!(
        refused(catalog![Item, Category, Item]),
        "the table `items` is declared twice"
    );
    assert_eq!(
        refused(catalog![Category, Note]),
        "the table `notes` has its owner from `items`, which is missing"
    );
    assert_eq!(
        refused(catalog![Item]),
        "the table `items` refers to `categories`, which is missing"
    );
}

#[test]
fn a_table_that_is_not_there_is_named() {
    let stage = Stage::new();
    let mut owner = stage.owner();
    owner.batch_execute("DROP TABLE units").unwrap();
    let refused = tables().protect(&mut owner, "serving").unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the table `units` is in the catalog, and not in the database"
    );
}
