//! The numbers of documents: for each project and type one after the other, and none left out.

use document_control::controllers::*;
use serde_json::{Value, json};

use crate::stage::{At, Stage, anna, assert_not_found, cora};

fn letter(at: &At<'_>, to: &Value) -> Value {
    let projects = at.get(list_projects, &json!({}));
    json!({
        "projectPublicId": projects[0]["publicId"], "typeCode": "LETTER", "subject": "", "body": "",
        "recipientPublicIds": to,
    })
}

#[test]
fn each_organization_counts_by_itself() {
    let stage = Stage::new();
    let app = stage.app();
    for at in [anna(&app), cora(&app)] {
        for expected in ["P1-LETTER-0002", "P1-LETTER-0003"] {
            let written = at.get(create_correspondence, &letter(&at, &json!([])));
            assert_eq!(written["correspondenceNumber"], expected);
        }
    }
}

#[test]
fn a_letter_that_was_not_written_leaves_its_number() {
    let stage = Stage::new();
    let app = stage.app();
    let anna = anna(&app);
    let to_nobody = json!(["019ce10f-4400-7000-8000-ffffffffffff"]);
    assert_not_found(&anna.ask(create_correspondence, &letter(&anna, &to_nobody)));
    let written = anna.get(create_correspondence, &letter(&anna, &json!([])));
    assert_eq!(written["correspondenceNumber"], "P1-LETTER-0002");
}

#[test]
fn many_at_once_get_numbers_without_a_gap() {
    let stage = Stage::new();
    let app = stage.app();
    let mut numbers: Vec<String> = std::thread::scope(|threads| {
        let write = || {
            let anna = anna(&app);
            let request = letter(&anna, &json!([]));
            let write = || anna.get(create_correspondence, &request);
            let written = (0..5).map(|_| write()["correspondenceNumber"].to_string());
            written.collect::<Vec<_>>()
        };
        let running: Vec<_> = (0..4).map(|_| threads.spawn(write)).collect();
        let done = running.into_iter().map(|thread| thread.join().unwrap());
        done.flatten().collect()
    });
    numbers.sort();
    let expected: Vec<_> = (2..22).map(|n| format!("\"P1-LETTER-{n:04}\"")).collect();
    assert_eq!(numbers, expected);
}

#[test]
fn a_project_says_how_its_documents_are_numbered() {
    let stage = Stage::new();
    let app = stage.app();
    let anna = anna(&app);
    let made = json!({
        "projectCode": "P2", "projectName": "The pier",
        "numberFormats": [{ "typeCode": "LETTER", "template": "{type}/{number} ({project})" }],
    });
    let project = anna.get(create_project, &made);
    for (kind, expected) in [("LETTER", "LETTER/0001 (P2)"), ("MEMO", "P2-MEMO-0001")] {
        let request = json!({
            "projectPublicId": project["publicId"], "typeCode": kind, "subject": "", "body": "",
        });
        let written = anna.get(create_correspondence, &request);
        assert_eq!(written["correspondenceNumber"], expected);
    }
}
