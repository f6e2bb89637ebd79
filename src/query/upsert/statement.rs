//! An upsert as a statement, or as the statements of a batch.

use std::marker::PhantomData;

use diesel::associations::HasTable;
use diesel::backend::Backend;
use diesel::dsl::AsSelect;
use diesel::expression::SelectableHelper;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;

use super::ScopedUpsert;
use super::action::ConflictAction;
use super::dialect::UpsertDialect;
use crate::clock::{Birth, Moment, Now};
use crate::error::{Error, Result};
use crate::key::TenantKey;
use crate::ownership::{Home, ScopedTable, WritableBy};
use crate::query::conflict::UniqueKey;
use crate::query::guard::{Model, door};
use crate::query::insert::InsertStatement;
use crate::query::returning::{NoReturning, Returned, Returning, returning};
use crate::query::rows::CountRows;
use crate::query::statement::{Effect, Rows, Statement, Writes};
use crate::query::target::without_parent;
use crate::query::times::{RowValues, time_of_insert};

/// One row to insert, or, of the chunks of a batch, one chunk.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct OneInsert<V> {
    values: V,
    rows: usize,
    /// The time of the batch that it is part of.
    at: Option<Now>,
}

impl<V> OneInsert<V> {
    pub(super) fn new(values: V) -> Self {
        Self {
            values,
            rows: 1,
            at: None,
        }
    }
}

/// The chunks of a batch.
#[doc(hidden)]
#[derive(Debug, Clone)]
pub struct ManyInserts<V>(Vec<V>);

impl<V> ManyInserts<V> {
    pub(super) fn new(chunks: Vec<V>) -> Self {
        Self(chunks)
    }
}

impl<T, V: CountRows, A: Clone, K: TenantKey, R: Clone> ScopedUpsert<T, ManyInserts<V>, A, K, R> {
    pub(crate) fn key(&self) -> &K {
        &self.key
    }

    /// How many rows there are to write.
    pub(crate) fn rows(&self) -> usize {
        self.inserts.0.iter().map(CountRows::rows).sum()
    }

    /// The same, with a statement for each row.
    pub(crate) fn row_by_row(mut self) -> Self {
        let chunks = self.inserts.0.into_iter();
        self.inserts = ManyInserts(chunks.flat_map(CountRows::singles).collect());
        self
    }

    /// The statements to run, one after the other. They have one time.
    pub(crate) fn into_statements(
        self,
        moment: Moment<'_>,
    ) -> impl Iterator<Item = ScopedUpsert<T, OneInsert<V>, A, K, R>> + use<T, V, A, K, R>
    where
        T: ScopedTable,
    {
        let (key, action, returning) = (self.key, self.action, self.returning);
        let at = Some(time_of_insert::<T::Kept>(moment));
        self.inserts.0.into_iter().map(move |values| ScopedUpsert {
            inserts: OneInsert {
                rows: values.rows(),
                values,
                at,
            },
            action: action.clone(),
            returning: returning.clone(),
            key: key.duplicate(),
            of: PhantomData,
        })
    }
}

impl<T, V, A, K, R> crate::sealed::SealedStatement for ScopedUpsert<T, V, A, K, R> {}

impl<T, V, A, K, R> Statement for ScopedUpsert<T, OneInsert<V>, A, K, R>
where
    T: ScopedTable,
    A: ConflictAction,
    K: TenantKey,
{
    type Key = K;
    type Asks = Writes;
    const VERB: &'static str = "upsert";
    const WRITES_ROWS: bool = true;

    fn key(&self) -> &K {
        &self.key
    }

    fn check(&self) -> Result<()> {
        if self.action.nothing_to_do() {
            return Err(Error::EmptyChangeset);
        }
        Ok(())
    }

    fn rows_due(&self) -> usize {
        if A::WRITES_EACH_ROW {
            self.inserts.rows
        } else {
            0
        }
    }

    fn needs() -> Option<UniqueKey> {
        Some(A::key())
    }

    fn is_nothing(error: &Error) -> bool {
        !A::WRITES_EACH_ROW && matches!(error, Error::Conflict)
    }

    fn explain(error: Error) -> Error {
        match error {
            Error::NotFound => Error::Conflict,
            other => without_parent::<T>(other),
        }
    }
}

impl<T, V, A, K, R> ScopedUpsert<T, OneInsert<V>, A, K, R>
where
    T: ScopedTable,
    V: RowValues<T, K>,
    A: ConflictAction,
{
    /// The rows to write now, and what to return of them.
    fn into_parts(self, moment: Moment<'_>) -> (Upsert<V::Ready, A::At>, R, K) {
        let at = self.inserts.at;
        let now = at.unwrap_or_else(|| time_of_insert::<T::Kept>(moment));
        let upsert = Upsert {
            values: self
                .inserts
                .values
                .ready(&self.key, Birth::new(now, moment)),
            action: self.action.at(now),
        };
        (upsert, self.returning, self.key)
    }
}

impl<T, V, A, K> Effect for ScopedUpsert<T, OneInsert<V>, A, K>
where
    V: RowValues<T, K>,
    A: ConflictAction,
    K: TenantKey,
    T: ScopedTable + HasTable<Table = T>,
{
    type Query = InsertStatement<T, T::FromClause, Upsert<V::Ready, A::At>, NoReturning>;
    const ONE_ROW: bool = false;

    fn into_effect(self, moment: Moment<'_>) -> Self::Query {
        let (upsert, returning, _) = self.into_parts(moment);
        InsertStatement::new(upsert, returning)
    }
}

impl<T, V, A, K, DB, U> Rows<DB, U> for ScopedUpsert<T, OneInsert<V>, A, K>
where
    V: RowValues<T, K>,
    DB: Backend,
    A: ConflictAction,
    K: TenantKey,
    T: WritableBy<K> + HasTable<Table = T>,
    U: Model<T, DB>,
    U::SelectExpression: QueryId,
{
    type Query = InsertStatement<
        T,
        T::FromClause,
        Upsert<V::Ready, A::At>,
        Returning<AsSelect<U, DB>, T::WritePredicate<Home>>,
    >;
    type Loaded = Returned<U>;

    fn into_query(self, moment: Moment<'_>) -> Self::Query {
        const { door::<U::SelectExpression>() };
        let (upsert, _, key) = self.into_parts(moment);
        InsertStatement::new(upsert, returning::<T, _, _>(U::as_select(), &key))
    }
}

impl<T, V, A, K, S, P, DB, U> Rows<DB, U> for ScopedUpsert<T, OneInsert<V>, A, K, Returning<S, P>>
where
    V: RowValues<T, K>,
    DB: Backend,
    A: ConflictAction,
    K: TenantKey,
    T: ScopedTable + HasTable<Table = T>,
{
    type Query = InsertStatement<T, T::FromClause, Upsert<V::Ready, A::At>, Returning<S, P>>;
    type Loaded = Returned<U>;

    fn into_query(self, moment: Moment<'_>) -> Self::Query {
        let (upsert, returning, _) = self.into_parts(moment);
        InsertStatement::new(upsert, returning)
    }
}

/// New rows, and what happens if there is one already.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Upsert<V, A> {
    values: V,
    action: A,
}

impl<DB, V, A> QueryFragment<DB> for Upsert<V, A>
where
    DB: UpsertDialect,
    V: QueryFragment<DB>,
    A: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.values.walk_ast(out.reborrow())?;
        self.action.walk_ast(out)
    }
}
