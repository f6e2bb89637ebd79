//! The catalog and the database say the same.

use document_control::models::catalog;
use document_control::transition::WITH_PUBLIC_ID;
use tenancy::Severity;

use crate::stage::Stage;

#[test]
fn the_inspection_finds_no_error() {
    let stage = Stage::new();
    let app = stage.app();
    let inspection = app.db.inspect(&catalog()).unwrap();
    let errors = inspection.findings().iter();
    let errors: Vec<_> = errors.filter(|of| of.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn all_tables_of_the_first_tier_are_in_the_catalog() {
    let catalog = catalog();
    let names: Vec<String> = catalog.names().map(ToString::to_string).collect();
    assert_eq!(names.len(), 32);
    for (table, _) in WITH_PUBLIC_ID {
        assert!(names.iter().any(|name| name == table), "{table}");
    }
}

/// The catalog says no reference of theirs, so that none is missed.
#[cfg(feature = "mysql")]
#[test]
fn notifications_have_partitions_and_no_foreign_keys() {
    let stage = Stage::new();
    let partitions = "SELECT count(*) FROM information_schema.partitions
        WHERE table_schema = database() AND table_name = 'notifications'";
    assert_eq!(stage.number(partitions), 3);
    let keys = "SELECT count(*) FROM information_schema.referential_constraints
        WHERE constraint_schema = database() AND table_name = 'notifications'";
    assert_eq!(stage.number(keys), 0);
    let filled = "SELECT count(DISTINCT partition_name) FROM information_schema.partitions
        WHERE table_schema = database() AND table_name = 'notifications' AND table_rows > 0";
    assert!(stage.number(filled) >= 1);
}
