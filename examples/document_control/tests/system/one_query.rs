//! A foreign key comes back as a public id by a join: no second query, and no number on the way.

use std::cell::RefCell;

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use document_control::controllers::*;
use serde_json::json;

use crate::stage::{Stage, anna};

thread_local! {
    static SENT: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Keeps the queries that its thread sends.
struct Recorder;

impl Instrumentation for Recorder {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            let text = query.to_string();
            if text.starts_with("SELECT") && text.contains("uuid") {
                // A thread that is ending may have no record any more.
                let _ = SENT.try_with(|sent| sent.borrow_mut().push(text));
            }
        }
    }
}

#[test]
fn the_ids_of_what_a_row_refers_to_come_with_it() {
    set_default_instrumentation(|| Some(Box::new(Recorder))).unwrap();
    let stage = Stage::new();
    let app = stage.app();
    let anna = anna(&app);
    let projects = anna.get(list_projects, &json!({}));
    let asked = json!({ "project": projects[0]["publicId"] });
    SENT.with_borrow_mut(Vec::clear);
    let shown = anna.get(show_project, &asked);
    assert!(shown["organizationPublicId"].is_string());
    let sent = SENT.with_borrow(Clone::clone);
    assert_eq!(sent.len(), 1, "{sent:#?}");
    assert!(sent[0].contains("JOIN"), "{}", sent[0]);
}
