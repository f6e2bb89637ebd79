//! What an inspection finds on SQLite: each check, on a database that one statement broke.

mod protection;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::{Connection, SqliteConnection};
use tenancy::prelude::*;
use tenancy::{Catalog, Check, Finding, Severity, catalog};

use crate::gear::*;
use Check::*;

const ERROR: Severity = Severity::Error;
const WARNING: Severity = Severity::Warning;
const NOTE: Severity = Severity::Note;

diesel::table! {
    logs (id) {
        id -> BigInt,
        tenant -> Text,
    }
}

diesel::table! {
    orders (id) {
        id -> BigInt,
        owner -> tenancy::sql_types::Id128,
    }
}

diesel::table! {
    lines (id) {
        id -> BigInt,
        order_id -> BigInt,
    }
}

diesel::table! {
    marks (id) {
        id -> BigInt,
        log_id -> BigInt,
        tenant -> Nullable<Text>,
    }
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = logs)]
#[scoped(tenant = tenant)]
pub(crate) struct Log {
    #[expect(dead_code)]
    id: RowId<Log>,
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = orders)]
#[scoped(tenant = owner, key = uuid::Uuid)]
pub struct Order {
    #[expect(dead_code)]
    id: RowId<Order>,
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = lines)]
#[scoped(parent(Order, on = order_id))]
pub(crate) struct Line {
    #[expect(dead_code)]
    id: RowId<Line>,
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = marks)]
#[scoped(tenant = tenant, nullable, references(Log, on = log_id))]
pub(crate) struct Mark {
    #[expect(dead_code)]
    id: RowId<Mark>,
}

const SOUND: &str = "
    CREATE TABLE logs (
        id INTEGER PRIMARY KEY, tenant TEXT NOT NULL, UNIQUE (tenant, id)
    );
    CREATE TABLE orders (
        id INTEGER PRIMARY KEY, owner BLOB NOT NULL, UNIQUE (owner, id)
    );
    CREATE TABLE lines (
        id INTEGER PRIMARY KEY, order_id BIGINT NOT NULL REFERENCES orders
    );
    CREATE INDEX lines_by_order ON lines (order_id);
    CREATE TABLE marks (
        id INTEGER PRIMARY KEY, log_id BIGINT NOT NULL, tenant TEXT,
        FOREIGN KEY (tenant, log_id) REFERENCES logs (tenant, id)
    );
    CREATE INDEX marks_by_tenant ON marks (tenant, log_id);
    CREATE TABLE __diesel_schema_migrations (version TEXT PRIMARY KEY);
";

fn tables() -> Catalog {
    catalog![Log, Order, Line, Mark]
}

/// What is found in a database of this schema, after it was broken.
fn found_in(breaks: &str) -> (SqliteConnection, Vec<Finding>) {
    let mut conn = SqliteConnection::establish(":memory:").unwrap();
    conn.batch_execute("PRAGMA foreign_keys = ON").unwrap();
    conn.batch_execute(SOUND).unwrap();
    conn.batch_execute(breaks).unwrap();
    let findings = tables().inspect(&mut conn).unwrap();
    let findings = findings.findings().to_vec();
    (conn, findings)
}

/// What breaks the schema, and what is then found where.
type Case<'a> = (&'a str, &'a [(Severity, Check, &'a str)]);

/// Also mends it again, where SQL does.
fn check_cases(cases: &[Case<'_>]) {
    for (breaks, expected) in cases {
        let (mut conn, found) = found_in(breaks);
        let told: Vec<_> = found
            .iter()
            .map(|found| {
                (
                    found.severity,
                    found.check,
                    found.table.as_deref().unwrap_or("*"),
                )
            })
            .collect();
        assert_eq!(told, *expected, "{breaks}: {found:#?}");
        let mended = found.iter().filter_map(|found| found.mend.as_deref());
        mended.for_each(|mend| conn.batch_execute(mend).expect(mend));
        let left = tables().inspect(&mut conn).unwrap();
        let hopeless: Vec<_> = found.iter().filter(|found| found.mend.is_none()).collect();
        let left: Vec<_> = left.findings().iter().collect();
        assert_eq!(left, hopeless, "after {breaks}");
    }
}

#[test]
fn a_sound_schema_is_clean() {
    let (_, found) = found_in("");
    assert_eq!(found, []);
    let gear = Gear::new();
    let inspection = gear
        .db
        .inspect(&catalog![Customer, Category, Item, Setting, Unit]);
    let inspection = inspection.unwrap();
    assert!(
        !inspection.has_errors() && !inspection.is_clean(),
        "{inspection}"
    );
    let told: Vec<_> = inspection
        .findings()
        .iter()
        .map(|found| (found.severity, found.check, found.table.as_deref()))
        .collect();
    let expected = [
        (WARNING, UndeclaredTable, Some("secrets")),
        (NOTE, UniqueKey, Some("customers")),
    ];
    assert_eq!(told, expected);
}

#[test]
fn l_08_the_owner_of_a_row_is_there_and_exact() {
    let logs = |column: &str| {
        format!(
            "DROP TABLE marks; DROP TABLE logs;
             CREATE TABLE logs (id INTEGER PRIMARY KEY, {column}, UNIQUE (tenant, id));
             CREATE TABLE marks (id INTEGER PRIMARY KEY, log_id BIGINT NOT NULL, tenant TEXT,
                FOREIGN KEY (tenant, log_id) REFERENCES logs (tenant, id));
             CREATE INDEX marks_by_tenant ON marks (tenant, log_id)"
        )
    };
    for (column, check) in [
        ("tenant TEXT", NullableOwner),
        ("tenant STRING NOT NULL", KeyType),
        ("tenant REAL NOT NULL", KeyType),
        ("tenant NUMERIC NOT NULL", KeyType),
        ("tenant TEXT NOT NULL COLLATE NOCASE", LooseKey),
        ("tenant TEXT NOT NULL COLLATE RTRIM", LooseKey),
    ] {
        check_cases(&[(&logs(column), &[(ERROR, check, "logs")])]);
    }
    check_cases(&[
        (
            "DROP TABLE lines; DROP TABLE orders;
             CREATE TABLE orders (id INTEGER PRIMARY KEY, owner UUID NOT NULL, UNIQUE (owner, id));
             CREATE TABLE lines (id INTEGER PRIMARY KEY,
                order_id BIGINT NOT NULL REFERENCES orders, UNIQUE (order_id, id))",
            &[(ERROR, KeyType, "orders")],
        ),
        (
            "ALTER TABLE logs RENAME tenant TO customer",
            &[(ERROR, MissingColumn, "logs"), (ERROR, ForeignKey, "marks")],
        ),
        (
            "ALTER TABLE marks RENAME log_id TO of_log",
            &[
                (ERROR, MissingColumn, "marks"),
                (ERROR, MissingForeignKey, "marks"),
            ],
        ),
        (
            "DROP TABLE lines; CREATE TABLE lines (number INTEGER PRIMARY KEY,
                order_id BIGINT NOT NULL REFERENCES orders, UNIQUE (order_id, number))",
            &[(ERROR, MissingColumn, "lines")],
        ),
    ]);
}

#[test]
fn l_60_a_parent_and_a_reference_are_held_by_foreign_keys() {
    let lines = |column: &str| {
        format!(
            "DROP TABLE lines;
             CREATE TABLE lines (id INTEGER PRIMARY KEY, {column}, UNIQUE (order_id, id))"
        )
    };
    let marks = |reference: &str| {
        format!(
            "DROP TABLE marks;
             CREATE TABLE marks (id INTEGER PRIMARY KEY, log_id BIGINT NOT NULL, tenant TEXT,
                UNIQUE (tenant, id) {reference})"
        )
    };
    check_cases(&[
        (
            &lines("order_id BIGINT REFERENCES orders (id)"),
            &[(ERROR, NullableOwner, "lines")],
        ),
        (
            &lines("order_id BIGINT NOT NULL"),
            &[(ERROR, MissingForeignKey, "lines")],
        ),
        (
            &lines("order_id BIGINT NOT NULL REFERENCES logs (id)"),
            &[
                (ERROR, MissingForeignKey, "lines"),
                (WARNING, ForeignKey, "lines"),
            ],
        ),
        (&marks(""), &[(ERROR, MissingForeignKey, "marks")]),
        (
            &marks(", FOREIGN KEY (log_id) REFERENCES logs (id)"),
            &[(ERROR, ForeignKey, "marks")],
        ),
        (
            &marks(
                ", FOREIGN KEY (tenant, log_id) REFERENCES logs (tenant, id) ON DELETE SET NULL",
            ),
            &[(ERROR, EmptiedOwner, "marks")],
        ),
        (
            // It leads to another table than the model's.
            &marks(", FOREIGN KEY (tenant, log_id) REFERENCES orders (owner, id)"),
            &[(ERROR, MissingForeignKey, "marks")],
        ),
        ("PRAGMA foreign_keys = OFF", &[(ERROR, ForeignKeysOff, "*")]),
    ]);
}

#[test]
fn a_reference_to_a_tenant_is_a_doubt_and_its_number_is_never_null() {
    let gear = Gear::new();
    let mut conn = gear.raw();
    let catalog = catalog![Customer, Category, Item, Setting, Unit];
    conn.batch_execute("PRAGMA foreign_keys = ON").unwrap();
    let before = catalog.inspect(&mut conn).unwrap().findings().to_vec();
    conn.batch_execute("ALTER TABLE items ADD giver BIGINT REFERENCES customers (id)")
        .unwrap();
    let after = catalog.inspect(&mut conn).unwrap().findings().to_vec();
    let new: Vec<_> = after
        .iter()
        .filter(|found| !before.contains(found))
        .map(|found| (found.severity, found.check, found.table.as_deref()))
        .collect();
    assert_eq!(new, [(WARNING, ForeignKey, Some("items"))]);

    let mut bare = SqliteConnection::establish(":memory:").unwrap();
    bare.batch_execute(
        "PRAGMA foreign_keys = ON;
         CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, api_key TEXT)",
    )
    .unwrap();
    let inspection = catalog![Customer].inspect(&mut bare).unwrap();
    assert!(inspection.is_clean(), "{inspection}");
    bare.batch_execute(
        "DROP TABLE customers;
         CREATE TABLE customers (id BIGINT PRIMARY KEY, name TEXT, api_key TEXT)",
    )
    .unwrap();
    let inspection = catalog![Customer].inspect(&mut bare).unwrap();
    let checks: Vec<Check> = inspection.findings().iter().map(|of| of.check).collect();
    assert_eq!(checks, [NullableOwner]);
}

#[test]
fn l_71_unique_keys_and_indexes_begin_with_the_owner() {
    check_cases(&[
        (
            // Nobody guesses it.
            "DROP TABLE lines; CREATE TABLE lines (id BLOB PRIMARY KEY,
                order_id BIGINT NOT NULL REFERENCES orders, UNIQUE (order_id, id))",
            &[],
        ),
        (
            "DROP TABLE lines; CREATE TABLE lines (id INTEGER PRIMARY KEY,
                order_id BIGINT NOT NULL REFERENCES orders,
                other_id BIGINT REFERENCES orders, UNIQUE (order_id, id))",
            &[(WARNING, ForeignKey, "lines")],
        ),
        (
            "ALTER TABLE logs ADD name TEXT; CREATE UNIQUE INDEX by_name ON logs (name)",
            &[(ERROR, UniqueKey, "logs")],
        ),
        (
            "ALTER TABLE logs ADD name TEXT; CREATE UNIQUE INDEX by_name ON logs (name, tenant)",
            &[(WARNING, UniqueKeyOrder, "logs")],
        ),
        (
            "ALTER TABLE lines ADD name TEXT;
             CREATE UNIQUE INDEX by_name ON lines (lower(name))",
            &[(ERROR, UniqueKey, "lines")],
        ),
        (
            "DROP TABLE lines; CREATE TABLE lines (id BIGINT PRIMARY KEY,
                order_id BIGINT NOT NULL REFERENCES orders, UNIQUE (order_id, id))",
            &[(ERROR, PrimaryKey, "lines")],
        ),
        (
            "DROP TABLE lines; CREATE TABLE lines (id TEXT PRIMARY KEY,
                order_id BIGINT NOT NULL REFERENCES orders, UNIQUE (order_id, id))",
            &[(WARNING, PrimaryKey, "lines")],
        ),
        (
            "DROP INDEX lines_by_order",
            &[(WARNING, MissingIndex, "lines")],
        ),
        (
            "DROP INDEX lines_by_order; CREATE INDEX some ON lines (order_id) WHERE id > 1",
            &[(WARNING, MissingIndex, "lines")],
        ),
    ]);
}

#[test]
fn tables_views_and_triggers_that_nobody_declared_are_found() {
    check_cases(&[
        (
            "CREATE TABLE extra (id INTEGER)",
            &[(WARNING, UndeclaredTable, "extra")],
        ),
        (
            "CREATE TABLE extra (tenant TEXT)",
            &[(ERROR, UndeclaredTable, "extra")],
        ),
        (
            "CREATE VIEW shown AS SELECT tenant FROM logs",
            &[(WARNING, UndeclaredView, "shown")],
        ),
        ("DROP TABLE lines", &[(ERROR, MissingTable, "lines")]),
        (
            "DROP TABLE lines; CREATE VIEW lines AS SELECT id, id AS order_id FROM orders",
            &[(ERROR, NotATable, "lines")],
        ),
        (
            "CREATE TRIGGER moves AFTER INSERT ON logs
             BEGIN UPDATE logs SET tenant = 'x' WHERE id = new.id; END",
            &[(WARNING, Trigger, "logs")],
        ),
    ]);
}

#[test]
fn an_inspection_is_printed_for_people() {
    let (mut conn, _) = found_in(
        "CREATE TABLE extra (id INTEGER); ALTER TABLE logs ADD name TEXT;
         CREATE UNIQUE INDEX by_name ON logs (name)",
    );
    let printed = tables().inspect(&mut conn).unwrap().to_string();
    let expected = "\
error    logs   the unique key by_name (name) is without tenant
                why: a value that another tenant has is refused, which tells that it is there, and an upsert can meet the other's row
                mend: DROP INDEX \"by_name\";
                      CREATE UNIQUE INDEX \"by_name\" ON \"logs\" (\"tenant\", \"name\");
warning  extra  no model declares it
                why: nobody has said whose its rows are, and nothing of the library guards them
errors: 1, warnings: 1, notes: 0
";
    assert_eq!(printed, expected);
}

#[cfg(feature = "serde")]
#[test]
fn an_inspection_is_written_for_machines() {
    let (mut conn, _) = found_in("CREATE TABLE extra (id INTEGER)");
    let written = serde_json::to_value(tables().inspect(&mut conn).unwrap()).unwrap();
    let expected = serde_json::json!({ "findings": [{
        "severity": "warning",
        "check": "undeclared_table",
        "table": "extra",
        "problem": "no model declares it",
        "why": UndeclaredTable.why(),
        "mend": null,
    }]});
    assert_eq!(written, expected);
}
