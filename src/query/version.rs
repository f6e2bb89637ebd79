//! Optimistic locking: a write of the version that was read, and of no other.

use std::fmt;
use std::marker::PhantomData;

use diesel::associations::HasTable;
use diesel::backend::Backend;
use diesel::expression::{Expression, SelectableExpression};
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::query_dsl::RunQueryDsl;
use diesel::query_source::QuerySource;
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{Bool, HasSqlType};

use super::changes::IntoChanges;
use super::delete::ScopedDelete;
use super::guard::{InScope, door};
use super::returning::{NoReturning, Returning};
use super::soft_delete::Among;
use super::statement::{Reads, Rows, Statement};
use super::target::{ByKey, ByQuery, Chosen};
use super::update::{ScopedUpdate, UpdateOf};
use crate::clock::Moment;
use crate::key::TenantKey;
use crate::ownership::{
    Home, KeepsVersion, Kept, KeptColumns, Nothing, ScopedTable, SlotSql, VersionOf, WritableBy,
};

/// A where clause of which it is settled what version its rows must have.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the rows of `{T}` have a version: say which one you change",
    label = "this update could overwrite what somebody else has just written",
    note = "with the version that was read: `.update(id).if_version(item.version).set(..)`; or, to write over whatever is there: `.update(id).any_version().set(..)`"
)]
pub trait Settled<T> {}

impl<T, W, P> Settled<T> for ByQuery<W, P> {}
#[diagnostic::do_not_recommend]
impl<T: ScopedTable<Kept: Unversioned>, I, P> Settled<T> for ByKey<I, P> {}
impl<T, W: Settled<T>, P> Settled<T> for Among<W, P> {}
impl<T, W> Settled<T> for AnyVersion<W> {}
impl<T: KeepsVersion, W> Settled<T> for AtVersion<T, W> {}

/// What is kept of rows without a version.
#[doc(hidden)]
pub trait Unversioned {}

impl<C, T, D, P, I> Unversioned for Kept<C, T, D, Nothing, P, I> {}

/// A where clause that means one row.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "only one row has the version that you read",
    label = "the target is a query, whose rows have versions of their own",
    note = "give the row's key: `.update(item.id).if_version(item.version)`; an update by query needs no version"
)]
pub trait OneRow: Clone {}

impl<I: Clone, P: Clone> OneRow for ByKey<I, P> {}

/// The same where clause: whatever the version.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, QueryId)]
pub struct AnyVersion<W>(W);

impl<W: Chosen> Chosen for AnyVersion<W> {
    const ONE_ROW: bool = W::ONE_ROW;
}

impl<DB: Backend, W: QueryFragment<DB>> QueryFragment<DB> for AnyVersion<W> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }
}

/// A where clause, ` AND version = value`, or another comparison.
#[doc(hidden)]
pub struct Compared<T: KeepsVersion, W, const SAME: bool> {
    found: W,
    column: <T::Kept as KeptColumns>::Version,
    value: VersionOf<T>,
}

/// ` AND version = value`.
type AtVersion<T, W> = Compared<T, W, true>;

/// ` AND version <> value`.
type NotAtVersion<T, W> = Compared<T, W, false>;

impl<T: KeepsVersion, W, const SAME: bool> Compared<T, W, SAME> {
    fn new(found: W, value: VersionOf<T>) -> Self {
        Self {
            found,
            column: Default::default(),
            value,
        }
    }
}

impl<T: KeepsVersion, W, const SAME: bool> fmt::Debug for Compared<T, W, SAME> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Compared").finish_non_exhaustive()
    }
}

impl<T: KeepsVersion, W: Chosen, const SAME: bool> Chosen for Compared<T, W, SAME> {
    const ONE_ROW: bool = W::ONE_ROW;
}

/// Stands for a [`Compared`].
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct ComparedId<T, W, const SAME: bool>(W, PhantomData<fn() -> T>);

impl<T, W, const SAME: bool> QueryId for Compared<T, W, SAME>
where
    T: KeepsVersion + 'static,
    W: QueryId,
{
    type QueryId = ComparedId<T, W::QueryId, SAME>;
    const HAS_STATIC_QUERY_ID: bool = W::HAS_STATIC_QUERY_ID;
}

impl<DB, T, W, const SAME: bool> QueryFragment<DB> for Compared<T, W, SAME>
where
    DB: Backend + HasSqlType<T::VersionType>,
    T: KeepsVersion<Kept: KeptColumns<Version: SlotSql<DB>>>,
    W: QueryFragment<DB>,
    VersionOf<T>: ToSql<T::VersionType, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.found.walk_ast(out.reborrow())?;
        out.push_sql(" AND ");
        self.column.column(out.reborrow())?;
        out.push_sql(if SAME { " = " } else { " <> " });
        out.push_bind_param::<T::VersionType, _>(&self.value)
    }
}

/// A write of one row in the version that was read: from
/// [`UpdateOf::if_version`](crate::UpdateOf::if_version) and
/// [`ScopedDelete::if_version`](crate::ScopedDelete::if_version).
///
/// If the row is there in another version, running it gives
/// [`Error::StaleVersion`](crate::Error::StaleVersion).
#[must_use = "a write does nothing until it is executed"]
pub struct IfVersion<S, P> {
    pub(crate) statement: S,
    pub(crate) otherwise: P,
}

impl<S: fmt::Debug, P> fmt::Debug for IfVersion<S, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("IfVersion").field(&self.statement).finish()
    }
}

impl<S, P> IfVersion<S, P> {
    fn map<S2>(self, with: impl FnOnce(S) -> S2) -> IfVersion<S2, P> {
        IfVersion {
            statement: with(self.statement),
            otherwise: self.otherwise,
        }
    }
}

impl<T, W, K> UpdateOf<T, W, K> {
    /// Updates the row only if it still has the version that was read.
    ///
    /// # Errors
    ///
    /// Executing it gives [`Error::StaleVersion`](crate::Error::StaleVersion) if the row is
    /// there in another version, and [`Error::NotFound`](crate::Error::NotFound) if it is
    /// not in the scope, or deleted. Does not compile for a model that names no version,
    /// nor for the rows of a query.
    pub fn if_version(
        self,
        version: VersionOf<T>,
    ) -> IfVersion<UpdateOf<T, AtVersion<T, W>, K>, AtOtherVersion<T, W, K>>
    where
        T: KeepsVersion,
        W: OneRow,
        K: TenantKey,
    {
        IfVersion {
            otherwise: AtOtherVersion::new(self.found.clone(), version, &self.key),
            statement: UpdateOf::new(
                Compared::new(self.found, version),
                self.key,
                self.same_scope,
            ),
        }
    }

    /// Updates the row whatever its version: what somebody else wrote in between is lost.
    pub fn any_version(self) -> UpdateOf<T, AnyVersion<W>, K>
    where
        T: KeepsVersion,
    {
        UpdateOf::new(AnyVersion(self.found), self.key, self.same_scope)
    }
}

impl<T, W, K, M> ScopedDelete<T, W, K, NoReturning, M> {
    /// Deletes the row only if it still has the version that was read.
    ///
    /// # Errors
    ///
    /// As [`UpdateOf::if_version`](crate::UpdateOf::if_version).
    pub fn if_version(
        self,
        version: VersionOf<T>,
    ) -> IfVersion<ScopedDelete<T, AtVersion<T, W>, K, NoReturning, M>, AtOtherVersion<T, W, K>>
    where
        T: KeepsVersion,
        W: OneRow,
        K: TenantKey,
    {
        IfVersion {
            otherwise: AtOtherVersion::new(self.found.clone(), version, &self.key),
            // A key is of no scope: only queries are.
            statement: ScopedDelete::new(Compared::new(self.found, version), self.key, true),
        }
    }
}

impl<T, W, K, P> IfVersion<UpdateOf<T, W, K>, P> {
    /// Says what to set. See [`UpdateOf::set`](crate::UpdateOf::set).
    pub fn set<C>(self, changes: C) -> IfVersion<ScopedUpdate<T, C::Changes, W, K>, P>
    where
        C: IntoChanges<T, K>,
        W: Settled<T>,
    {
        self.map(|update| update.set(changes))
    }
}

/// The type of a RETURNING of `S` from `T`.
type Returned<T, K, S> = Returning<S, <T as WritableBy<K>>::WritePredicate<Home>>;

impl<T, C, W, K, P> IfVersion<ScopedUpdate<T, C, W, K>, P> {
    /// Chooses what to return of the changed row. See
    /// [`ScopedUpdate::returning`](crate::ScopedUpdate::returning).
    pub fn returning<S>(
        self,
        selection: S,
    ) -> IfVersion<ScopedUpdate<T, C, W, K, Returned<T, K, S>>, P>
    where
        T: WritableBy<K>,
        S: Expression + InScope<T> + SelectableExpression<T> + QueryId,
    {
        const { door::<S>() };
        self.map(|update| update.returning(selection))
    }
}

impl<T, W, K, M, P> IfVersion<ScopedDelete<T, W, K, NoReturning, M>, P> {
    /// Chooses what to return of the deleted row. See
    /// [`ScopedDelete::returning`](crate::ScopedDelete::returning).
    pub fn returning<S>(
        self,
        selection: S,
    ) -> IfVersion<ScopedDelete<T, W, K, Returned<T, K, S>, M>, P>
    where
        T: WritableBy<K>,
        S: Expression + InScope<T> + SelectableExpression<T> + QueryId,
    {
        const { door::<S>() };
        self.map(|delete| delete.returning(selection))
    }
}

/// Whether the row that was not written is there, in another version.
#[doc(hidden)]
pub struct AtOtherVersion<T: KeepsVersion, W, K> {
    found: NotAtVersion<T, W>,
    key: K,
}

impl<T: KeepsVersion, W, K: TenantKey> AtOtherVersion<T, W, K> {
    fn new(found: W, version: VersionOf<T>, key: &K) -> Self {
        Self {
            found: Compared::new(found, version),
            key: key.duplicate(),
        }
    }
}

impl<T: KeepsVersion, W, K: TenantKey> fmt::Debug for AtOtherVersion<T, W, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AtOtherVersion").finish_non_exhaustive()
    }
}

impl<T: KeepsVersion, W, K> crate::sealed::SealedStatement for AtOtherVersion<T, W, K> {}

impl<T: KeepsVersion, W, K: TenantKey> Statement for AtOtherVersion<T, W, K> {
    type Key = K;
    type Asks = Reads;
    const VERB: &'static str = "exists";

    fn key(&self) -> &K {
        &self.key
    }
}

impl<T, W, K, DB> Rows<DB, bool> for AtOtherVersion<T, W, K>
where
    DB: Backend,
    K: TenantKey,
    T: KeepsVersion + HasTable<Table = T>,
{
    type Query = IsThere<T, T::FromClause, NotAtVersion<T, W>>;
    type Loaded = bool;

    fn into_query(self, _: Moment<'_>) -> Self::Query {
        IsThere {
            table: T::table().from_clause(),
            found: self.found,
            of: PhantomData,
        }
    }
}

/// `SELECT EXISTS (SELECT 1 FROM table WHERE ..)`.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct IsThere<T, F, W> {
    table: F,
    found: W,
    of: PhantomData<T>,
}

impl<T: QuerySource + 'static, F, W: QueryId> QueryId for IsThere<T, F, W> {
    type QueryId = IsThere<T, (), W::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = W::HAS_STATIC_QUERY_ID;
}

impl<T, F, W> Query for IsThere<T, F, W> {
    type SqlType = Bool;
}

impl<T, F, W, C> RunQueryDsl<C> for IsThere<T, F, W> {}

impl<DB, T, F, W> QueryFragment<DB> for IsThere<T, F, W>
where
    DB: Backend,
    F: QueryFragment<DB>,
    W: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("SELECT EXISTS (SELECT 1 FROM ");
        self.table.walk_ast(out.reborrow())?;
        self.found.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}
