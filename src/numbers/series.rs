//! What a series of numbers is, and its next ones.

use chrono::NaiveDate;

use super::format::{self, Period};
use super::number::Number;
use super::store::{Counts, ENDED, Row};
use crate::error::{Error, Result};
use crate::query::Writes;
use crate::scope::Access;
use crate::session::{Permits, Session};

/// Whether a number may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gaps {
    None,
    Some,
}

/// A series of numbers for people, of which each tenant has its own count.
///
/// [`series!`](crate::series) declares one, and the compiler checks it. What it promises is said in
/// [`numbers`](super).
///
/// ```
/// # #[cfg(feature = "sqlite")]
/// # fn main() -> tenancy::Result<()> {
/// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
/// # use gear::*;
/// # let gear = Gear::new();
/// # let (db, keys) = (&gear.db, Keys);
/// use tenancy::numbers::{self, Series};
/// use tenancy::prelude::*;
/// use tenancy::series;
///
/// const CUSTOMERS: Series = series!(gap_tolerant "customer", "u{number:3}");
///
/// db.migrate(numbers::MIGRATIONS)?;
/// let anna = TenantScope::new(&db.authenticate(&keys, "anna's key")?)?;
/// let ben = TenantScope::new(&db.authenticate(&keys, "ben's key")?)?;
/// let (mut annas, mut bens) = (db.session(&anna)?, db.session(&ben)?);
/// assert_eq!(CUSTOMERS.next(&mut annas)?.as_str(), "u001");
/// assert_eq!(CUSTOMERS.next(&mut annas)?.as_str(), "u002");
/// assert_eq!(CUSTOMERS.next(&mut bens)?.as_str(), "u001");
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "sqlite"))]
/// # fn main() {}
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Series<'a> {
    name: &'a str,
    format: &'a str,
    gaps: Gaps,
    period: Period,
    first: u32,
    day: Option<NaiveDate>,
}

#[doc(hidden)]
pub type Declaration<'a> = Result<Series<'a>, &'static str>;

#[doc(hidden)]
pub const NO_SERIES: Series<'static> = Series {
    name: "",
    format: "",
    gaps: Gaps::None,
    period: Period::Never,
    first: 1,
    day: None,
};

#[doc(hidden)]
pub const fn declare_gap_free<'a>(name: &'a str, format: &'a str) -> Declaration<'a> {
    declare(Gaps::None, name, format)
}

#[doc(hidden)]
pub const fn declare_gap_tolerant<'a>(name: &'a str, format: &'a str) -> Declaration<'a> {
    declare(Gaps::Some, name, format)
}

const fn declare<'a>(gaps: Gaps, name: &'a str, format: &'a str) -> Declaration<'a> {
    if let Err(problem) = format::check_name(name) {
        return Err(problem);
    }
    match format::check(format) {
        Ok(period) => Ok(Series {
            name,
            format,
            gaps,
            period,
            ..NO_SERIES
        }),
        Err(problem) => Err(problem),
    }
}

fn checked(declared: Declaration<'_>) -> Result<Series<'_>> {
    declared.map_err(|problem| Error::Configuration {
        reason: problem.to_owned(),
    })
}

impl<'a> Series<'a> {
    /// A series without gaps, whose name or format is known at run time only: those that users
    /// write, or a series for each project. Else take [`series!`](crate::series).
    ///
    /// ```
    /// use tenancy::numbers::Series;
    ///
    /// let project = 17;
    /// let name = format!("project/{project}");
    /// assert!(Series::gap_free(&name, "RFA-{number:5}").is_ok());
    /// assert!(Series::gap_free(&name, "RFA-{nr}").is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Configuration`] for a name or a format that there cannot be.
    pub fn gap_free(name: &'a str, format: &'a str) -> Result<Self> {
        checked(declare_gap_free(name, format))
    }

    /// The same for a series that may have gaps.
    ///
    /// # Errors
    ///
    /// As [`gap_free`](Self::gap_free).
    pub fn gap_tolerant(name: &'a str, format: &'a str) -> Result<Self> {
        checked(declare_gap_tolerant(name, format))
    }

    /// The number that a tenant's count begins with, in each period. 1 by default. A count that has
    /// begun goes on as it is.
    #[must_use]
    pub const fn starting_at(mut self, first: u32) -> Self {
        self.first = first;
        self
    }

    /// The count goes on when a year or a month ends, though the format has one.
    #[must_use]
    pub const fn continuous(mut self) -> Self {
        self.period = Period::Never;
        self
    }

    /// The series on this day, and not on the present one in UTC by the database's
    /// [`Clock`](crate::Clock): the day where the tenant is, or that of the bill.
    #[must_use]
    pub const fn on(mut self, day: NaiveDate) -> Self {
        self.day = Some(day);
        self
    }

    /// The next number.
    ///
    /// # Errors
    ///
    /// [`Error::OutsideTransaction`] for a series without gaps, if no transaction is open;
    /// [`Error::SeriesEnded`] if there is no number left; [`Error::SerializationFailure`] where the
    /// transaction has read something before somebody else counted, and the database does not
    /// let it go on ([`numbers`](super) says where); and those of
    /// a statement: [`Error::Locked`], [`Error::Database`].
    pub fn next<C, A>(&self, session: &mut Session<C, A>) -> Result<Number>
    where
        C: Counts,
        A: Access + Permits<Writes>,
    {
        let day = self.day(session);
        let last = self.count(session, day, 1)?;
        Ok(self.number(last, day))
    }

    /// The next numbers, so many, in one statement: for an import, or to have some at hand. Of a
    /// series without gaps each of them must be used.
    ///
    /// # Errors
    ///
    /// As [`next`](Self::next). Where there are fewer left, the series has ended.
    pub fn next_many<C, A>(&self, session: &mut Session<C, A>, count: u32) -> Result<Vec<Number>>
    where
        C: Counts,
        A: Access + Permits<Writes>,
    {
        if count == 0 {
            return Ok(Vec::new());
        }
        let (day, count) = (self.day(session), i64::from(count));
        let last = self.count(session, day, count)?;
        let numbers = last - count + 1..=last;
        Ok(numbers.map(|number| self.number(number, day)).collect())
    }

    /// The number that was given last, if there is one, as far as this session sees: somebody else
    /// may have the next one by now.
    ///
    /// # Errors
    ///
    /// [`Error::SeriesEnded`] if there is no number left, and those of a statement.
    pub fn last<C, A>(&self, session: &mut Session<C, A>) -> Result<Option<Number>>
    where
        C: Counts,
        A: Access,
    {
        let day = self.day(session);
        let row = self.row(session, day)?;
        let last = C::last(session, &row)?.map(unless_ended).transpose()?;
        Ok(last.map(|last| self.number(last, day)))
    }

    /// Counts up to this number, as if all up to it had been given: for a tenant that brings numbers
    /// from elsewhere. A count that is there already, or further, stays.
    ///
    /// # Errors
    ///
    /// [`Error::SeriesEnded`] for `i64::MAX`, which is no number, and those of a statement.
    pub fn advance_to<C, A>(&self, session: &mut Session<C, A>, last: i64) -> Result<()>
    where
        C: Counts,
        A: Access + Permits<Writes>,
    {
        let last = unless_ended(last)?;
        if last < i64::from(self.first) {
            return Ok(());
        }
        let day = self.day(session);
        let row = self.row(session, day)?;
        C::advance(session, &row, last)
    }

    fn count<C, A>(&self, session: &mut Session<C, A>, day: NaiveDate, by: i64) -> Result<i64>
    where
        C: Counts,
        A: Access,
    {
        let row = self.row(session, day)?;
        if self.gaps == Gaps::None && !session.is_in_transaction() {
            return Err(Error::OutsideTransaction);
        }
        unless_ended(C::count(session, &row, by, i64::from(self.first))?)
    }

    fn day<C: Counts, A: Access>(&self, session: &Session<C, A>) -> NaiveDate {
        self.day.unwrap_or_else(|| session.today())
    }

    fn row<C, A>(&self, session: &Session<C, A>, day: NaiveDate) -> Result<Row<'a>>
    where
        C: Counts,
        A: Access,
    {
        let owner = session.owner()?;
        Ok(Row {
            tenant: owner.as_key().to_string(),
            kind: owner.lasting_kind(),
            series: self.name,
            period: self.period.of(day),
        })
    }

    fn number(&self, number: i64, day: NaiveDate) -> Number {
        Number::new(format::write(self.format, number, day))
    }
}

fn unless_ended(last: i64) -> Result<i64> {
    if last == ENDED {
        return Err(Error::SeriesEnded);
    }
    Ok(last)
}
