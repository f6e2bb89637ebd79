//! The time, injected.

use std::fmt;

use chrono::{DateTime, NaiveDateTime, SubsecRound, Utc};
use uuid::Uuid;

use crate::id::{Coin, IdSource, IdText, MadeText};

/// Tells the time. A [`Database`](crate::Database) asks its clock whenever time
/// matters, so that a test can stand still at any moment.
///
/// ```
/// use chrono::{TimeZone, Utc};
/// use tenancy::{Clock, FixedClock};
///
/// let clock = FixedClock::at(Utc.with_ymd_and_hms(2026, 1, 1, 0, 0, 0).unwrap());
/// assert_eq!(clock.now().timestamp(), 1_767_225_600);
/// ```
pub trait Clock: Send + Sync + 'static {
    /// The present moment.
    fn now(&self) -> DateTime<Utc>;
}

/// The machine's clock. The default.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// A clock that always shows the same moment, for tests and reproducible output.
#[derive(Debug, Clone, Copy)]
pub struct FixedClock(DateTime<Utc>);

impl FixedClock {
    /// A clock that stands at `moment`.
    #[must_use]
    pub fn at(moment: DateTime<Utc>) -> Self {
        Self(moment)
    }
}

impl Clock for FixedClock {
    fn now(&self) -> DateTime<Utc> {
        self.0
    }
}

impl<C: Clock + ?Sized> Clock for std::sync::Arc<C> {
    fn now(&self) -> DateTime<Utc> {
        (**self).now()
    }
}

/// The moment in which a statement runs, and where its ids come from. The clock is asked only by
/// a statement that wants to know.
#[derive(Clone, Copy)]
pub struct Moment<'a> {
    clock: &'a dyn Clock,
    ids: &'a dyn IdSource,
}

impl<'a> Moment<'a> {
    pub(crate) fn new(clock: &'a dyn Clock, ids: &'a dyn IdSource) -> Self {
        Self { clock, ids }
    }

    pub(crate) fn now(self) -> Now {
        Now::at(self.clock.now())
    }
}

impl fmt::Debug for Moment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Moment").finish_non_exhaustive()
    }
}

/// What the rows of an insert are born with: the time of the statement, the same for all of
/// them, and an id for each.
#[derive(Clone, Copy)]
pub struct Birth<'a> {
    now: Now,
    ids: &'a dyn IdSource,
}

impl<'a> Birth<'a> {
    pub(crate) fn new(now: Now, moment: Moment<'a>) -> Self {
        Self {
            now,
            ids: moment.ids,
        }
    }

    #[doc(hidden)]
    #[must_use]
    pub fn now(self) -> Now {
        self.now
    }

    /// A new id, another one each time.
    #[doc(hidden)]
    #[must_use]
    pub fn id(self) -> Uuid {
        self.ids.next_id(self.now.utc)
    }

    /// A new text id for the key of a row, another one each time.
    #[doc(hidden)]
    pub fn text_id<M: Coin>(self) -> MadeText {
        IdText::make::<M>(self.ids, self.now.utc)
    }
}

impl fmt::Debug for Birth<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Birth").finish_non_exhaustive()
    }
}

/// A time to write, in microseconds: what every backend keeps, so that what is read back
/// is what was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Now {
    pub(crate) utc: DateTime<Utc>,
    pub(crate) naive: NaiveDateTime,
}

/// A moment in UTC, as every backend keeps it: in whole microseconds.
pub(crate) fn whole_micros(moment: DateTime<Utc>) -> NaiveDateTime {
    moment.trunc_subsecs(6).naive_utc()
}

impl Now {
    pub(crate) fn at(time: DateTime<Utc>) -> Self {
        let utc = time.trunc_subsecs(6);
        Self {
            utc,
            naive: utc.naive_utc(),
        }
    }
}
