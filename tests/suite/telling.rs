//! A listener to what the library traces, for one thread and as long as a test wants.

use std::cell::RefCell;
use std::fmt::{Debug, Write as _};
use std::sync::Once;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Event, Metadata, Subscriber};

/// One span or event: its target, its name, and its fields.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Heard {
    pub(crate) target: &'static str,
    pub(crate) name: &'static str,
    pub(crate) fields: Vec<(&'static str, String)>,
}

impl Heard {
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(of, _)| *of == name);
        found.map(|(_, value)| value.as_str())
    }
}

thread_local! {
    static HEARD: RefCell<Option<Vec<Heard>>> = const { RefCell::new(None) };
}

/// One for all threads: `tracing` remembers for each place in the code whether anybody
/// listens, and a listener that comes and goes in one thread is not always seen in time.
struct Listener;

struct Fields(Vec<(&'static str, String)>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let mut text = String::new();
        write!(text, "{value:?}").unwrap();
        self.0.push((field.name(), text));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.push((field.name(), value.to_owned()));
    }
}

impl Listener {
    fn hear(&self, metadata: &'static Metadata<'static>, fields: Fields) {
        let heard = Heard {
            target: metadata.target(),
            name: metadata.name(),
            fields: fields.0,
        };
        HEARD.with_borrow_mut(|all| all.iter_mut().for_each(|all| all.push(heard.clone())));
    }
}

impl Subscriber for Listener {
    fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
        Interest::sometimes()
    }

    fn enabled(&self, _: &Metadata<'_>) -> bool {
        // A thread that is ending may have none any more.
        let listens = HEARD.try_with(|heard| heard.borrow().is_some());
        listens.unwrap_or(false)
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut fields = Fields(Vec::new());
        span.record(&mut fields);
        self.hear(span.metadata(), fields);
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        let mut fields = Fields(Vec::new());
        values.record(&mut fields);
        assert!(
            fields.0.is_empty(),
            "a field that comes later: {:?}",
            fields.0
        );
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields(Vec::new());
        event.record(&mut fields);
        self.hear(event.metadata(), fields);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// What is traced while something is done.
pub(crate) fn heard_by<R>(work: impl FnOnce() -> R) -> (R, Vec<Heard>) {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| tracing::subscriber::set_global_default(Listener).unwrap());
    HEARD.set(Some(Vec::new()));
    let result = work();
    (result, HEARD.take().unwrap_or_default())
}

/// The SQL that is told while something is done.
pub(crate) fn sql_of<R>(work: impl FnOnce() -> R) -> Vec<String> {
    heard_by(work)
        .1
        .into_iter()
        .filter(|heard| heard.target == "tenancy::sql")
        .map(|heard| heard.field("sql").unwrap().to_owned())
        .collect()
}
