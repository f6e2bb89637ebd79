//! A catalog for a distributed engine: what it generates, and in which order.

mod findings;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use tenancy::prelude::*;
use tenancy::{Catalog, Error, Transport, catalog};

use crate::stage::*;

diesel::table! {
    customers (id) {
        id -> BigInt,
        name -> Text,
    }
}

diesel::table! {
    logs (id) {
        id -> BigInt,
        tenant -> Text,
    }
}

diesel::table! {
    pages (id) {
        id -> BigInt,
        tenant -> Text,
    }
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = customers)]
#[scoped(tenant = id)]
struct Customer {
    #[expect(dead_code)]
    id: i64,
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = logs)]
#[scoped(tenant = tenant)]
struct Log {
    #[expect(dead_code)]
    id: RowId<Log>,
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = pages)]
#[scoped(tenant = tenant)]
struct Page {
    #[expect(dead_code)]
    id: RowId<Page>,
}

fn everywhere() -> Catalog {
    catalog!(Category, Item, Customer, Unit, distributed)
}

/// The stage without what cannot be distributed, before it is protected.
fn bare() -> Stage {
    let stage = Stage::new();
    let mut owner = stage.owner();
    let down = tables().protection("serving").unwrap().down();
    owner.batch_execute(&down).unwrap();
    owner
        .batch_execute(
            "DROP TABLE notes, words, tags, tools;
             CREATE TABLE customers (id BIGINT PRIMARY KEY, name TEXT NOT NULL);
             INSERT INTO customers VALUES (1, 'Anna'), (2, 'Ben');",
        )
        .unwrap();
    stage
}

fn protected() -> Stage {
    let stage = bare();
    everywhere().protect(&mut stage.owner(), "serving").unwrap();
    stage
}

fn holds(conn: &mut PgConnection, condition: &str) -> bool {
    #[derive(QueryableByName)]
    struct Holds {
        #[diesel(sql_type = Bool)]
        holds: bool,
    }
    let sql = format!("SELECT {condition} AS holds");
    let answer: Holds = diesel::sql_query(sql).get_result(conn).unwrap();
    answer.holds
}

fn primary_key(conn: &mut PgConnection, table: &str) -> String {
    #[derive(QueryableByName)]
    struct Key {
        #[diesel(sql_type = Text)]
        key: String,
    }
    let sql = format!(
        "SELECT pg_get_constraintdef(oid) AS key FROM pg_constraint
         WHERE contype = 'p' AND conrelid = '{table}'::regclass"
    );
    let key: Key = diesel::sql_query(sql).get_result(conn).unwrap();
    key.key
}

const GUARDED: &str = "EXISTS (SELECT FROM pg_policies) OR EXISTS (SELECT FROM pg_constraint
    WHERE contype = 'f') OR has_table_privilege('serving', 'items', 'SELECT')";

#[test]
fn the_tables_are_distributed_between_their_keys_and_what_needs_them() {
    let stage = bare();
    let mut called = false;
    let changed = everywhere()
        .protect_in_phases(&mut stage.owner(), "serving", |conn, placements| {
            called = true;
            assert_eq!(primary_key(conn, "items"), "PRIMARY KEY (tenant_id, id)");
            assert!(!holds(conn, GUARDED));
            let calls: Vec<String> = placements.iter().map(ToString::to_string).collect();
            assert_eq!(
                calls,
                [
                    "SELECT create_reference_table('\"units\"');",
                    "SELECT create_distributed_table('\"customers\"', 'id');",
                    "SELECT create_distributed_table('\"categories\"', 'tenant_id', \
                     colocate_with => '\"customers\"');",
                    "SELECT create_distributed_table('\"items\"', 'tenant_id', \
                     colocate_with => '\"customers\"');",
                ]
            );
            Ok(())
        })
        .unwrap();
    assert!(called);
    let told = "\
        categories: primary key (tenant_id, id)\n\
        items: primary key (tenant_id, id)\n\
        items: reference (tenant_id, category_id) to categories (tenant_id, id)\n\
        categories: rights of serving\n\
        items: rights of serving\n\
        customers: rights of serving\n\
        units: rights of serving\n\
        categories: row security\n\
        items: row security\n\
        customers: row security\n";
    assert_eq!(changed.to_string(), told);
    let mut owner = stage.owner();
    assert!(holds(&mut owner, GUARDED));
    let pending = everywhere().pending(&mut owner, "serving").unwrap();
    assert!(pending.steps().is_empty(), "{pending}");
}

#[test]
fn what_fails_between_the_phases_leaves_nothing() {
    let stage = bare();
    let mut owner = stage.owner();
    let refused = everywhere().protect_in_phases(&mut owner, "serving", |conn, _| {
        conn.batch_execute("SELECT no_such_function()")
    });
    assert!(
        matches!(refused, Err(Error::Database { .. })),
        "{refused:?}"
    );
    assert_eq!(primary_key(&mut owner, "items"), "PRIMARY KEY (id)");
    assert!(!holds(&mut owner, GUARDED));
}

#[test]
fn the_phases_are_texts_too_and_are_taken_back() {
    let stage = bare();
    let phases = everywhere().phases("serving").unwrap();
    let mut owner = stage.owner();
    for _ in 0..2 {
        for phase in [&phases.keys, &phases.guards] {
            let text = format!("BEGIN; {} COMMIT", phase.up());
            owner.batch_execute(&text).unwrap();
        }
        let pending = everywhere().pending(&mut owner, "serving").unwrap();
        assert!(pending.steps().is_empty(), "{pending}");
    }
    let sequential = "SET LOCAL citus.multi_shard_modify_mode TO 'sequential';";
    for text in [phases.keys.up(), phases.guards.up(), phases.guards.down()] {
        assert!(text.starts_with(sequential), "{text}");
        for refused in [
            "TRIGGER ",
            "SET NULL",
            "SET DEFAULT",
            "UPDATE (",
            "set_config",
        ] {
            assert!(!text.contains(refused), "{refused}: {text}");
        }
    }
    for phase in [&phases.guards, &phases.keys] {
        let text = format!("BEGIN; {} COMMIT", phase.down());
        owner.batch_execute(&text).unwrap();
    }
    assert!(!holds(&mut owner, GUARDED));
    assert_eq!(primary_key(&mut owner, "items"), "PRIMARY KEY (id)");
}

/// A distributed engine takes no right to a column: row security keeps the owner of a row.
#[test]
fn no_right_is_to_a_column() {
    let stage = protected();
    let columns = "EXISTS (SELECT FROM pg_attribute WHERE attacl IS NOT NULL
        AND attrelid IN ('items'::regclass, 'categories'::regclass))";
    assert!(!holds(&mut stage.owner(), columns));
    let mut conn = stage.serving();
    conn.batch_execute("SET tenancy.tenant_id = '1'").unwrap();
    let refused = conn
        .batch_execute("UPDATE items SET tenant_id = 2")
        .unwrap_err();
    let text = refused.to_string();
    assert!(text.contains("row-level security policy"), "{text}");
}

#[test]
fn each_tenant_has_its_rows() {
    let stage = protected();
    let db = stage.open(Transport::Distributed, 1);
    for tenant in [1, 2] {
        let scope = scope(&db, tenant);
        let mut session = db.session(&scope).unwrap();
        let items = Repo::<Item>::new(&scope);
        let categories = Repo::<Category>::new(&scope);
        let light: RowId<Category> = categories
            .query()
            .select(categories::id)
            .first(&mut session)
            .unwrap();
        let item = (items::name.eq("Rope"), items::category_id.eq(light));
        items.insert(item).execute(&mut session).unwrap();
        assert_eq!(
            names(&scope, &mut session).unwrap(),
            ["Lamp", "Tent", "Rope"]
        );
    }
}

#[test]
fn what_cannot_be_distributed_is_refused() {
    let refused = |catalog: Catalog| catalog.protection("serving").unwrap_err().to_string();
    assert_eq!(
        refused(catalog!(Category, Item, Note, distributed)),
        "the table `notes` has its owner from a parent: to be distributed it needs a tenant \
         column of its own"
    );
    for (catalog, name) in [
        (catalog!(Tag, distributed), "tags"),
        (catalog!(Tool, distributed), "tools"),
    ] {
        assert_eq!(
            refused(catalog),
            format!(
                "the table `{name}` has rows without a tenant, and nowhere to be in a \
                 distributed database"
            )
        );
    }
    assert_eq!(
        refused(catalog!(Category, Log, distributed)),
        "the table `logs` has keys of another type than `categories`"
    );
}

#[test]
fn the_words_behind_the_models_are_no_models() {
    let all = catalog![
        Category, Item, Note, Tag, Word, Tool, Unit, Log, Page, Customer
    ];
    assert_eq!(all.names().count(), 10);
    let refuses = |catalog: Catalog| catalog.protection("serving").is_err();
    assert!(!refuses(catalog![
        Category, Item, Note, Tag, Word, Tool, Unit, Log,
    ]));
    assert!(refuses(catalog!(
        Category,
        Item,
        Note,
        Tag,
        Word,
        Tool,
        Unit,
        distributed
    )));
    assert!(refuses(catalog!(
        Category,
        Item,
        Note,
        Tag,
        Word,
        Tool,
        Unit,
        distributed,
        restrictive = true
    )));
    assert!(refuses(catalog!(
        Category,
        Item,
        Note,
        Tag,
        Word,
        Tool,
        Unit,
        Log,
        distributed
    )));
    assert!(refuses(catalog!(
        Category,
        Item,
        Note,
        restrictive = false,
        distributed,
    )));
}
