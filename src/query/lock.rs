//! Locks on the rows that a query finds: `FOR UPDATE` and its kin.

use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::query_builder::{AstPass, QueryId};
use diesel::query_dsl::methods::FilterDsl;
use diesel::result::QueryResult;

use super::limit::{FirstRow, LimitFragment, Numbers, SetLimit, SkipTo};
use super::merged::Lockable;
use super::select::ScopedQuery;
use super::statement::Writes;
use crate::__private::Seal;
use crate::ownership::{Home, WritableBy};

/// A limit with a lock behind it: `LIMIT .. FOR UPDATE SKIP LOCKED`.
#[derive(Debug, Clone, Copy)]
pub struct Locked<L, S, W = Waits> {
    limit: L,
    of: PhantomData<fn() -> (S, W)>,
}

impl<L, S, W> Locked<L, S, W> {
    fn new(limit: L) -> Self {
        Self {
            limit,
            of: PhantomData,
        }
    }
}

impl<L: QueryId, S: 'static, W: 'static> QueryId for Locked<L, S, W> {
    type QueryId = Locked<L::QueryId, S, W>;
    const HAS_STATIC_QUERY_ID: bool = L::HAS_STATIC_QUERY_ID;
}

/// The backends that have a lock, or a way to wait for one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no `{Clause}`",
    label = "cannot lock rows like this",
    note = "SQLite locks no rows: a transaction of a scope that may write holds the whole database",
    note = "MySQL and MariaDB have `for_update` and `for_share`, PostgreSQL also `for_no_key_update` and `for_key_share`"
)]
pub trait LockDialect<Clause>: Backend {
    #[doc(hidden)]
    const TEXT: &'static str;
}

macro_rules! clauses {
    ($($(#[$doc:meta])* $clause:ident),* $(,)?) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub enum $clause {}
    )* };
}

clauses! {
    /// `FOR UPDATE`.
    ForUpdate,
    /// `FOR NO KEY UPDATE`.
    ForNoKeyUpdate,
    /// `FOR SHARE`; on MariaDB, which does not know it, `LOCK IN SHARE MODE`.
    ForShare,
    /// `FOR KEY SHARE`.
    ForKeyShare,
    /// Waits for who holds a lock.
    Waits,
    /// `SKIP LOCKED`.
    SkipLocked,
    /// `NOWAIT`.
    NoWait,
}

/// Not to skip and not to fail is the way of all.
#[cfg(feature = "sqlite")]
impl LockDialect<Waits> for diesel::sqlite::Sqlite {
    const TEXT: &'static str = "";
}

#[cfg(any(feature = "postgres", feature = "mysql"))]
macro_rules! locks_of {
    ($db:ty: $($clause:ident = $text:literal),* $(,)?) => { $(
        impl LockDialect<$clause> for $db {
            const TEXT: &'static str = $text;
        }
    )* };
}

#[cfg(feature = "postgres")]
locks_of!(diesel::pg::Pg:
    ForUpdate = " FOR UPDATE",
    ForNoKeyUpdate = " FOR NO KEY UPDATE",
    ForShare = " FOR SHARE",
    ForKeyShare = " FOR KEY SHARE",
    Waits = "",
    SkipLocked = " SKIP LOCKED",
    NoWait = " NOWAIT",
);

#[cfg(feature = "mysql")]
locks_of!(diesel::mysql::Mysql:
    ForUpdate = " FOR UPDATE",
    // Each reads its own words. MySQL takes no SKIP LOCKED behind the other's.
    ForShare = " /*M! LOCK IN SHARE MODE */ /*!80001 FOR SHARE */",
    Waits = "",
    SkipLocked = " SKIP LOCKED",
    NoWait = " NOWAIT",
);

impl<DB, L, S, W> LimitFragment<DB> for Locked<L, S, W>
where
    DB: LockDialect<S> + LockDialect<W>,
    L: LimitFragment<DB>,
{
    fn walk_limit<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.limit.walk_limit(out.reborrow())?;
        out.push_sql(<DB as LockDialect<S>>::TEXT);
        out.push_sql(<DB as LockDialect<W>>::TEXT);
        Ok(())
    }
}

/// A lock holds up those who write, and needs the right to.
impl<L: Numbers, S, W> Numbers for Locked<L, S, W> {
    type Asks = Writes;

    fn are_natural(&self) -> bool {
        self.limit.are_natural()
    }
}

impl<L: SetLimit, S, W> SetLimit for Locked<L, S, W> {
    type Limited = Locked<L::Limited, S, W>;

    fn limited(self, limit: i64) -> Self::Limited {
        Locked::new(self.limit.limited(limit))
    }
}

impl<L: SkipTo, S, W> SkipTo for Locked<L, S, W> {
    type Skipped = Locked<L::Skipped, S, W>;

    fn skipped(self, offset: i64) -> Self::Skipped {
        Locked::new(self.limit.skipped(offset))
    }
}

impl<L: FirstRow, S, W> FirstRow for Locked<L, S, W> {
    type First = Locked<L::First, S, W>;

    fn first_row(self) -> Self::First {
        Locked::new(self.limit.first_row())
    }
}

/// A query for rows that a key may write, with a lock.
type LockedQuery<Q, QS, K, M, L, S> = ScopedQuery<
    diesel::dsl::Filter<Q, <QS as WritableBy<K>>::WritePredicate<Home>>,
    QS,
    K,
    M,
    Locked<L, S>,
>;

macro_rules! lock_methods {
    ($($(#[$doc:meta])* $method:ident -> $clause:ident;)*) => { $(
        $(#[$doc])*
        ///
        /// # Errors
        ///
        /// Does not compile for a join, nor for a table that the scope may not write, nor
        /// behind `distinct` and `group_by`.
        pub fn $method(self) -> LockedQuery<Q, QS, K, M, L, $clause>
        where
            L: Lockable,
            QS: WritableBy<K>,
            Q: FilterDsl<QS::WritePredicate<Home>>,
        {
            self.locked()
        }
    )* };
}

/// Locks, on PostgreSQL, MySQL and MariaDB. A query with a lock does not compile on SQLite,
/// which locks no rows.
///
/// # Tenancy
///
/// A lock holds up everybody who wants the row. So a query locks rows that its scope may
/// write, and gives no others.
impl<Q, QS, K, M, L> ScopedQuery<Q, QS, K, M, L> {
    lock_methods! {
        /// Locks the rows against changes and other locks. As diesel's
        /// [`for_update`](diesel::QueryDsl::for_update).
        ///
        /// ```
        /// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
        /// # use gear::*;
        /// # let gear = Gear::new();
        /// # let (db, keys) = (&gear.db, Keys);
        /// # use tenancy::prelude::*;
        /// use diesel::prelude::*;
        ///
        /// # let scope = TenantScope::new(&db.authenticate(&keys, "anna's key")?)?;
        /// let next_job = Repo::<Item>::new(&scope)
        ///     .query()
        ///     .filter(items::weight.is_null())
        ///     .order(items::id)
        ///     .limit(1)
        ///     .for_update()
        ///     .skip_locked();
        /// # let _ = next_job; // SQLite would not run it
        /// # Ok::<(), tenancy::Error>(())
        /// ```
        for_update -> ForUpdate;
        /// Locks the rows against changes, but not against rows that refer to them. As
        /// diesel's [`for_no_key_update`](diesel::QueryDsl::for_no_key_update). PostgreSQL
        /// only.
        for_no_key_update -> ForNoKeyUpdate;
        /// Locks the rows against changes, but not against others who share the lock. As
        /// diesel's [`for_share`](diesel::QueryDsl::for_share). On MariaDB it is
        /// `LOCK IN SHARE MODE`.
        for_share -> ForShare;
        /// Locks the keys of the rows against changes. As diesel's
        /// [`for_key_share`](diesel::QueryDsl::for_key_share). PostgreSQL only.
        for_key_share -> ForKeyShare;
    }

    fn locked<S>(self) -> LockedQuery<Q, QS, K, M, L, S>
    where
        QS: WritableBy<K>,
        Q: FilterDsl<QS::WritePredicate<Home>>,
    {
        let writable = QS::write_predicate::<Home>(&self.key, Seal::new());
        ScopedQuery::with(
            self.query.filter(writable),
            self.key,
            Locked::new(self.limit),
        )
    }
}

impl<Q, QS, K, M, L, S> ScopedQuery<Q, QS, K, M, Locked<L, S>> {
    /// Leaves out the rows that somebody else has locked, as in the example of
    /// [`for_update`](ScopedQuery::for_update). As diesel's
    /// [`skip_locked`](diesel::QueryDsl::skip_locked).
    pub fn skip_locked(self) -> ScopedQuery<Q, QS, K, M, Locked<L, S, SkipLocked>> {
        ScopedQuery::with(self.query, self.key, Locked::new(self.limit.limit))
    }

    /// Fails rather than wait for who has locked a row. As diesel's
    /// [`no_wait`](diesel::QueryDsl::no_wait).
    ///
    /// # Errors
    ///
    /// Running the query gives [`Error::Locked`](crate::Error::Locked) if a row is locked.
    pub fn no_wait(self) -> ScopedQuery<Q, QS, K, M, Locked<L, S, NoWait>> {
        ScopedQuery::with(self.query, self.key, Locked::new(self.limit.limit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::limit::NoLimit;

    type OfUpdate<L> = Locked<L, ForUpdate>;

    // A query with a lock runs on none of the backends that have a session.
    #[test]
    fn the_numbers_of_a_locked_query_are_those_of_its_limit() {
        let natural = |number: i64| OfUpdate::new(NoLimit.limited(number)).are_natural();
        assert!(OfUpdate::new(NoLimit).are_natural());
        assert!(natural(0));
        assert!(!natural(-1));
    }
}
