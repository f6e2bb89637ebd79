//! Listens to the SQL that the library runs. It tells the text of each statement, with
//! placeholders and never a value, as a `tracing` event.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::Context;
use tracing_subscriber::prelude::*;
use tracing_subscriber::{Layer, registry};

/// The statements that ran, each once, in the order of their first run.
#[derive(Clone, Default)]
pub(crate) struct SqlLog(Arc<Mutex<Vec<String>>>);

impl SqlLog {
    /// Listens from now on.
    pub(crate) fn start() -> Self {
        let log = Self::default();
        let only_sql = Targets::new().with_target("tenancy::sql", Level::DEBUG);
        registry().with(log.clone().with_filter(only_sql)).init();
        log
    }

    /// Prints a numbered list.
    pub(crate) fn print(&self) {
        let statements = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (index, statement) in statements.iter().enumerate() {
            println!("{:>2}. {statement}", index + 1);
        }
    }
}

impl<S: Subscriber> Layer<S> for SqlLog {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        event.record(&mut self.clone());
    }
}

impl Visit for SqlLog {
    fn record_str(&mut self, field: &Field, value: &str) {
        let mut statements = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if field.name() == "sql" && !statements.iter().any(|known| known == value) {
            statements.push(value.to_owned());
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}
}
