//! Moving a row with all that hangs on it.

mod keys;
mod refused;
mod store;
mod wide;

use tenancy::audit::AuditState;
use tenancy::prelude::*;
use tenancy::{Claims, Error, OperatorScope, Reason};

use self::store::{Bin, Slot, Store};

/// Anna, Ben and Cara.
const ANNA: i64 = 1;
const BEN: i64 = 2;
const CARA: i64 = 3;

const MOVED: [&str; 13] = [
    "bins 1 of 1 -> 3",
    "bins 2 of 1 -> 3",
    "loans 1 of 1 -> 3",
    "notes 1 below 1",
    "notes 2 below 2",
    "pins 1 of 1 -> 3",
    "slots 10 of 1 -> 3",
    "things 1 of 1 -> 3",
    "things 2 of 1 -> 3",
    "things 3 of 1 -> 3",
    "votes 1 of 1 -> 3",
    "votes 2 of 1 -> 3",
    "words 1 below 1",
];

/// The rows as they are when those lines are moved.
fn moved(before: &[String]) -> Vec<String> {
    let mut after: Vec<String> = before
        .iter()
        .map(|line| {
            let mut lines = MOVED.iter().filter_map(|moved| moved.split_once(" -> "));
            match lines.find(|(from, _)| line == from) {
                Some((from, to)) => format!("{} of {to}", from.rsplit_once(" of ").unwrap().0),
                None => line.clone(),
            }
        })
        .collect();
    after.sort();
    after
}

#[test]
fn all_that_hangs_on_a_row_goes_with_it_and_nothing_else() {
    let store = Store::new();
    let before = store.rows();
    let report = store.move_bin(1, ANNA, CARA).unwrap();
    let after = moved(&before);
    assert_ne!(after, before);
    assert_eq!(store.rows(), after);
    let counts: Vec<(&str, usize)> = report.iter().collect();
    assert_eq!(
        counts,
        [
            ("bins", 2),
            ("loans", 1),
            ("notes", 2),
            ("pins", 1),
            ("slots", 1),
            ("things", 3),
            ("votes", 2),
            ("words", 1),
        ]
    );
    assert_eq!(report.total(), MOVED.len());
    assert_eq!((report.of("bins"), report.of("shelves")), (2, 0));
}

#[test]
fn what_was_moved_is_the_other_tenants() {
    let store = Store::new();
    store.move_bin(1, ANNA, CARA).unwrap();
    for (tenant, bins) in [(ANNA, vec![3, 4]), (BEN, vec![5, 6]), (CARA, vec![1, 2])] {
        assert_eq!(store.bins_of(tenant), bins, "{tenant}");
    }
    // And back.
    store.move_bin(1, CARA, ANNA).unwrap();
    assert_eq!(store.bins_of(ANNA), [1, 2, 3, 4]);
}

#[test]
fn both_chains_tell_of_it() {
    let store = Store::new();
    store.move_bin(1, ANNA, CARA).unwrap();
    let tables = "bins: read, write\nlabels: read\nloans: read, write\nnotes: read\nowners: read\n\
        pins: read, write\nshelves: read\nslots: read, write\nthings: read, write\n\
        votes: read, write\nwords: read";
    assert_eq!(
        store.events(),
        [
            "1 1 move out .. a reason [to the tenant 3]".to_owned(),
            "3 1 move in .. a reason [from the tenant 1]".to_owned(),
            format!("1 2 move out done a reason [to the tenant 3\n{tables}]"),
            format!("3 2 move in done a reason [from the tenant 1\n{tables}]"),
        ]
    );
    for tenant in [ANNA, CARA] {
        let state = store.db.verify_audit(&store.olga(), Some(&tenant)).unwrap();
        assert!(matches!(state, AuditState::Whole { events: 2, .. }));
    }
}

#[test]
fn rows_of_others_with_the_same_key_stay() {
    let store = Store::new();
    let before = store.rows();
    let report = store
        .db
        .move_row::<Slot, _>(&store.olga(), &store::tables(), 12, ANNA, CARA)
        .unwrap();
    assert_eq!(
        report.iter().collect::<Vec<_>>(),
        [("pins", 1), ("slots", 1)]
    );
    let mut expected: Vec<String> = before
        .into_iter()
        .map(|line| match line.as_str() {
            "slots 12 of 1" => "slots 12 of 3".to_owned(),
            "pins 3 of 1" => "pins 3 of 3".to_owned(),
            _ => line,
        })
        .collect();
    expected.sort();
    assert_eq!(store.rows(), expected);
}

#[test]
fn what_refers_in_a_circle_goes_as_a_whole() {
    let store = Store::new();
    store.fill("UPDATE bins SET above_id = 2 WHERE id = 1");
    let report = store.move_bin(2, ANNA, CARA).unwrap();
    assert_eq!(report.of("bins"), 2);
    assert_eq!(store.bins_of(ANNA), [3, 4]);
}

#[test]
fn many_rows_go_as_one() {
    let store = Store::new();
    let rows: Vec<String> = (100..1700)
        .map(|id| format!("({id}, 1, 1, NULL, 'thing {id}', NULL)"))
        .collect();
    store.fill(&format!("INSERT INTO things VALUES {}", rows.join(", ")));
    let report = store.move_bin(1, ANNA, CARA).unwrap();
    assert_eq!(report.of("things"), 1603);
    let left = store.rows();
    let left = left.iter().filter(|line| line.starts_with("things"));
    assert_eq!(left.filter(|line| line.ends_with("of 1")).count(), 1);
}

#[test]
fn opposite_moves_wait_for_one_another() {
    let store = Store::new();
    store.fill("INSERT INTO bins VALUES (7, 1, NULL, NULL, 'Red'), (8, 2, NULL, NULL, 'Red')");
    let rounds = 12;
    std::thread::scope(|threads| {
        for (bin, home) in [(7, ANNA), (8, BEN)] {
            let store = &store;
            threads.spawn(move || {
                let other = ANNA + BEN - home;
                for _ in 0..rounds {
                    store.move_bin(bin, home, other).unwrap();
                    store.move_bin(bin, other, home).unwrap();
                }
            });
        }
    });
    assert_eq!(store.bins_of(ANNA), [1, 2, 3, 4, 7]);
    assert_eq!(store.bins_of(BEN), [5, 6, 8]);
    for tenant in [ANNA, BEN] {
        let state = store.db.verify_audit(&store.olga(), Some(&tenant)).unwrap();
        let AuditState::Whole { events, .. } = state else {
            panic!("{state:?}");
        };
        assert_eq!(events, 2 * 2 * 2 * rounds);
    }
}

#[test]
fn who_only_reads_moves_nothing() {
    let store = Store::new();
    let before = store.rows();
    let reads = Claims::new(9).subject("olga").operator().read_only();
    let identity = crate::support::identity(&store.db, reads).unwrap();
    let reads = OperatorScope::new(&identity, Reason::new("a reason").unwrap()).unwrap();
    let bin = RowId::<Bin>::from_raw(1);
    let refused = store
        .db
        .move_row::<Bin, _>(&reads, &store::tables(), bin, ANNA, CARA);
    assert!(matches!(refused, Err(Error::Forbidden)));
    assert_eq!(store.rows(), before);
    assert!(store.events().is_empty());
}

#[test]
fn without_both_events_nothing_moves() {
    let store = Store::new();
    store.stage.tamper("DROP TABLE tenancy_audit_heads");
    let before = store.rows();
    let moved = store.move_bin(1, ANNA, CARA);
    assert!(matches!(moved, Err(Error::AuditUnavailable(_))));
    assert_eq!(store.rows(), before);
    assert!(store.events().is_empty());
}
