//! What an inspection finds: each check, on a database that one statement broke.

use super::*;

#[test]
fn an_untouched_stage_is_clean() {
    let stage = Stage::new();
    assert_eq!(found(&mut stage.serving()), []);
}

const ERROR: Severity = Severity::Error;
const WARNING: Severity = Severity::Warning;

type Expected = &'static [(Severity, Check, &'static str)];

/// What breaks the stage, what is then found where, and what cleans up when that is mended.
const CASES: [(&str, Expected, &str); 17] = [
    (
        "ALTER TABLE `lines` MODIFY order_id BIGINT NULL",
        &[(ERROR, NullableOwner, "lines")],
        "",
    ),
    (
        "ALTER TABLE orders MODIFY owner CHAR(36) NOT NULL",
        &[(ERROR, KeyType, "orders")],
        "ALTER TABLE orders MODIFY owner BINARY(16) NOT NULL",
    ),
    (
        "ALTER TABLE marks DROP FOREIGN KEY of_log;
         ALTER TABLE marks MODIFY tenant VARCHAR(40) COLLATE utf8mb4_general_ci",
        &[
            (ERROR, LooseKey, "marks"),
            (ERROR, MissingForeignKey, "marks"),
        ],
        "",
    ),
    (
        "ALTER TABLE marks DROP FOREIGN KEY marks_ibfk_1;
         ALTER TABLE marks MODIFY tenant VARCHAR(40) COLLATE utf8mb4_bin",
        &[
            (ERROR, LooseKey, "marks"),
            (ERROR, MissingForeignKey, "marks"),
        ],
        "",
    ),
    (
        "ALTER TABLE logs ADD UNIQUE by_name (name)",
        &[(ERROR, UniqueKey, "logs")],
        "ALTER TABLE logs DROP INDEX by_name",
    ),
    (
        "ALTER TABLE logs ADD UNIQUE by_name (name, tenant)",
        &[(WARNING, UniqueKeyOrder, "logs")],
        "ALTER TABLE logs DROP INDEX by_name",
    ),
    (
        // A part of the tenant is not the tenant.
        "ALTER TABLE logs ADD UNIQUE by_name (tenant(3), name)",
        &[(ERROR, UniqueKey, "logs")],
        "ALTER TABLE logs DROP INDEX by_name",
    ),
    (
        "ALTER TABLE `lines` MODIFY id BIGINT",
        &[(ERROR, PrimaryKey, "lines")],
        "ALTER TABLE `lines` MODIFY id BIGINT AUTO_INCREMENT",
    ),
    (
        "ALTER TABLE marks DROP FOREIGN KEY marks_ibfk_1,
            ADD CONSTRAINT single FOREIGN KEY (log_id) REFERENCES logs (id)",
        &[(ERROR, ForeignKey, "marks")],
        "",
    ),
    (
        "ALTER TABLE marks ADD CONSTRAINT emptied FOREIGN KEY (tenant) REFERENCES logs (tenant)
            ON DELETE SET NULL",
        &[(ERROR, EmptiedOwner, "marks")],
        "ALTER TABLE marks DROP FOREIGN KEY marks_ibfk_2",
    ),
    (
        "ALTER TABLE `lines` DROP FOREIGN KEY of_order",
        &[(ERROR, MissingForeignKey, "lines")],
        "",
    ),
    (
        "ALTER TABLE `lines` DROP FOREIGN KEY lines_ibfk_1, DROP INDEX order_id",
        &[
            (ERROR, MissingForeignKey, "lines"),
            (WARNING, MissingIndex, "lines"),
        ],
        "",
    ),
    (
        "CREATE TABLE extra (id INT)",
        &[(WARNING, UndeclaredTable, "extra")],
        "DROP TABLE extra",
    ),
    (
        "CREATE TABLE extra (tenant TEXT)",
        &[(ERROR, UndeclaredTable, "extra")],
        "DROP TABLE extra",
    ),
    (
        "CREATE VIEW shown AS SELECT name FROM logs",
        &[(WARNING, UndeclaredView, "shown")],
        "DROP VIEW shown",
    ),
    (
        "RENAME TABLE orders TO bills",
        &[
            (ERROR, UndeclaredTable, "bills"),
            (ERROR, MissingForeignKey, "lines"),
            (ERROR, MissingTable, "orders"),
        ],
        "RENAME TABLE bills TO orders",
    ),
    (
        "ALTER TABLE marks DROP FOREIGN KEY marks_ibfk_1; ALTER TABLE marks ENGINE = MyISAM",
        &[
            (ERROR, Engine, "marks"),
            (ERROR, MissingForeignKey, "marks"),
        ],
        "",
    ),
];

#[test]
fn each_mistake_is_found_and_mended() {
    let stage = Stage::new();
    let mut owner = stage.owner();
    for (breaks, expected, cleans) in CASES {
        owner
            .batch_execute(breaks)
            .unwrap_or_else(|error| panic!("{breaks}: {error}"));
        let found_now = found(&mut stage.serving());
        let mut told: Vec<_> = found_now
            .iter()
            .map(|found| {
                (
                    found.severity,
                    found.check,
                    found.table.as_deref().unwrap_or("*"),
                )
            })
            .collect();
        told.dedup();
        assert_eq!(told, expected, "{breaks}: {found_now:#?}");
        for mend in found_now.iter().filter_map(|found| found.mend.as_deref()) {
            owner
                .batch_execute(mend)
                .unwrap_or_else(|error| panic!("{mend}: {error}"));
        }
        if !cleans.is_empty() {
            owner.batch_execute(cleans).unwrap();
        }
        assert_eq!(found(&mut stage.serving()), [], "after {breaks}");
    }
}

#[test]
fn a_connection_that_takes_what_does_not_fit_is_found() {
    let stage = Stage::new();
    for (breaks, check) in [
        ("SET SESSION sql_mode = ''", LaxMode),
        ("SET SESSION foreign_key_checks = 0", ForeignKeysOff),
    ] {
        let mut conn = stage.serving();
        conn.batch_execute(breaks).unwrap();
        let findings = found(&mut conn);
        let checks: Vec<Check> = findings.iter().map(|found| found.check).collect();
        assert_eq!(checks, [check], "{breaks}");
        conn.batch_execute(findings[0].mend.as_deref().unwrap())
            .unwrap();
        assert_eq!(found(&mut conn), []);
    }
}

#[test]
fn a_user_with_rights_to_tables_is_found() {
    let stage = Stage::new();
    let findings = found(&mut stage.owner());
    let told: Vec<_> = findings
        .iter()
        .map(|found| (found.severity, found.check))
        .collect();
    assert_eq!(told, [(WARNING, Rights)]);
    assert!(findings[0].problem.contains("DROP"), "{findings:?}");
}

#[test]
fn a_database_inspects_through_its_pool() {
    let stage = Stage::new();
    let db = stage.open("serving", 10);
    let inspection = db.inspect(&tables()).unwrap();
    assert!(!inspection.has_errors(), "{inspection}");
}
