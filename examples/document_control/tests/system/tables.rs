//! The catalog and the database say the same.

use document_control::models::catalog;
use document_control::transition::WITH_PUBLIC_ID;
use tenancy::{Check, Severity};

use crate::stage::Stage;

const SERVING: &str = if cfg!(feature = "mysql") {
    "serving@localhost"
} else {
    "serving"
};

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

/// The workflows' keys are UUIDs, as texts, and the application makes them. Nobody guesses one.
#[test]
fn the_inspection_warns_of_the_workflows_keys_alone() {
    let stage = Stage::new();
    let inspection = stage.app().db.inspect(&catalog()).unwrap();
    let findings = inspection.findings().iter();
    let findings = findings.filter(|of| of.check != Check::ServerVersion);
    let found: Vec<_> = findings.map(|of| (of.check, of.table.as_deref())).collect();
    let expected = ["definitions", "histories", "instances"];
    let expected = expected.map(|of| (Check::PrimaryKey, Some(format!("workflow_{of}"))));
    let expected = expected.iter().map(|(check, of)| (*check, of.as_deref()));
    assert_eq!(found, expected.collect::<Vec<_>>());
}

/// All that the catalog asks for is there, but for what is for the owner to say: the triggers and
/// rights of the account that serves.
#[test]
fn the_catalog_misses_no_key_and_no_reference() {
    let stage = Stage::new();
    let pending = catalog().pending(&mut stage.raw(), SERVING).unwrap();
    let told = pending.to_string();
    let keys = ["key", "index", "reference"];
    for line in told.lines() {
        assert!(!keys.iter().any(|of| line.contains(of)), "{line}");
    }
}
