//! What does not move: nothing of it does, and both chains say that it failed.

use tenancy::prelude::*;
use tenancy::{Error, MovedRows, catalog};

use super::store::{
    Bin, Label, Loan, Note, Owner, Pin, Shelf, Slot, Store, Thing, Unit, Vote, Word, tables,
};
use super::{ANNA, BEN, CARA};

/// Sees that nothing is moved, and that the events say so.
fn refused(store: &Store, moves: impl FnOnce() -> tenancy::Result<MovedRows>) -> Error {
    let before = store.rows();
    let error = moves().unwrap_err();
    assert_eq!(store.rows(), before);
    let events = store.events();
    let ends: Vec<&String> = events.iter().rev().take(2).collect();
    assert!(ends.iter().all(|end| end.contains(" failed ")), "{ends:?}");
    error
}

/// Why a bin cannot be moved.
fn why(store: &Store, bin: i64, from: i64, to: i64) -> String {
    reason(refused(store, || store.move_bin(bin, from, to)))
}

fn reason(error: Error) -> String {
    let Error::CannotMove { .. } = error else {
        panic!("{error:?}");
    };
    error.to_string()
}

#[test]
fn a_row_that_is_not_the_first_tenants() {
    let store = Store::new();
    for bin in [5, 99] {
        let error = refused(&store, || store.move_bin(bin, ANNA, CARA));
        assert!(matches!(error, Error::NotFound), "{error:?}");
    }
    let slot = || {
        let tables = tables();
        store
            .db
            .move_row::<Slot, _>(&store.olga(), &tables, 10, BEN, CARA)
    };
    assert!(matches!(refused(&store, slot), Error::NotFound));
}

#[test]
fn a_row_to_its_own_tenant() {
    let store = Store::new();
    let error = store.move_bin(1, ANNA, ANNA).unwrap_err();
    assert_eq!(reason(error), "rows of `bins` are this tenant's already");
    assert!(store.events().is_empty());
}

#[test]
fn a_row_to_nobody() {
    let store = Store::new();
    for (from, to) in [(ANNA, 0), (0, ANNA)] {
        let error = store.move_bin(1, from, to).unwrap_err();
        assert!(matches!(error, Error::InvalidKey { .. }), "{error:?}");
    }
    assert!(store.events().is_empty());
}

#[test]
fn a_row_to_a_tenant_that_is_not_there() {
    let store = Store::new();
    let told = "rows of `bins` would refer by `tenant_id` to no row of `owners`";
    assert_eq!(why(&store, 4, ANNA, 4), told);
    // Nor if the catalog does not know the tenants.
    let tables = catalog![
        Shelf, Bin, Label, Thing, Note, Word, Vote, Slot, Pin, Loan, Unit
    ];
    let error = refused(&store, || store.move_with(&tables, 4, ANNA, 4));
    assert_eq!(reason(error), told);
    assert_eq!(
        store.move_with(&tables, 4, ANNA, CARA).unwrap().of("bins"),
        1
    );
}

#[test]
fn a_row_that_the_other_tenant_has_already() {
    let store = Store::new();
    let error = refused(&store, || store.move_bin(4, ANNA, BEN));
    assert!(matches!(error, Error::UniqueViolation { .. }), "{error:?}");
    assert_eq!(store.bins_of(BEN), [5, 6]);
}

#[test]
fn a_row_that_refers_to_one_that_stays() {
    let store = Store::new();
    assert_eq!(
        why(&store, 3, ANNA, CARA),
        "rows of `bins` refer by `shelf_id` to a row of `shelves` that stays"
    );
    // A child of something that stays, by itself and as what comes along.
    assert_eq!(
        why(&store, 2, ANNA, CARA),
        "rows of `bins` refer by `above_id` to a row of `bins` that stays"
    );
    store.fill("UPDATE things SET label_id = 1 WHERE id = 3");
    assert_eq!(
        why(&store, 1, ANNA, CARA),
        "rows of `things` refer by `label_id` to a row of `labels` that stays"
    );
}

#[test]
fn a_child_that_refers_to_one_that_stays() {
    let store = Store::new();
    store.fill("UPDATE notes SET thing_id = 4 WHERE id = 2");
    assert_eq!(
        why(&store, 1, ANNA, CARA),
        "rows of `notes` refer by `thing_id` to a row of `things` that stays"
    );
}

#[test]
fn a_row_that_a_child_of_another_one_refers_to() {
    let store = Store::new();
    store.fill("UPDATE notes SET thing_id = 1 WHERE id = 3");
    assert_eq!(
        why(&store, 1, ANNA, CARA),
        "rows of `notes` refer by `thing_id` to what would move, and their parents stay"
    );
}

#[test]
fn a_row_that_another_tenants_row_refers_to() {
    let store = Store::new();
    store.fill("INSERT INTO votes VALUES (9, 2, 1)");
    assert_eq!(
        why(&store, 1, ANNA, CARA),
        "rows of `notes` are referred to by `votes` (note_id), by a row that is not this tenant's"
    );
    // Nor does it go to the one whose row it is.
    assert_eq!(
        why(&store, 1, ANNA, BEN),
        "rows of `notes` are referred to by `votes` (note_id), by a row that is not this tenant's"
    );
}

#[test]
fn a_row_that_an_unknown_table_refers_to() {
    let store = Store::new();
    store.fill(
        "CREATE TABLE history (
            id INTEGER PRIMARY KEY NOT NULL, word_id BIGINT NOT NULL,
            FOREIGN KEY (word_id) REFERENCES words (id)
        )",
    );
    assert_eq!(
        why(&store, 1, ANNA, CARA),
        "rows of `words` are referred to by `history`, which is not in the catalog"
    );
    // What nothing of it is below of.
    store.fill("DELETE FROM words");
    assert_eq!(store.move_bin(1, ANNA, CARA).unwrap().of("bins"), 2);
}

#[test]
fn a_tenant_a_child_and_what_a_catalog_has_not() {
    let store = Store::new();
    let (olga, tables) = (store.olga(), tables());
    let owner = || {
        let id = RowId::<Owner>::from_raw(1);
        store
            .db
            .move_row::<Owner, _>(&olga, &tables, id, ANNA, CARA)
    };
    assert_eq!(
        reason(refused(&store, owner)),
        "rows of `owners` are told apart by their tenant"
    );
    let note = || {
        let id = RowId::<Note>::from_raw(1);
        store.db.move_row::<Note, _>(&olga, &tables, id, ANNA, CARA)
    };
    assert_eq!(
        reason(refused(&store, note)),
        "rows of `notes` belong to their parent: move that"
    );
    let others = catalog![Owner, Shelf];
    let error = refused(&store, || store.move_with(&others, 1, ANNA, CARA));
    assert!(matches!(error, Error::Catalog { .. }), "{error:?}");
}

#[test]
fn a_row_that_a_tenant_or_a_row_of_nobody_refers_to() {
    let store = Store::new();
    store.fill(
        "ALTER TABLE owners ADD COLUMN best_id BIGINT REFERENCES bins (id);
        UPDATE owners SET best_id = 4 WHERE id = 1;
        ALTER TABLE units ADD COLUMN bin_id BIGINT REFERENCES bins (id)",
    );
    assert_eq!(
        why(&store, 4, ANNA, CARA),
        "rows of `bins` are referred to by `owners` (best_id), whose rows are told apart by their \
         tenant"
    );
    store.fill("UPDATE owners SET best_id = NULL; INSERT INTO units VALUES (1, 4)");
    assert_eq!(
        why(&store, 4, ANNA, CARA),
        "rows of `bins` are referred to by `units` (bin_id), whose rows are nobody's"
    );
    store.fill("UPDATE units SET bin_id = 1");
    assert_eq!(store.move_bin(4, ANNA, CARA).unwrap().of("bins"), 1);
}

/// One that would empty the column of a child, were the child changed behind its parent.
#[cfg(feature = "sqlite")]
#[test]
fn no_cascade_finds_a_row() {
    let store = Store::new();
    store.fill(
        "DROP TABLE loans;
        CREATE TABLE loans (
            id INTEGER PRIMARY KEY NOT NULL, tenant_id BIGINT, bin_id BIGINT,
            FOREIGN KEY (tenant_id, bin_id) REFERENCES bins (tenant_id, id) ON UPDATE SET NULL
        );
        INSERT INTO loans VALUES (1, 1, 1)",
    );
    assert_eq!(store.move_bin(1, ANNA, CARA).unwrap().of("loans"), 1);
}

/// A trigger that sends rows back, as no foreign key would see.
#[cfg(feature = "sqlite")]
#[test]
fn rows_that_the_database_sends_back() {
    let store = Store::new();
    store.fill(
        "CREATE TRIGGER back AFTER UPDATE OF tenant_id ON loans WHEN NEW.tenant_id <> 1
            BEGIN UPDATE loans SET tenant_id = 1 WHERE id = NEW.id; END",
    );
    assert_eq!(
        why(&store, 1, ANNA, CARA),
        "rows of `loans` were not all moved by the database"
    );
}

/// A row that stays, where the other tenant has one of the same key: that one has not come.
#[cfg(feature = "sqlite")]
#[test]
fn a_row_that_was_there_before_has_not_arrived() {
    let store = Store::new();
    store.fill(
        "CREATE TRIGGER keeps BEFORE UPDATE OF tenant_id ON slots
            BEGIN SELECT RAISE(IGNORE); END",
    );
    let slot = || {
        let tables = tables();
        store
            .db
            .move_row::<Slot, _>(&store.olga(), &tables, 12, ANNA, BEN)
    };
    assert_eq!(
        reason(refused(&store, slot)),
        "rows of `slots` were not all moved by the database"
    );
}
