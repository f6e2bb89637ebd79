//! A record of what is sent.

use std::cell::RefCell;
use std::sync::Once;

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};

thread_local! {
    static SENT: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

struct Recorder;

impl Instrumentation for Recorder {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        let text = match event {
            InstrumentationEvent::StartQuery { query, .. } => query.to_string(),
            // To prepare a statement is a round trip of its own.
            InstrumentationEvent::CacheQuery { .. } => "PREPARE".to_owned(),
            _ => return,
        };
        SENT.with_borrow_mut(|sent| sent.push(text));
    }
}

/// Records from now on what the connections do that are made from now on, for each thread
/// by itself.
pub(crate) fn record() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        set_default_instrumentation(|| Some(Box::new(Recorder))).unwrap();
    });
}

/// What was sent while something was done, a round trip each. Of a statement with values the
/// first word only.
pub(crate) fn sent_by<R>(work: impl FnOnce() -> R) -> (R, Vec<String>) {
    SENT.take();
    let result = work();
    let sent = SENT.take().into_iter().map(|text| {
        let values = text.find(" -- binds");
        match values {
            Some(_) => text.split(' ').next().unwrap_or_default().to_owned(),
            None => text,
        }
    });
    (result, sent.collect())
}
