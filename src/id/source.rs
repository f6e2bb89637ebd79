//! Where new ids come from, injected.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use uuid::{ContextV7, Timestamp, Uuid};

use crate::error::{Error, Result};

/// Makes new ids. A [`Database`](crate::Database) asks its id source for every id
/// that the library makes, so that a test can foretell them.
pub trait IdSource: Send + Sync + 'static {
    /// A new id, made at the moment `now`.
    fn next_id(&self, now: DateTime<Utc>) -> Uuid;

    /// Fills the bytes of a new secret, or of a new [`TextId`](crate::TextId): from the operating system, unless a test must foretell
    /// them.
    ///
    /// # Errors
    ///
    /// [`Error::NoRandomness`] if the source has none.
    fn fill_secret(&self, bytes: &mut [u8]) -> Result<()> {
        getrandom::fill(bytes).map_err(|_| Error::NoRandomness)
    }
}

/// UUID version 7 (RFC 9562, section 5.7) with random bits from the operating
/// system: ordered by time, and monotonic within one source. The default.
///
/// The order holds within a millisecond too, and while the clock steps back.
#[derive(Debug)]
pub struct UuidV7 {
    context: Mutex<ContextV7>,
}

impl Default for UuidV7 {
    fn default() -> Self {
        Self {
            context: Mutex::new(ContextV7::new()),
        }
    }
}

impl IdSource for UuidV7 {
    fn next_id(&self, now: DateTime<Utc>) -> Uuid {
        // A thread that panicked here left nothing half done: the counter is valid.
        let context = self.context.lock().unwrap_or_else(PoisonError::into_inner);
        let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
        Uuid::new_v7(Timestamp::from_unix(
            &*context,
            seconds,
            now.timestamp_subsec_nanos(),
        ))
    }
}

/// Ids that count from 1, in the shape of UUID version 7, for tests and
/// reproducible output. They can be guessed: never use them in a service.
#[derive(Debug, Default)]
pub struct SequentialIds(AtomicU64);

impl SequentialIds {
    /// A source whose first id is number 1.
    #[must_use]
    pub const fn new() -> Self {
        Self(AtomicU64::new(0))
    }
}

impl IdSource for SequentialIds {
    fn next_id(&self, now: DateTime<Utc>) -> Uuid {
        let count = self.0.fetch_add(1, Ordering::Relaxed) + 1;
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or(0);
        let mut random = [0; 10];
        random[2..].copy_from_slice(&count.to_be_bytes());
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn moment() -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
    }

    #[test]
    fn ids_of_one_moment_are_version_7_and_ascend() {
        let source = UuidV7::default();
        let ids: Vec<Uuid> = (0..1000).map(|_| source.next_id(moment())).collect();
        assert!(ids.iter().all(|id| id.get_version_num() == 7));
        assert!(ids.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn ids_ascend_when_the_clock_steps_back() {
        let source = UuidV7::default();
        let before = source.next_id(moment());
        let after = source.next_id(moment() - TimeDelta::hours(1));
        assert!(before < after);
    }

    #[test]
    fn sequential_ids_are_the_same_each_time() {
        let first = SequentialIds::default().next_id(moment());
        assert_eq!(first, SequentialIds::default().next_id(moment()));
        assert_eq!(first.get_version_num(), 7);
    }
}
