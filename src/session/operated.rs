//! What an operator's session may still do, and what it did.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use super::connection::ScopedConnection;
use super::scoped_session::Session;
use super::tables::{Use, tables_of};
use crate::scope::Access;

/// What makes a session an operator's. It ends with the act that the session was made for: one
/// that was taken out of its closure runs nothing anymore.
#[derive(Default)]
pub(super) struct Operated {
    ended: AtomicBool,
    tables: Mutex<Tables>,
    /// What is to be done when the session is gone.
    behind: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

impl Operated {
    pub(super) fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Acquire)
    }

    /// Ends the act, and says what it did.
    pub(super) fn end(&self) -> Tables {
        self.ended.store(true, Ordering::Release);
        // A thread that panicked here left nothing half done.
        let mut tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut tables)
    }

    /// Does this when the session is gone, which has left its act: at once, if it is.
    pub(super) fn behind(&self, work: impl FnOnce() + Send + 'static) {
        let mut behind = self.behind.lock().unwrap_or_else(PoisonError::into_inner);
        *behind = Some(Box::new(work));
    }

    /// Remembers the tables of a statement that is about to be sent.
    pub(super) fn record(&self, sql: &str) {
        let mut tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        for (name, usage) in tables_of(sql) {
            tables.add(name, usage);
        }
    }
}

/// The session has it, and the act: the connection was given back before.
impl Drop for Operated {
    fn drop(&mut self) {
        let behind = self
            .behind
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(work) = behind.take() {
            work();
        }
    }
}

impl fmt::Debug for Operated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operated").finish_non_exhaustive()
    }
}

impl<C: ScopedConnection, A: Access> Session<C, A> {
    /// Remembers tables that the library itself has used in an operator's act.
    pub(crate) fn note(&self, uses: Vec<(String, Use)>) {
        let Some(operated) = &self.operated else {
            return;
        };
        let mut tables = operated
            .tables
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        for (name, usage) in uses {
            tables.add(name, usage);
        }
    }
}

/// The tables that were read and written, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tables(BTreeMap<String, (bool, bool)>);

impl Tables {
    pub(crate) fn add(&mut self, name: String, usage: Use) {
        let (read, written) = self.0.entry(name).or_default();
        match usage {
            Use::Reads => *read = true,
            Use::Writes => *written = true,
        }
    }

    /// One line for each table, in the order of their names.
    pub(crate) fn lines(&self) -> String {
        let lines: Vec<String> = self
            .0
            .iter()
            .map(|(name, usage)| {
                let how = match usage {
                    (true, true) => "read, write",
                    (false, true) => "write",
                    _ => "read",
                };
                format!("{name}: {how}")
            })
            .collect();
        lines.join("\n")
    }
}
