//! Triggers of the application's, which run while foreign keys are off.

use diesel::connection::SimpleConnection;
use tenancy::{Catalog, Error};

use super::{BEFORE, OPERATOR, Stage, catalog, kept, lines, moves, owners, protected};

fn tables() -> Catalog {
    catalog().operated_by(OPERATOR)
}

/// Beside the logs an order with a line, and what was written of orders, by foreign keys.
const BESIDE: &str = "
    INSERT INTO orders VALUES (1, x'00000000000000000000000000000001');
    INSERT INTO `lines` VALUES (1, 1);
    CREATE TABLE history (
        order_id BIGINT NOT NULL, FOREIGN KEY (order_id) REFERENCES orders (id)
    );";

fn with_trigger(when: &str, body: &str) -> Stage {
    let stage = protected(&tables());
    let mut owner = stage.owner();
    owner.batch_execute(BESIDE).unwrap();
    let trigger = format!("CREATE TRIGGER own {when} FOR EACH ROW {body}");
    owner.batch_execute(&trigger).unwrap();
    stage
}

const WRITES: [(&str, &str); 4] = [
    ("AFTER", "INSERT INTO history VALUES (99)"),
    ("BEFORE", "INSERT INTO history VALUES (99)"),
    ("AFTER", "UPDATE `lines` SET order_id = 99"),
    ("AFTER", "DELETE FROM orders"),
];

#[test]
fn what_they_write_would_be_looked_at_by_nobody() {
    for (when, body) in WRITES {
        let stage = with_trigger(&format!("{when} UPDATE ON marks"), body);
        let reason = kept(moves(&stage, "operator"));
        assert!(
            reason.contains("have a trigger that writes other rows"),
            "{when} {body}: {reason}"
        );
        assert_eq!(owners(&stage), BEFORE);
        let beside = "SELECT concat('order ', id) AS line FROM orders
            UNION ALL SELECT concat('line of ', order_id) FROM `lines`
            UNION ALL SELECT concat('history of ', order_id) FROM history ORDER BY 1";
        assert_eq!(lines(&mut stage.owner(), beside), ["line of 1", "order 1"]);
    }
}

#[test]
fn one_that_writes_nothing_meanwhile_is_no_hindrance() {
    let body = "IF @@foreign_key_checks THEN INSERT INTO history VALUES (99); END IF";
    let stage = with_trigger("AFTER UPDATE ON marks", body);
    assert_eq!(moves(&stage, "operator").unwrap().total(), 3);
}

/// What it sets in the row itself is looked at behind.
#[test]
fn what_they_set_in_a_row_leads_somewhere() {
    for (value, leads) in [(1, true), (99, false)] {
        let stage = protected(&tables());
        let mut owner = stage.owner();
        owner.batch_execute(BESIDE).unwrap();
        let make = format!(
            "ALTER TABLE marks ADD COLUMN order_id BIGINT,
                ADD FOREIGN KEY (order_id) REFERENCES orders (id);
             CREATE TRIGGER own BEFORE UPDATE ON marks FOR EACH ROW PRECEDES marks_tenancy_stays
                SET NEW.order_id = {value}"
        );
        owner.batch_execute(&make).unwrap();
        let moved = moves(&stage, "operator");
        if leads {
            assert_eq!(moved.unwrap().total(), 3);
        } else {
            assert_eq!(
                kept(moved),
                "rows of `marks` would refer by `order_id` to no row of `orders`"
            );
            assert_eq!(owners(&stage), BEFORE);
        }
    }
}

/// Each row that is changed is written once more, and that by no trigger.
#[test]
fn a_table_that_keeps_its_history_goes_along() {
    let stage = protected(&tables());
    let mut owner = stage.owner();
    owner.batch_execute(BESIDE).unwrap();
    owner
        .batch_execute("ALTER TABLE marks ADD SYSTEM VERSIONING")
        .unwrap();
    let trigger = |body: &str| {
        let sql =
            format!("CREATE OR REPLACE TRIGGER own AFTER UPDATE ON marks FOR EACH ROW {body}");
        stage.owner().batch_execute(&sql).unwrap();
    };
    trigger("INSERT INTO history VALUES (99)");
    let reason = kept(moves(&stage, "operator"));
    assert!(reason.contains("writes other rows"), "{reason}");
    trigger("SET @own = 1");
    assert_eq!(moves(&stage, "operator").unwrap().of("marks"), 2);
}

/// What refers to nothing of its tenant moves with foreign keys on.
#[test]
fn a_table_that_refers_to_none_has_its_triggers() {
    let stage = protected(&tables());
    stage.owner().batch_execute(BESIDE).unwrap();
    let trigger = |order: i64| {
        let sql = format!(
            "CREATE OR REPLACE TRIGGER own AFTER UPDATE ON logs FOR EACH ROW
                INSERT INTO history VALUES ({order})"
        );
        stage.owner().batch_execute(&sql).unwrap();
    };
    trigger(99);
    let moved = moves(&stage, "operator");
    assert!(
        matches!(moved, Err(Error::ForeignKeyViolation { .. })),
        "{moved:?}"
    );
    assert_eq!(owners(&stage), BEFORE);
    trigger(1);
    assert_eq!(moves(&stage, "operator").unwrap().total(), 3);
}
