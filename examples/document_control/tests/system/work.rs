//! A day's work: what is written is what is read, and answers hold public ids only.

use document_control::controllers::*;
use serde_json::{Value, json};

use crate::stage::{At, Stage, anna, ben};

/// The numbers in answers that are none of a row.
const COUNTS: [&str; 1] = ["revisionNumber"];

/// No internal key is in it, under whatever name.
fn is_public(answer: &Value) {
    match answer {
        Value::Object(fields) => {
            for (name, value) in fields {
                assert!(name != "id" && !name.contains('_'), "{name}");
                if !COUNTS.contains(&name.as_str()) {
                    assert!(!value.is_number(), "{name} is a number");
                }
                if name.ends_with("ublicId") {
                    let id = value.as_str().unwrap();
                    assert!(uuid::Uuid::try_parse(id).is_ok(), "{name} is {id}");
                }
                is_public(value);
            }
        }
        Value::Array(all) => all.iter().for_each(is_public),
        _ => {}
    }
}

struct Desk<'a> {
    anna: At<'a>,
    project: Value,
    ben: Value,
}

impl<'a> Desk<'a> {
    fn new(app: &'a document_control::App) -> Self {
        let anna = anna(app);
        let made = json!({ "projectCode": "P2", "projectName": "The pier" });
        let project = anna.get(create_project, &made);
        is_public(&project);
        let ben = ben(app);
        let request = json!({
            "projectPublicId": project["publicId"], "typeCode": "NOTE", "subject": "", "body": "",
        });
        let note = ben.get(create_correspondence, &request);
        Self {
            anna,
            project: project["publicId"].clone(),
            ben: note["originatorPublicId"].clone(),
        }
    }

    fn letter(&self) -> Value {
        let request = json!({
            "projectPublicId": self.project, "typeCode": "LETTER", "subject": "Planks",
            "body": "Short.", "recipientPublicIds": [self.ben, self.ben],
            "tags": ["wood", "urgent", "wood"],
        });
        self.anna.get(create_correspondence, &request)
    }
}

#[test]
fn a_letter_with_a_revision_recipients_tags_and_a_file() {
    let stage = Stage::new();
    let app = stage.app();
    let desk = Desk::new(&app);
    let letter = desk.letter();
    is_public(&letter);
    assert_eq!(letter["projectPublicId"], desk.project);
    assert_ne!(letter["originatorPublicId"], desk.ben);
    assert_eq!(letter["correspondenceNumber"], "P2-LETTER-0001");
    assert_eq!(letter["tags"], json!(["urgent", "wood"]));
    let to_ben = json!([{ "userPublicId": desk.ben, "recipientType": "TO" }]);
    assert_eq!(letter["recipients"], to_ben);

    let revision = json!({
        "correspondencePublicId": letter["publicId"], "subject": "Boards", "body": "Shorter.",
    });
    let revised = desk.anna.get(revise_correspondence, &revision);
    assert_eq!(revised["publicId"], letter["publicId"]);
    assert_eq!(revised["currentRevision"]["revisionNumber"], 2);
    assert_eq!(revised["currentRevision"]["subject"], "Boards");

    let file = json!({
        "correspondencePublicId": letter["publicId"], "originalFilename": "planks.pdf",
        "mimeType": "application/pdf", "fileSize": 12,
    });
    let file = desk.anna.get(attach_file, &file);
    is_public(&file);
    let asked = json!({ "correspondence": letter["publicId"] });
    let shown = desk.anna.get(show_correspondence, &asked);
    is_public(&shown);
    assert_eq!(shown["attachmentPublicIds"], json!([file["publicId"]]));
    assert_eq!(shown["currentRevision"], revised["currentRevision"]);
}

#[test]
fn an_rfa_is_found_by_its_correspondence_and_answered() {
    let stage = Stage::new();
    let app = stage.app();
    let desk = Desk::new(&app);
    let request = json!({
        "projectPublicId": desk.project, "typeCode": "RFA", "subject": "Planks", "body": "",
        "rfaType": "DRAWING",
    });
    let raised = desk.anna.get(raise_rfa, &request);
    is_public(&raised);
    assert_eq!(raised["statusCode"], "SUBMITTED");
    let asked = json!({ "correspondence": raised["publicId"] });
    assert_eq!(desk.anna.get(show_rfa, &asked), raised);
    let document = desk.anna.get(show_correspondence, &asked);
    assert_eq!(document["correspondenceNumber"], "P2-RFA-0001");

    let answer = json!({ "correspondencePublicId": raised["publicId"], "approveCode": "1A" });
    let answered = desk.anna.get(answer_rfa, &answer);
    is_public(&answered);
    assert_eq!(answered["approveCode"], "1A");
    assert_eq!(answered["workflowState"], "ANSWERED");
    assert_eq!(answered["workflowPublicId"], raised["workflowPublicId"]);

    // The next revision is to be approved again.
    let revision = json!({
        "correspondencePublicId": raised["publicId"], "subject": "Boards", "body": "",
    });
    desk.anna.get(revise_correspondence, &revision);
    let shown = desk.anna.get(show_rfa, &asked);
    assert_eq!(shown["currentRevision"]["revisionNumber"], 2);
    assert_eq!(shown["statusCode"], "SUBMITTED");
    assert_eq!(shown["approveCode"], json!(null));
}

/// What was there before, with the keys of its correspondence.
#[test]
fn old_rows_are_found_by_their_new_ids() {
    let stage = Stage::new();
    let mut app = stage.app();
    app.enter(document_control::Phase::PublicAnswers);
    let anna = anna(&app);
    let rfa = anna.get(show_rfa, &json!({ "correspondence": 3 }));
    assert_eq!(rfa["correspondenceNumber"], "P1-RFA-0001");
    let asked = json!({ "correspondence": rfa["publicId"] });
    assert_eq!(anna.get(show_rfa, &asked), rfa);
    let sent = anna.get(show_correspondence, &json!({ "correspondence": 4 }));
    let asked = json!({ "correspondencePublicId": sent["publicId"] });
    let sent = anna.get(show_transmittal, &asked);
    let letter = anna.get(show_correspondence, &json!({ "correspondence": 1 }));
    assert_eq!(sent["itemPublicIds"], json!([letter["publicId"]]));
}

#[test]
fn a_transmittal_sends_documents() {
    let stage = Stage::new();
    let app = stage.app();
    let desk = Desk::new(&app);
    let letter = desk.letter();
    let request = json!({
        "projectPublicId": desk.project, "typeCode": "TRANSMITTAL", "subject": "", "body": "",
        "purpose": "FOR_APPROVAL", "itemPublicIds": [letter["publicId"], letter["publicId"]],
    });
    let sent = desk.anna.get(send_transmittal, &request);
    is_public(&sent);
    assert_eq!(sent["itemPublicIds"], json!([letter["publicId"]]));
    let asked = json!({ "correspondencePublicId": sent["publicId"] });
    assert_eq!(desk.anna.get(show_transmittal, &asked), sent);
}

#[test]
fn drawings_have_revisions() {
    let stage = Stage::new();
    let app = stage.app();
    let desk = Desk::new(&app);
    let plan = json!({
        "projectPublicId": desk.project, "drawingNumber": "D-001", "title": "Plan",
    });
    is_public(&desk.anna.get(add_contract_drawing, &plan));
    let shop = desk.anna.get(add_shop_drawing, &plan);
    let built = desk.anna.get(add_asbuilt_drawing, &plan);
    let next = |of: &Value| json!({ "drawingPublicId": of["publicId"], "title": "Longer" });
    let revised = [
        (&shop, desk.anna.get(revise_shop_drawing, &next(&shop))),
        (&built, desk.anna.get(revise_asbuilt_drawing, &next(&built))),
    ];
    for (first, second) in revised {
        is_public(first);
        is_public(&second);
        assert_eq!(first["publicId"], second["publicId"]);
        assert_ne!(first["revisionPublicId"], second["revisionPublicId"]);
        assert_eq!(second["revisionNumber"], 2);
    }
    // The id of a drawing of one kind is none of the other.
    crate::stage::assert_not_found(&desk.anna.ask(revise_asbuilt_drawing, &next(&shop)));
}

#[test]
fn who_gets_a_circulation_is_told() {
    let stage = Stage::new();
    let app = stage.app();
    let desk = Desk::new(&app);
    let round = json!({
        "correspondencePublicId": desk.letter()["publicId"], "subject": "Please read",
        "userPublicIds": [desk.ben],
    });
    is_public(&desk.anna.get(circulate, &round));
    let told = ben(&app).get(list_notifications, &json!({}));
    is_public(&told);
    let last = told.as_array().unwrap().last().unwrap();
    assert_eq!(last["message"], "P2-LETTER-0001");
    let asked = json!({ "notificationPublicId": last["publicId"] });
    ben(&app).get(mark_read, &asked);
    let told = ben(&app).get(list_notifications, &json!({}));
    assert_eq!(told.as_array().unwrap().last().unwrap()["isRead"], true);
    assert_eq!(desk.anna.get(list_notifications, &json!({})), json!([]));
}

#[test]
fn what_users_do_is_logged() {
    let stage = Stage::new();
    let app = stage.app();
    let before = stage.number("SELECT count(*) FROM audit_logs WHERE organization_id = 1");
    let desk = Desk::new(&app);
    desk.letter();
    let after = stage.number("SELECT count(*) FROM audit_logs WHERE organization_id = 1");
    assert_eq!(after, before + 3);
    assert_eq!(
        stage.number("SELECT count(*) FROM audit_logs WHERE organization_id = 2"),
        1
    );
}
