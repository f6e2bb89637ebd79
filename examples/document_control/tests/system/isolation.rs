//! Two organizations whose rows have the same codes, names and numbers: neither finds the other's,
//! whichever id it has.

use document_control::controllers::{self, *};
use serde_json::{Value, json};

use crate::stage::{At, Stage, anna, assert_not_found, cora};

/// A UUID of nobody's.
const MISSING: &str = "019ce10f-4400-7000-8000-ffffffffffff";

/// The public ids of what an organization has.
struct Ids {
    project: Value,
    letter: Value,
    user: Value,
    rfa: Value,
    transmittal: Value,
    shop: Value,
    asbuilt: Value,
    notification: Value,
}

/// Makes one of each.
fn work(at: &At<'_>) -> Ids {
    let listed = at.get(controllers::list_projects, &json!({}));
    let project = listed[0]["publicId"].clone();
    let written = |kind: &str| {
        json!({
            "projectPublicId": project, "typeCode": kind, "subject": "Piles", "body": "",
            "rfaType": "DRAWING", "purpose": "FOR_APPROVAL", "itemPublicIds": [],
        })
    };
    let letter = at.get(create_correspondence, &written("LETTER"));
    let user = letter["originatorPublicId"].clone();
    let rfa = at.get(raise_rfa, &written("RFA"));
    let transmittal = at.get(send_transmittal, &written("TRANSMITTAL"));
    let drawing = json!({ "projectPublicId": project, "drawingNumber": "D-9", "title": "Pile" });
    let shop = at.get(add_shop_drawing, &drawing);
    let asbuilt = at.get(add_asbuilt_drawing, &drawing);
    let round = json!({
        "correspondencePublicId": letter["publicId"], "subject": "Read",
        "userPublicIds": [user],
    });
    at.get(circulate, &round);
    let told = at.get(list_notifications, &json!({}));
    let last = told.as_array().unwrap().last().unwrap();
    Ids {
        project,
        letter: letter["publicId"].clone(),
        user,
        rfa: rfa["publicId"].clone(),
        transmittal: transmittal["publicId"].clone(),
        shop: shop["publicId"].clone(),
        asbuilt: asbuilt["publicId"].clone(),
        notification: last["publicId"].clone(),
    }
}

fn ids_of_nobody() -> Ids {
    let missing = || Value::from(MISSING);
    Ids {
        project: missing(),
        letter: missing(),
        user: missing(),
        rfa: missing(),
        transmittal: missing(),
        shop: missing(),
        asbuilt: missing(),
        notification: missing(),
    }
}

/// Whatever is asked for by these ids, there is no such thing.
fn nothing_is_found(at: &At<'_>, own: &Ids, ids: &Ids) {
    let letter = |project: &Value, user: &Value| {
        json!({
            "projectPublicId": project, "typeCode": "LETTER", "subject": "", "body": "",
            "recipientPublicIds": [own.user, user], "rfaType": "DRAWING",
        })
    };
    let sent = json!({
        "projectPublicId": own.project, "typeCode": "TRANSMITTAL", "subject": "", "body": "",
        "purpose": "", "itemPublicIds": [own.letter, ids.letter],
    });
    let round = |letter: &Value, user: &Value| {
        json!({
            "correspondencePublicId": letter, "subject": "Read",
            "userPublicIds": [own.user, user],
        })
    };
    let file = json!({
        "correspondencePublicId": ids.letter, "originalFilename": "a", "mimeType": "b",
        "fileSize": 1,
    });
    let drawing = json!({ "projectPublicId": ids.project, "drawingNumber": "X", "title": "X" });
    let contract = json!({
        "projectPublicId": ids.project, "contractCode": "X", "contractName": "X",
    });
    let revised = json!({
        "correspondencePublicId": ids.letter, "subject": "", "body": "", "approveCode": "1A",
    });
    let answered = json!({ "correspondencePublicId": ids.rfa, "approveCode": "1A" });
    let answers = [
        at.ask(show_project, &json!({ "project": ids.project })),
        at.ask(create_contract, &contract),
        at.ask(
            show_correspondence,
            &json!({ "correspondence": ids.letter }),
        ),
        at.ask(create_correspondence, &letter(&ids.project, &own.user)),
        at.ask(create_correspondence, &letter(&own.project, &ids.user)),
        at.ask(revise_correspondence, &revised),
        at.ask(show_rfa, &json!({ "correspondence": ids.rfa })),
        at.ask(raise_rfa, &letter(&ids.project, &own.user)),
        at.ask(answer_rfa, &answered),
        at.ask(
            show_transmittal,
            &json!({ "correspondencePublicId": ids.transmittal }),
        ),
        at.ask(send_transmittal, &sent),
        at.ask(circulate, &round(&ids.letter, &own.user)),
        at.ask(circulate, &round(&own.letter, &ids.user)),
        at.ask(attach_file, &file),
        at.ask(add_contract_drawing, &drawing),
        at.ask(add_shop_drawing, &drawing),
        at.ask(
            revise_shop_drawing,
            &json!({ "drawingPublicId": ids.shop, "title": "X" }),
        ),
        at.ask(add_asbuilt_drawing, &drawing),
        at.ask(
            revise_asbuilt_drawing,
            &json!({ "drawingPublicId": ids.asbuilt, "title": "X" }),
        ),
        at.ask(
            mark_read,
            &json!({ "notificationPublicId": ids.notification }),
        ),
    ];
    for answer in answers {
        assert_not_found(&answer);
    }
}

#[test]
fn what_is_not_ones_own_is_not_there_and_nothing_is_written() {
    let stage = Stage::new();
    let app = stage.app();
    let (anna, cora) = (anna(&app), cora(&app));
    let (of_anna, of_cora) = (work(&anna), work(&cora));
    let before = stage.all_rows();
    nothing_is_found(&anna, &of_anna, &of_cora);
    nothing_is_found(&cora, &of_cora, &of_anna);
    nothing_is_found(&anna, &of_anna, &ids_of_nobody());
    assert_eq!(stage.all_rows(), before);
}

#[test]
fn a_letter_is_neither_an_rfa_nor_a_transmittal() {
    let stage = Stage::new();
    let app = stage.app();
    let anna = anna(&app);
    let own = work(&anna);
    for other in [&own.letter, &own.transmittal] {
        assert_not_found(&anna.ask(show_rfa, &json!({ "correspondence": other })));
    }
    for other in [&own.letter, &own.rfa] {
        let asked = json!({ "correspondencePublicId": other });
        assert_not_found(&anna.ask(show_transmittal, &asked));
    }
}

#[test]
fn each_sees_its_own_of_the_same_names() {
    let stage = Stage::new();
    let app = stage.app();
    let (anna, cora) = (anna(&app), cora(&app));
    let made = json!({ "projectCode": "P9", "projectName": "Same" });
    let of_anna = anna.get(create_project, &made);
    let of_cora = cora.get(create_project, &made);
    assert_ne!(of_anna["publicId"], of_cora["publicId"]);
    for (at, own) in [(&anna, &of_anna), (&cora, &of_cora)] {
        let listed = at.get(list_projects, &json!({}));
        let listed = listed.as_array().unwrap();
        assert_eq!(listed.len(), 2);
        assert_eq!(&listed[1], own);
    }
    // A code that is taken tells of the own organization only.
    let twice = anna.ask(create_project, &made);
    assert!(matches!(twice, Err(ApiError::Conflict)), "{twice:?}");
}

#[test]
fn a_user_reads_the_own_notifications() {
    let stage = Stage::new();
    let app = stage.app();
    let (anna, ben) = (anna(&app), crate::stage::ben(&app));
    let own = work(&anna);
    let asked = json!({ "notificationPublicId": own.notification });
    assert_not_found(&ben.ask(mark_read, &asked));
    anna.get(mark_read, &asked);
    let told = anna.get(list_notifications, &json!({}));
    assert_eq!(told[0]["isRead"], true);
}
