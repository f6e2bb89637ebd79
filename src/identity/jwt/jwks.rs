//! A provider's keys, kept until they are old or one is missing.

use std::error::Error as StdError;
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::key::Key;
use super::key_set::{Found, KeySet, Wanted};
use super::source::KeySource;
use crate::identity::AuthError;

/// The public keys of a provider, kept in memory.
///
/// They are fetched when the first token comes, again when they are old, and again when a
/// token names a key that is not among them, for providers change their keys. A stranger can
/// name any key: so there is one fetch at a time, and none within [`refetch_after`] of the
/// one before, whoever asks. While a fetch is under way, tokens of known keys do not wait.
/// If it fails, the keys that were there stay.
///
/// ```
/// use std::time::Duration;
/// use tenancy::jwt::Jwks;
///
/// # fn get(url: &str) -> Result<String, std::io::Error> { Err(std::io::ErrorKind::Other.into()) }
/// let keys = Jwks::new(|| Ok(get("https://id.example.com/jwks.json")?))
///     .max_age(Duration::from_secs(15 * 60));
/// ```
///
/// [`refetch_after`]: Jwks::refetch_after
pub struct Jwks {
    source: Box<dyn KeySource>,
    refetch_after: TimeDelta,
    max_age: TimeDelta,
    keep_for: TimeDelta,
    patience: Duration,
    max_document: usize,
    max_keys: usize,
    state: Mutex<State>,
    has_changed: Condvar,
}

#[derive(Default)]
struct State {
    keys: Option<(Arc<KeySet>, DateTime<Utc>)>,
    tried_at: Option<DateTime<Utc>>,
    is_fetching: bool,
}

/// What came of asking for newer keys.
enum Renewal {
    /// The state is as new as it gets.
    Done,
    Failed(Box<dyn StdError + Send + Sync>),
    /// Somebody else is still fetching.
    UnderWay,
}

impl Jwks {
    /// Keys of this source. None is fetched yet.
    pub fn new(source: impl KeySource) -> Self {
        Self {
            source: Box::new(source),
            refetch_after: TimeDelta::seconds(30),
            max_age: TimeDelta::hours(1),
            keep_for: TimeDelta::hours(24),
            patience: Duration::from_secs(5),
            max_document: 256 * 1024,
            max_keys: 100,
            state: Mutex::default(),
            has_changed: Condvar::new(),
        }
    }

    /// The time between two fetches, at least: 30 seconds unless it is said, and never less
    /// than one.
    #[must_use]
    pub fn refetch_after(mut self, time: Duration) -> Self {
        self.refetch_after = delta(time).max(TimeDelta::seconds(1));
        self
    }

    /// When keys are old, and fetched again: after an hour unless it is said. A key that the
    /// provider withdraws is believed for as long.
    #[must_use]
    pub fn max_age(mut self, time: Duration) -> Self {
        self.max_age = delta(time);
        self
    }

    /// How long keys are believed that are old and cannot be fetched again: for a day unless it
    /// is said. Then there are none.
    #[must_use]
    pub fn keep_for(mut self, time: Duration) -> Self {
        self.keep_for = delta(time);
        self
    }

    /// How long a token of an unknown key waits for another caller's fetch, by the machine's
    /// clock: five seconds unless it is said.
    #[must_use]
    pub fn patience(mut self, time: Duration) -> Self {
        self.patience = time;
        self
    }

    /// The longest document that is read, in bytes (256 KiB unless it is said), and the most
    /// keys in it (100). A document that has more is as good as none.
    #[must_use]
    pub fn at_most(mut self, bytes: usize, keys: usize) -> Self {
        self.max_document = bytes;
        self.max_keys = keys;
        self
    }

    pub(super) fn find(
        &self,
        wanted: Wanted<'_>,
        now: DateTime<Utc>,
    ) -> Result<Arc<Key>, AuthError> {
        match self.keys(now)?.find(wanted) {
            Found::One(key) => Ok(key),
            Found::Unfit => Err(AuthError::Unauthenticated),
            Found::Unknown => self.find_in_newer(wanted, now),
        }
    }

    fn find_in_newer(&self, wanted: Wanted<'_>, now: DateTime<Utc>) -> Result<Arc<Key>, AuthError> {
        if let Renewal::UnderWay = self.renew(now) {
            return Err(unavailable("another caller is still fetching the keys"));
        }
        match self.known(now).map(|(keys, _)| keys.find(wanted)) {
            Some(Found::One(key)) => Ok(key),
            _ => Err(AuthError::Unauthenticated),
        }
    }

    /// The keys. Who finds them old fetches, and the others take them as they are.
    fn keys(&self, now: DateTime<Utc>) -> Result<Arc<KeySet>, AuthError> {
        let outcome = match self.known(now) {
            Some((keys, age)) if age < self.max_age => return Ok(keys),
            Some((keys, _)) if self.lock().is_fetching => return Ok(keys),
            _ => self.renew(now),
        };
        if let Some((keys, _)) = self.known(now) {
            return Ok(keys);
        }
        Err(match outcome {
            Renewal::Failed(error) => AuthError::Unavailable(error),
            Renewal::UnderWay => unavailable("another caller is still fetching the keys"),
            Renewal::Done => unavailable("the keys could not be fetched a moment ago"),
        })
    }

    /// The keys that are believed, and their age.
    fn known(&self, now: DateTime<Utc>) -> Option<(Arc<KeySet>, TimeDelta)> {
        let state = self.lock();
        let (keys, fetched_at) = state.keys.as_ref()?;
        let age = between(*fetched_at, now);
        (age < self.max_age.max(self.keep_for)).then(|| (Arc::clone(keys), age))
    }

    fn renew(&self, now: DateTime<Utc>) -> Renewal {
        let mut state = self.lock();
        if state.is_fetching {
            return self.wait(state);
        }
        let is_recent = |tried_at| between(tried_at, now) < self.refetch_after;
        if state.tried_at.is_some_and(is_recent) {
            return Renewal::Done;
        }
        state.tried_at = Some(now);
        state.is_fetching = true;
        drop(state);
        let _under_way = UnderWay(self);
        match self.fetch() {
            Ok(keys) => {
                self.lock().keys = Some((Arc::new(keys), now));
                Renewal::Done
            }
            Err(error) => {
                tracing::warn!(target: "tenancy::jwt", "the keys of a provider could not be fetched");
                Renewal::Failed(error)
            }
        }
    }

    fn wait(&self, state: MutexGuard<'_, State>) -> Renewal {
        let (_state, waited) = self
            .has_changed
            .wait_timeout_while(state, self.patience, |state| state.is_fetching)
            .unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() {
            Renewal::UnderWay
        } else {
            Renewal::Done
        }
    }

    /// No lock is held meanwhile. No error quotes the document.
    fn fetch(&self) -> Result<KeySet, Box<dyn StdError + Send + Sync>> {
        let document = self.source.fetch()?;
        if document.len() > self.max_document {
            return Err("the document of keys is too long".into());
        }
        KeySet::of(&document, self.max_keys)
            .ok_or_else(|| "the document is not one of keys, or has too many".into())
    }

    /// A thread that panicked with the lock left nothing half done.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The fetch of this thread. It ends by a panic too.
struct UnderWay<'a>(&'a Jwks);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.lock().is_fetching = false;
        self.0.has_changed.notify_all();
    }
}

fn unavailable(reason: &'static str) -> AuthError {
    AuthError::Unavailable(reason.into())
}

fn delta(time: Duration) -> TimeDelta {
    TimeDelta::from_std(time).unwrap_or(TimeDelta::MAX)
}

/// The time between two moments. A clock that was set back does not make keys young again.
fn between(then: DateTime<Utc>, now: DateTime<Utc>) -> TimeDelta {
    (now - then).abs()
}

impl fmt::Debug for Jwks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jwks").finish_non_exhaustive()
    }
}
