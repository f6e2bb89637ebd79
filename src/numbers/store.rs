//! Counting, on each backend: one statement that inserts the row or locks and changes it, so that
//! nobody counts in between.

#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
use diesel::dsl::case_when;
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
use diesel::prelude::*;

#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
use super::schema::tenancy_numbers as numbers;
use crate::error::Result;
use crate::scope::Access;
use crate::session::{ScopedConnection, Session};

/// What is no number: a series that has come here has ended.
pub(super) const ENDED: i64 = i64::MAX;

/// The connections on which a [`Series`](super::Series) counts. Sealed.
///
/// `diesel::SqliteConnection` with the feature `sqlite`, `diesel::PgConnection` with
/// `postgres`, and `diesel::MysqlConnection` with `mysql`.
#[diagnostic::on_unimplemented(
    message = "numbers for people cannot be counted through `{Self}`",
    label = "not a supported connection",
    note = "`diesel::SqliteConnection` is with the cargo feature `sqlite`, `diesel::PgConnection` with `postgres`, and `diesel::MysqlConnection` with `mysql`"
)]
pub trait Counts: ScopedConnection {
    /// Counts so many up, and tells the last one.
    #[doc(hidden)]
    fn count<A: Access>(
        session: &mut Session<Self, A>,
        row: &Row<'_>,
        by: i64,
        first: i64,
    ) -> Result<i64>;

    /// Counts up to this number, if it is not there yet.
    #[doc(hidden)]
    fn advance<A: Access>(session: &mut Session<Self, A>, row: &Row<'_>, to: i64) -> Result<()>;

    #[doc(hidden)]
    fn last<A: Access>(session: &mut Session<Self, A>, row: &Row<'_>) -> Result<Option<i64>>;
}

/// Where a tenant's count in a period of a series stands.
#[doc(hidden)]
#[derive(Debug)]
pub struct Row<'a> {
    pub(super) tenant: String,
    pub(super) kind: &'static str,
    pub(super) series: &'a str,
    pub(super) period: String,
}

#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
macro_rules! counts {
    ($conn:ty, target: $target:expr, $count:item) => {
        impl Counts for $conn {
            $count

            fn advance<A: Access>(
                session: &mut Session<Self, A>,
                row: &Row<'_>,
                to: i64,
            ) -> Result<()> {
                let later = case_when(numbers::last_number.ge(to), numbers::last_number)
                    .otherwise(to);
                let advance = diesel::insert_into(numbers::table)
                    .values(inserted!(row, to))
                    .on_conflict($target)
                    .do_update()
                    .set(numbers::last_number.eq(later));
                session
                    .send_own("insert", advance, |query, conn| query.execute(conn))
                    .map(drop)
            }

            fn last<A: Access>(
                session: &mut Session<Self, A>,
                row: &Row<'_>,
            ) -> Result<Option<i64>> {
                session.send_own("select", found!(row), |query, conn| {
                    query.first(conn).optional()
                })
            }
        }
    };
}

#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
macro_rules! inserted {
    ($row:ident, $last:expr) => {
        (
            numbers::tenant_id.eq(&$row.tenant),
            numbers::tenant_kind.eq($row.kind),
            numbers::series.eq($row.series),
            numbers::period.eq(&$row.period),
            numbers::last_number.eq($last),
        )
    };
}

macro_rules! found {
    ($row:ident) => {
        numbers::table
            .filter(numbers::tenant_id.eq(&$row.tenant))
            .filter(numbers::tenant_kind.eq($row.kind))
            .filter(numbers::series.eq($row.series))
            .filter(numbers::period.eq(&$row.period))
            .select(numbers::last_number)
    };
}

/// The same as it is now. A transaction that has read before would be shown the row as it was then,
/// where its own count has changed nothing: at the end.
#[cfg(feature = "mysql")]
macro_rules! found_now {
    ($row:ident) => {
        found!($row).for_update()
    };
}

/// So many more, or the end.
macro_rules! counted {
    ($by:ident) => {
        case_when(
            numbers::last_number.lt(ENDED - $by),
            numbers::last_number + $by,
        )
        .otherwise(ENDED)
    };
}

/// The columns of the table's one unique key.
#[cfg(any(feature = "sqlite", feature = "postgres"))]
const KEY: (
    numbers::tenant_id,
    numbers::tenant_kind,
    numbers::series,
    numbers::period,
) = (
    numbers::tenant_id,
    numbers::tenant_kind,
    numbers::series,
    numbers::period,
);

#[cfg(feature = "postgres")]
counts!(
    diesel::PgConnection,
    target: KEY,
    fn count<A: Access>(
        session: &mut Session<Self, A>,
        row: &Row<'_>,
        by: i64,
        first: i64,
    ) -> Result<i64> {
        let count = diesel::insert_into(numbers::table)
            .values(inserted!(row, first - 1 + by))
            .on_conflict(KEY)
            .do_update()
            .set(numbers::last_number.eq(counted!(by)))
            .returning(numbers::last_number);
        session.send_own("insert", count, RunQueryDsl::get_result)
    }
);

/// Where what was written is asked for, by the transaction which keeps it locked.
#[cfg(any(feature = "sqlite", feature = "mysql"))]
macro_rules! counts_and_asks {
    ($conn:ty, $target:expr, $asked:ident) => {
        counts!(
            $conn,
            target: $target,
            fn count<A: Access>(
                session: &mut Session<Self, A>,
                row: &Row<'_>,
                by: i64,
                first: i64,
            ) -> Result<i64> {
                if !session.is_in_transaction() {
                    return session.transaction(|session| Self::count(session, row, by, first));
                }
                let count = diesel::insert_into(numbers::table)
                    .values(inserted!(row, first - 1 + by))
                    .on_conflict($target)
                    .do_update()
                    .set(numbers::last_number.eq(counted!(by)));
                session.send_own("insert", count, |query, conn| query.execute(conn))?;
                session.send_own("select", $asked!(row), |query, conn| query.first(conn))
            }
        );
    };
}

#[cfg(feature = "sqlite")]
counts_and_asks!(diesel::SqliteConnection, KEY, found);
// The table has one unique key, so that the row which is met is the tenant's own.
#[cfg(feature = "mysql")]
counts_and_asks!(
    diesel::MysqlConnection,
    diesel::dsl::DuplicatedKeys,
    found_now
);
