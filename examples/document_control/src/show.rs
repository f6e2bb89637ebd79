//! The four phases, one after the other, on a database that has only numbers: what `main` prints, and
//! what the tests compare.

use std::io::Write;
use std::ops::ControlFlow;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tenancy::Database;

use crate::controllers::{self, Answer, call};
use crate::transition::{self, Batch};
use crate::{App, Caller, Conn, Phase, models};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Fills an empty database as it was before, and takes it through all phases.
///
/// # Errors
///
/// What the database says, and what `out` says.
pub fn all_phases(db: Database<Conn>, url: &str, out: &mut dyn Write) -> Result<()> {
    transition::make_old_tables(&db)?;
    transition::fill_old_tables(url)?;

    writeln!(out, "== Phase 1: the schema\n")?;
    add_public_ids(&db, url, out)?;

    let mut app = App::new(db);
    let anna = app.sign_in("anna-demo-token")?;
    let ben = app.sign_in("ben-demo-token")?;
    let cora = app.sign_in("cora-demo-token")?;

    writeln!(
        out,
        "\n== Phase 2: either id is taken, and both are shown\n"
    )?;
    app.enter(Phase::DualMode);
    either_id(&At::new(&app, &anna), &cora, out)?;

    writeln!(out, "\n== Phase 3: public ids are shown\n")?;
    app.enter(Phase::PublicAnswers);
    public_answers(&At::new(&app, &anna), &ben, &cora, out)?;

    writeln!(out, "\n== Phase 4: the numbers are gone\n")?;
    app.enter(Phase::CleanUp);
    clean_up(&At::new(&app, &anna), out)
}

fn add_public_ids(db: &Database<Conn>, url: &str, out: &mut dyn Write) -> Result<()> {
    let tell = |out: &mut dyn Write, Batch { table, rows }| {
        // What cannot be told is no reason to stop.
        let _ = writeln!(out, "{rows} rows of {table} have their ids");
    };
    let stopped = transition::add_public_ids(db, url, |batch| {
        tell(out, batch);
        match batch.table {
            "correspondences" => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        }
    })?;
    if stopped.is_break() {
        writeln!(out, "stopped, and started again")?;
        let _ = transition::add_public_ids(db, url, |batch| {
            tell(out, batch);
            ControlFlow::Continue(())
        })?;
    }
    let (with_id, in_all) = transition::count_public_ids(url)?;
    writeln!(
        out,
        "{with_id} of {in_all} rows have a public id of their own"
    )?;
    let inspection = db.inspect(&models::catalog())?;
    let errors = inspection.has_errors();
    writeln!(out, "the inspection finds errors: {errors}")?;
    Ok(())
}

/// Numbers can be counted, but lead to nobody else's rows even now.
fn either_id(anna: &At<'_>, cora: &Caller, out: &mut dyn Write) -> Result<()> {
    let by_number = anna.ask(controllers::show_project, &json!({ "project": 1 }))?;
    show(out, "Anna asks for her project by its number", &by_number)?;
    let by_id = json!({ "project": by_number["publicId"] });
    let again = anna.ask(controllers::show_project, &by_id)?;
    let same = again == by_number;
    writeln!(out, "and gets the same by its public id: {same}")?;
    let cora = At::new(anna.app, cora);
    for (what, asked) in [("number", json!({ "project": 1 })), ("public id", by_id)] {
        let refused = cora.ask(controllers::show_project, &asked);
        refuse(out, &format!("Cora asks for it by its {what}"), refused)?;
    }
    count(anna, out)
}

/// A day's work, in public ids.
fn public_answers(anna: &At<'_>, ben: &Caller, cora: &Caller, out: &mut dyn Write) -> Result<()> {
    let old = json!({ "correspondence": 1 });
    let old = anna.ask(controllers::show_correspondence, &old)?;
    show(out, "Anna asks for a letter by its number", &old)?;
    let to_ben = &old["recipients"][0]["userPublicId"];

    let project = anna.ask(
        controllers::create_project,
        &json!({
            "projectCode": "P2", "projectName": "The pier",
            "numberFormats": [{ "typeCode": "LETTER", "template": "{type} {number} of {project}" }],
        }),
    )?;
    made(out, "a project", &project["projectCode"], &project)?;
    let project = &project["publicId"];
    let contract = json!({
        "projectPublicId": project, "contractCode": "C2", "contractName": "Planks",
    });
    let contract = anna.ask(controllers::create_contract, &contract)?;
    made(out, "a contract", &contract["contractCode"], &contract)?;

    let letter = anna.ask(
        controllers::create_correspondence,
        &json!({
            "projectPublicId": project, "typeCode": "LETTER", "subject": "Planks",
            "body": "The planks are short.", "recipientPublicIds": [to_ben],
            "tags": ["urgent", "wood"],
        }),
    )?;
    made(
        out,
        "a letter to Ben",
        &letter["correspondenceNumber"],
        &letter,
    )?;
    drawings(anna, project, out)?;
    let letter = &letter["publicId"];
    let rfa = rfa(anna, project, out)?;

    let file = json!({
        "correspondencePublicId": letter, "originalFilename": "planks.pdf",
        "mimeType": "application/pdf", "fileSize": 12,
    });
    let file = anna.ask(controllers::attach_file, &file)?;
    made(
        out,
        "a file of the letter",
        &file["originalFilename"],
        &file,
    )?;
    let sent = anna.ask(
        controllers::send_transmittal,
        &json!({
            "projectPublicId": project, "typeCode": "TRANSMITTAL", "subject": "Planks",
            "body": "Enclosed.", "purpose": "FOR_APPROVAL",
            "itemPublicIds": [letter, rfa["publicId"]],
        }),
    )?;
    show(out, "a transmittal of the letter and the RFA", &sent)?;
    let round = json!({
        "correspondencePublicId": letter, "subject": "Please read", "userPublicIds": [to_ben],
    });
    let round = anna.ask(controllers::circulate, &round)?;
    made(out, "a circulation", &round["circulationSubject"], &round)?;
    let ben = At::new(anna.app, ben);
    let told = ben.ask(controllers::list_notifications, &json!({}))?;
    let told: Vec<&Value> = told.as_array().into_iter().flatten().collect();
    let unread = told.iter().filter(|of| of["isRead"] == false).count();
    writeln!(out, "Ben has {unread} unread notifications")?;

    let asked = json!({ "correspondence": letter });
    let refused = At::new(anna.app, cora).ask(controllers::show_correspondence, &asked);
    refuse(out, "Cora asks for the letter", refused)?;
    let asked = json!({ "correspondence": project });
    let refused = anna.ask(controllers::show_correspondence, &asked);
    refuse(
        out,
        "Anna asks for a letter by the id of a project",
        refused,
    )?;
    count(anna, out)
}

fn drawings(anna: &At<'_>, project: &Value, out: &mut dyn Write) -> Result<()> {
    let plan = json!({ "projectPublicId": project, "drawingNumber": "D-001", "title": "Plan" });
    let of_contract = anna.ask(controllers::add_contract_drawing, &plan)?;
    let number = &of_contract["drawingNumber"];
    made(out, "a drawing of the contract", number, &of_contract)?;
    let shop = anna.ask(controllers::add_shop_drawing, &plan)?;
    let revised = json!({ "drawingPublicId": shop["publicId"], "title": "Longer" });
    let shop = anna.ask(controllers::revise_shop_drawing, &revised)?;
    made(
        out,
        "a shop drawing, revised",
        &shop["revisionNumber"],
        &shop,
    )?;
    let built = anna.ask(controllers::add_asbuilt_drawing, &plan)?;
    made(out, "a drawing as built", &built["revisionNumber"], &built)?;
    // The id of one kind is none of the other.
    let mixed = json!({ "drawingPublicId": shop["publicId"], "title": "Mixed up" });
    let refused = anna.ask(controllers::revise_asbuilt_drawing, &mixed);
    refuse(
        out,
        "a drawing as built by the id of a shop drawing",
        refused,
    )
}

fn rfa(anna: &At<'_>, project: &Value, out: &mut dyn Write) -> Result<Value> {
    let rfa = anna.ask(
        controllers::raise_rfa,
        &json!({
            "projectPublicId": project, "typeCode": "RFA", "subject": "Longer planks",
            "body": "Please approve.", "rfaType": "DRAWING",
        }),
    )?;
    made(out, "an RFA", &rfa["correspondenceNumber"], &rfa)?;
    let approved = json!({ "correspondencePublicId": rfa["publicId"], "approveCode": "1A" });
    let approved = anna.ask(controllers::answer_rfa, &approved)?;
    let state = &approved["workflowState"];
    writeln!(
        out,
        "answered with {}, and now {state}",
        approved["approveCode"]
    )?;
    Ok(rfa)
}

fn clean_up(anna: &At<'_>, out: &mut dyn Write) -> Result<()> {
    let refused = anna.ask(
        controllers::show_correspondence,
        &json!({ "correspondence": 1 }),
    );
    refuse(out, "Anna asks for a letter by its number", refused)?;
    let listed = anna.ask(controllers::list_projects, &json!({}))?;
    for project in listed.as_array().into_iter().flatten() {
        let asked = json!({ "project": project["publicId"] });
        let found = anna.ask(controllers::show_project, &asked)?;
        writeln!(out, "by its public id: {}", found["projectName"])?;
    }
    count(anna, out)
}

/// Who asks the service.
struct At<'a> {
    app: &'a App,
    caller: &'a Caller,
}

impl<'a> At<'a> {
    fn new(app: &'a App, caller: &'a Caller) -> Self {
        Self { app, caller }
    }

    fn ask<Q: DeserializeOwned, R: Serialize>(
        &self,
        controller: impl Fn(&App, &Caller, Q) -> Answer<R>,
        request: &Value,
    ) -> Answer<Value> {
        call(controller, self.app, self.caller, &request.to_string())
    }
}

fn show(out: &mut dyn Write, what: &str, answer: &Value) -> Result<()> {
    Ok(writeln!(out, "{what}:\n{:#}", foretold(answer))?)
}

fn made(out: &mut dyn Write, what: &str, name: &Value, answer: &Value) -> Result<()> {
    let id = foretold(&answer["publicId"]);
    Ok(writeln!(out, "{what}: {name}, {id}")?)
}

fn refuse(out: &mut dyn Write, what: &str, answer: Answer<Value>) -> Result<()> {
    match answer {
        Ok(_) => Err(format!("{what}: it was answered").into()),
        Err(error) => Ok(writeln!(out, "{what}: {error}")?),
    }
}

fn count(at: &At<'_>, out: &mut dyn Write) -> Result<()> {
    let used = at.app.numbers.used();
    Ok(writeln!(out, "so far {used} numbers were taken for ids")?)
}

/// The answer without the UUIDs that MariaDB has made for the rows of before: they differ each
/// time.
fn foretold(answer: &Value) -> Value {
    let is_of_mariadb =
        |text: &str| uuid::Uuid::try_parse(text).is_ok_and(|id| id.get_version_num() == 1);
    match answer {
        Value::String(text) if is_of_mariadb(text) => "a UUID of version 1".into(),
        Value::Array(all) => all.iter().map(foretold).collect(),
        Value::Object(all) => {
            let all = all.iter();
            Value::Object(all.map(|(name, of)| (name.clone(), foretold(of))).collect())
        }
        other => other.clone(),
    }
}
