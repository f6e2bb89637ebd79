//! The transition: each phase, the way back, and ids that are none.

#[cfg(not(feature = "mysql"))]
use std::ops::ControlFlow;

use diesel::connection::SimpleConnection;
use document_control::controllers::*;
use document_control::{Phase, show, transition};
use serde_json::json;

use crate::stage::{Stage, anna, assert_bad_request, assert_not_found, cora};

const ROWS: i64 = 34;

#[test]
fn phase_1_gives_each_row_an_id_and_changes_nothing_else() {
    let stage = Stage::old();
    assert!(transition::count_public_ids(&stage.url).is_err());
    let before = stage.all_rows();
    stage.add_public_ids();
    assert_eq!(
        transition::count_public_ids(&stage.url).unwrap(),
        (ROWS, ROWS)
    );
    // Once more does nothing.
    stage.add_public_ids();
    transition::take_back(&stage.url).unwrap();
    assert_eq!(stage.all_rows(), before);
}

#[cfg(not(feature = "mysql"))]
#[test]
fn the_backfill_goes_on_where_it_was_stopped() {
    let stage = Stage::old();
    let db = stage.owner();
    let mut batches = 0;
    loop {
        let mut told = 0;
        let flow = transition::add_public_ids(&db, &stage.url, |batch| {
            assert!(batch.rows > 0);
            told += 1;
            batches += 1;
            ControlFlow::Break(())
        });
        let (with_id, in_all) = transition::count_public_ids(&stage.url).unwrap();
        if flow.unwrap().is_continue() {
            assert_eq!((told, with_id, in_all), (0, ROWS, ROWS));
            break;
        }
        assert_eq!(told, 1);
    }
    assert_eq!(batches, 16);
}

/// A row that the old service adds in the middle of the backfill gets its id from it.
#[cfg(not(feature = "mysql"))]
#[test]
fn the_old_service_writes_until_the_backfill_is_done() {
    let stage = Stage::old();
    let mut added = false;
    let flow = transition::add_public_ids(&stage.owner(), &stage.url, |batch| {
        if batch.table == "projects" && !std::mem::replace(&mut added, true) {
            let insert = "INSERT INTO projects
                    (organization_id, project_code, project_name, created_at)
                VALUES (1, 'P7', 'Late', '2026-03-12 08:00:00')";
            stage.raw().batch_execute(insert).unwrap();
        }
        ControlFlow::Continue(())
    });
    assert!(flow.unwrap().is_continue());
    let expected = (ROWS + 1, ROWS + 1);
    assert_eq!(transition::count_public_ids(&stage.url).unwrap(), expected);
}

/// One that comes when its table is done stops the requirement, and nothing is half done.
#[cfg(not(feature = "mysql"))]
#[test]
fn a_row_that_comes_too_late_is_not_left_without_an_id() {
    let stage = Stage::old();
    let db = stage.owner();
    let refused = transition::add_public_ids(&db, &stage.url, |batch| {
        if batch.table == "notifications" {
            let insert = "INSERT INTO tags (organization_id, tag_name) VALUES (1, 'late');
                INSERT INTO projects (organization_id, project_code, project_name, created_at)
                VALUES (1, 'P7', 'Late', '2026-03-12 08:00:00')";
            stage.raw().batch_execute(insert).unwrap();
        }
        ControlFlow::Continue(())
    });
    assert!(refused.is_err());
    let counted = transition::count_public_ids(&stage.url).unwrap();
    assert_eq!(counted, (ROWS, ROWS + 1));
    stage.add_public_ids();
    let counted = transition::count_public_ids(&stage.url).unwrap();
    assert_eq!(counted, (ROWS + 1, ROWS + 1));
}

#[test]
fn an_id_is_required_and_of_one_row() {
    let stage = Stage::new();
    let refused = [
        "UPDATE projects SET uuid = NULL WHERE id = 1",
        "UPDATE notifications SET uuid = NULL WHERE id = 1",
        "UPDATE projects SET uuid = X'00' WHERE id = 1",
        "INSERT INTO projects (organization_id, project_code, project_name, uuid, created_at)
            SELECT 1, 'P8', 'Twin', uuid, created_at FROM projects WHERE id = 1",
        "INSERT INTO projects (organization_id, project_code, project_name, uuid, created_at)
            VALUES (1, 'P8', 'None', NULL, '2026-03-12 08:00:00')",
    ];
    for sql in refused {
        assert!(stage.raw().batch_execute(sql).is_err(), "{sql}");
    }
    // A table with partitions takes no unique key of the id alone: the index is a plain one.
    let twin = "INSERT INTO notifications
            (organization_id, user_id, title, message, uuid, created_at)
        SELECT 1, 1, 'Twin', '', uuid, created_at FROM notifications WHERE id = 1";
    stage.raw().batch_execute(twin).unwrap();
}

#[test]
fn phase_1_can_be_taken_back_and_done_again() {
    let stage = Stage::new();
    let reverted = transition::take_back(&stage.url).unwrap();
    assert_eq!(reverted.len(), if cfg!(feature = "mysql") { 1 } else { 2 });
    assert!(transition::count_public_ids(&stage.url).is_err());
    stage.add_public_ids();
    assert_eq!(
        transition::count_public_ids(&stage.url).unwrap(),
        (ROWS, ROWS)
    );
}

#[test]
fn a_number_is_taken_until_the_last_phase_and_shown_in_the_second() {
    let stage = Stage::new();
    let mut app = stage.app();
    let by_number = json!({ "project": 1 });
    app.enter(Phase::DualMode);
    let shown = anna(&app).get(show_project, &by_number);
    assert_eq!(shown["id"], 1);
    let by_id = json!({ "project": shown["publicId"] });
    assert_eq!(anna(&app).get(show_project, &by_id), shown);
    assert_eq!(app.numbers.used(), 1);

    app.enter(Phase::PublicAnswers);
    let public = anna(&app).get(show_project, &json!({ "project": "1" }));
    assert_eq!(public["publicId"], shown["publicId"]);
    assert!(public.get("id").is_none());
    assert_eq!(app.numbers.used(), 2);

    app.enter(Phase::CleanUp);
    assert_bad_request(&anna(&app).ask(show_project, &by_number));
    assert_eq!(anna(&app).get(show_project, &by_id), public);
    assert_eq!(app.numbers.used(), 2);
}

#[test]
fn a_number_leads_to_no_other_organization() {
    let stage = Stage::new();
    let mut app = stage.app();
    app.enter(Phase::DualMode);
    let (anna, cora) = (anna(&app), cora(&app));
    for (at, other) in [(&anna, 2), (&cora, 1), (&anna, 77)] {
        assert_not_found(&at.ask(show_project, &json!({ "project": other })));
        assert_not_found(&at.ask(show_correspondence, &json!({ "correspondence": other })));
    }
    // An RFA of Anna's, by its correspondence's number.
    assert_not_found(&cora.ask(show_rfa, &json!({ "correspondence": 3 })));
    let own = anna.get(show_rfa, &json!({ "correspondence": 3 }));
    assert_eq!(own["id"], 3);
}

#[test]
fn what_is_no_id_is_a_bad_request() {
    let stage = Stage::new();
    let mut app = stage.app();
    app.enter(Phase::DualMode);
    let anna = anna(&app);
    let none = [
        json!(0),
        json!(-1),
        json!(1.5),
        json!(18_446_744_073_709_551_615_u64),
        json!(""),
        json!("01"),
        json!("99999999999999999999"),
        json!("00000000-0000-0000-0000-000000000000"),
        json!("ffffffff-ffff-ffff-ffff-ffffffffffff"),
        json!("019ce10f-4400-7000-8000-00000000000"),
        json!("019ce10f440070008000000000000001"),
        json!("1 OR 1 = 1"),
        json!(null),
        json!([1]),
    ];
    for id in none {
        assert_bad_request(&anna.ask(show_project, &json!({ "project": id })));
    }
    assert_eq!(app.numbers.used(), 0);
}

#[test]
fn the_example_prints_the_same_each_time() {
    let expected = if cfg!(feature = "mysql") {
        include_str!("../../expected/mariadb.txt")
    } else {
        include_str!("../../expected/sqlite.txt")
    };
    let stage = Stage::empty();
    let mut printed = Vec::new();
    show::all_phases(stage.owner(), &stage.url, &mut printed).unwrap();
    let printed = String::from_utf8(printed).unwrap();
    for (number, (printed, expected)) in (1..).zip(printed.lines().zip(expected.lines())) {
        assert_eq!(printed, expected, "line {number}");
    }
    assert_eq!(printed.lines().count(), expected.lines().count());
}
