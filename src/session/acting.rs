//! Which threads are in an operator's act: none begins another within its own.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use crate::error::{Error, Result};

/// The threads that are in an act of one database's.
#[derive(Debug, Clone, Default)]
pub(super) struct Acting(Arc<Mutex<HashSet<ThreadId>>>);

/// An act's turn on its thread, which ends with this.
#[derive(Debug)]
pub(super) struct Turn {
    acting: Acting,
    thread: ThreadId,
}

impl Acting {
    /// Refused within an act: what is locked until that one ends would be waited for, for ever.
    pub(super) fn begin(&self) -> Result<Turn> {
        let thread = thread::current().id();
        if !self.threads().insert(thread) {
            return Err(Error::NestedAct);
        }
        Ok(Turn {
            acting: self.clone(),
            thread,
        })
    }

    /// A thread that panicked here left nothing half done.
    fn threads(&self) -> MutexGuard<'_, HashSet<ThreadId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.acting.threads().remove(&self.thread);
    }
}
