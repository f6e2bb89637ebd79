//! Inserts: the tenant column comes from the scope, first in every row.

use std::fmt;
use std::marker::PhantomData;

use diesel::associations::HasTable;
use diesel::backend::Backend;
use diesel::dsl::AsSelect;
use diesel::expression::{Expression, SelectableExpression, SelectableHelper};
use diesel::insertable::Insertable;
use diesel::query_builder::{AsChangeset, AstPass, Query, QueryFragment, QueryId};
use diesel::query_dsl::RunQueryDsl;
use diesel::query_source::QuerySource;
use diesel::result::QueryResult;

use super::guard::{InScope, Model, door};
use super::returning::{NoReturning, Returned, ReturnedType, Returning, returning};
use super::row_shape::{AsRow, RowShape};
use super::rows::{SingleRow, StampedRow, derived_one};
use super::statement::{Effect, Rows, Statement, Writes};
use super::target::without_parent;
use super::times::{RowValues, TupleRow, time_of_insert};
use crate::__private::Seal;
use crate::clock::{Birth, Moment, Now};
use crate::error::Error;
use crate::key::TenantKey;
use crate::ownership::{Assignments, Home, MayInsert, ScopedTable, WritableBy};

/// What [`Repo::insert`](crate::Repo::insert) takes: a struct with
/// `#[derive(ScopedInsertable)]` or a reference to one, a tuple of `column.eq(value)`, or a
/// `Vec` or an array of either; of structs also a slice, or a reference to a `Vec` or an array.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be inserted into the tenant's table `{T}`",
    label = "not a new row of `{T}`",
    note = "put `#[derive(ScopedInsertable)]` on the struct, or give a tuple of `column.eq(value)` (`(column.eq(value),)` for a single one); many tuples are a `Vec` or an array, and no slice",
    note = "the tenant column comes from the scope, and values are plain values"
)]
pub trait InsertRows<T, K> {
    #[doc(hidden)]
    type Insert;
    #[doc(hidden)]
    fn into_insert(self, key: K, seal: Seal) -> Self::Insert;
}

/// What a tuple is stamped with.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a tuple cannot be inserted here: the rows of this table belong through their parent",
    label = "under which parent?",
    note = "name the parent first, and leave its column out: `repo.under(parent_id).insert((..))`; or insert a struct with `#[derive(ScopedInsertable)]`"
)]
pub trait TupleStamp {}

#[diagnostic::do_not_recommend]
impl<E: Expression> TupleStamp for E {}

/// One new row, and how it gets its stamp. Made by the derive, and for tuples.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be inserted into the tenant's table `{T}`",
    label = "not a new row of `{T}`",
    note = "put `#[derive(ScopedInsertable)]` on the struct, or give a tuple of `column.eq(value)`: many of these are a `Vec` or an array, and no slice"
)]
pub trait NewRow<T, K>: Sized {
    type One;
    type Many;
    fn one(self, key: &K, seal: Seal) -> Self::One;
    fn many(rows: Vec<Self>, key: &K, seal: Seal) -> Vec<Self::Many>;
}

/// An INSERT of one row, from [`Repo::insert`](crate::Repo::insert).
#[must_use = "an insert does nothing until it is executed"]
pub struct ScopedInsert<T, V, K, R = NoReturning> {
    pub(super) values: V,
    returning: R,
    pub(super) key: K,
    /// The time of the batch that it is part of.
    at: Option<Now>,
    of: PhantomData<T>,
}

/// An INSERT of many rows, from [`Repo::insert`](crate::Repo::insert). It runs in
/// one transaction: all rows, or none.
#[must_use = "an insert does nothing until it is executed"]
pub struct Batch<T, V, K, R = NoReturning> {
    pub(crate) values: Vec<V>,
    pub(crate) returning: R,
    pub(crate) key: K,
    of: PhantomData<T>,
}

impl<T, V, K> ScopedInsert<T, V, K> {
    pub(super) fn new(values: V, key: K) -> Self {
        Self {
            values,
            returning: NoReturning,
            key,
            at: None,
            of: PhantomData,
        }
    }

    /// Chooses what to return of the new row. As diesel's
    /// [`returning`](diesel::query_builder::InsertStatement::returning).
    pub fn returning<S>(
        self,
        selection: S,
    ) -> ScopedInsert<T, V, K, Returning<S, T::WritePredicate<Home>>>
    where
        T: WritableBy<K>,
        S: Expression + InScope<T> + SelectableExpression<T> + QueryId,
    {
        const { door::<S>() };
        ScopedInsert {
            returning: returning::<T, _, _>(selection, &self.key),
            values: self.values,
            key: self.key,
            at: self.at,
            of: PhantomData,
        }
    }
}

/// An INSERT of a row that the derive makes.
#[doc(hidden)]
pub fn derived_insert<T: WritableBy<K>, K, R: RowShape<AsRow>>(
    row: R,
    key: K,
    seal: Seal,
) -> ScopedInsert<T, StampedRow<T, T::RowStamp, R>, K> {
    ScopedInsert::new(derived_one(row, &key, seal), key)
}

impl<T, V, K> Batch<T, V, K> {
    fn new(values: Vec<V>, key: K) -> Self {
        Self {
            values,
            returning: NoReturning,
            key,
            of: PhantomData,
        }
    }

    /// Chooses what to return of each new row. As diesel's
    /// [`returning`](diesel::query_builder::InsertStatement::returning). The
    /// database does not promise an order.
    pub fn returning<S>(self, selection: S) -> Batch<T, V, K, Returning<S, T::WritePredicate<Home>>>
    where
        T: WritableBy<K>,
        S: Expression + InScope<T> + SelectableExpression<T> + QueryId,
    {
        const { door::<S>() };
        Batch {
            returning: returning::<T, _, _>(selection, &self.key),
            values: self.values,
            key: self.key,
            of: PhantomData,
        }
    }
}

impl<T: ScopedTable, V, K: TenantKey, R: Clone> Batch<T, V, K, R> {
    /// The statements to run, one after the other. They have one time.
    pub(crate) fn into_statements(
        self,
        moment: Moment<'_>,
    ) -> impl Iterator<Item = ScopedInsert<T, V, K, R>> + use<T, V, K, R> {
        let (key, returning) = (self.key, self.returning);
        let at = Some(time_of_insert::<T::Kept>(moment));
        self.values.into_iter().map(move |values| ScopedInsert {
            values,
            returning: returning.clone(),
            key: key.duplicate(),
            at,
            of: PhantomData,
        })
    }
}

impl<T, V, K, R> ScopedInsert<T, V, K, R>
where
    T: ScopedTable,
    V: RowValues<T, K>,
{
    /// The values to insert now, and what to return of them.
    fn into_parts(self, moment: Moment<'_>) -> (V::Ready, R, K) {
        let now = self.at.unwrap_or_else(|| time_of_insert::<T::Kept>(moment));
        let birth = Birth::new(now, moment);
        (
            self.values.ready(&self.key, birth),
            self.returning,
            self.key,
        )
    }
}

impl<T, V, K: TenantKey, R> fmt::Debug for ScopedInsert<T, V, K, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScopedInsert")
            .field("tenant", &format_args!("{}", self.key.as_key()))
            .finish_non_exhaustive()
    }
}

impl<T, V, K: TenantKey, R> fmt::Debug for Batch<T, V, K, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch")
            .field("tenant", &format_args!("{}", self.key.as_key()))
            .finish_non_exhaustive()
    }
}

impl<T, V, K, R> crate::sealed::SealedStatement for ScopedInsert<T, V, K, R> {}

impl<T: ScopedTable, V, K: TenantKey, R> Statement for ScopedInsert<T, V, K, R> {
    type Key = K;
    type Asks = Writes;
    const VERB: &'static str = "insert";
    const WRITES_ROWS: bool = true;

    fn key(&self) -> &K {
        &self.key
    }

    fn explain(error: Error) -> Error {
        without_parent::<T>(error)
    }
}

impl<T, V, K> Effect for ScopedInsert<T, V, K>
where
    V: RowValues<T, K>,
    K: TenantKey,
    T: ScopedTable + HasTable<Table = T>,
{
    type Query = InsertStatement<T, T::FromClause, V::Ready, NoReturning>;
    const ONE_ROW: bool = false;

    fn into_effect(self, moment: Moment<'_>) -> Self::Query {
        let (values, returning, _) = self.into_parts(moment);
        InsertStatement::new(values, returning)
    }
}

impl<T, V, K, DB, U> Rows<DB, U> for ScopedInsert<T, V, K>
where
    DB: Backend,
    V: RowValues<T, K>,
    K: TenantKey,
    T: WritableBy<K> + HasTable<Table = T>,
    U: Model<T, DB>,
    U::SelectExpression: QueryId,
{
    type Query = InsertStatement<
        T,
        T::FromClause,
        V::Ready,
        Returning<AsSelect<U, DB>, T::WritePredicate<Home>>,
    >;
    type Loaded = Returned<U>;

    fn into_query(self, moment: Moment<'_>) -> Self::Query {
        const { door::<U::SelectExpression>() };
        let (values, _, key) = self.into_parts(moment);
        InsertStatement::new(values, returning::<T, _, _>(U::as_select(), &key))
    }
}

impl<T, V, K, S, P, DB, U> Rows<DB, U> for ScopedInsert<T, V, K, Returning<S, P>>
where
    DB: Backend,
    V: RowValues<T, K>,
    K: TenantKey,
    T: ScopedTable + HasTable<Table = T>,
{
    type Query = InsertStatement<T, T::FromClause, V::Ready, Returning<S, P>>;
    type Loaded = Returned<U>;

    fn into_query(self, moment: Moment<'_>) -> Self::Query {
        let (values, returning, _) = self.into_parts(moment);
        InsertStatement::new(values, returning)
    }
}

/// `INSERT INTO table values [RETURNING ..]`.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct InsertStatement<T, F, V, R> {
    into: F,
    values: V,
    returning: R,
    of: PhantomData<T>,
}

impl<T: HasTable<Table = T> + QuerySource, V, R> InsertStatement<T, T::FromClause, V, R> {
    pub(super) fn new(values: V, returning: R) -> Self {
        Self {
            into: T::table().from_clause(),
            values,
            returning,
            of: PhantomData,
        }
    }
}

impl<T, F, V, R> QueryId for InsertStatement<T, F, V, R>
where
    T: QueryId + 'static,
    V: QueryId,
    R: QueryId,
{
    type QueryId = InsertStatement<T, (), V::QueryId, R::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = V::HAS_STATIC_QUERY_ID && R::HAS_STATIC_QUERY_ID;
}

impl<T, F, V, R: ReturnedType> Query for InsertStatement<T, F, V, R> {
    type SqlType = R::SqlType;
}

impl<T, F, V, R, C> RunQueryDsl<C> for InsertStatement<T, F, V, R> {}

impl<DB, T, F, V, R> QueryFragment<DB> for InsertStatement<T, F, V, R>
where
    DB: Backend,
    F: QueryFragment<DB>,
    V: QueryFragment<DB>,
    R: QueryFragment<DB>,
{
    #[inline]
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("INSERT INTO ");
        self.into.walk_ast(out.reborrow())?;
        out.push_sql(" ");
        self.values.walk_ast(out.reborrow())?;
        self.returning.walk_ast(out)
    }
}

/// Inserts of many rows at once, from whatever holds them.
macro_rules! batch_of {
    ($([$($generics:tt)*] $ty:ty: $row:ty),* $(,)?) => { $(
        impl<$($generics)* T, K> InsertRows<T, K> for $ty
        where
            T: WritableBy<K>,
            $row: NewRow<T, K>,
        {
            type Insert = Batch<T, <$row as NewRow<T, K>>::Many, K>;

            fn into_insert(self, key: K, seal: Seal) -> Self::Insert {
                let rows: Vec<$row> = self.into_iter().collect();
                Batch::new(<$row as NewRow<T, K>>::many(rows, &key, seal), key)
            }
        }
    )* };
}

batch_of!(
    [N,] Vec<N>: N,
    ['a, N,] &'a Vec<N>: &'a N,
    ['a, N,] &'a [N]: &'a N,
    [N, const M: usize,] [N; M]: N,
    ['a, N, const M: usize,] &'a [N; M]: &'a N,
);

/// A tuple of `column.eq(value)` as a new row. diesel renders it, the stamp before it.
macro_rules! tuple_rows {
    ($(($($element:ident)+))*) => { $(
        impl<T, K, $($element,)+> InsertRows<T, K> for ($($element,)+)
        where
            ($($element,)+): NewRow<T, K>,
        {
            type Insert = ScopedInsert<T, <Self as NewRow<T, K>>::One, K>;

            fn into_insert(self, key: K, seal: Seal) -> Self::Insert {
                ScopedInsert::new(self.one(&key, seal), key)
            }
        }

        impl<T, K, $($element,)+> NewRow<T, K> for ($($element,)+)
        where
            T: WritableBy<K, Stamp: TupleStamp>,
            // A borrowed assignment would hide its target's size; it is no changeset.
            Self: Expression<SqlType: Assignments<Self, T>> + AsChangeset<Target = T>,
            Self: MayInsert<T> + QueryId,
            (T::Stamp, Self): Insertable<T>,
        {
            type One = TupleRow<Self>;
            type Many = SingleRow<Self::One>;

            fn one(self, _: &K, _: Seal) -> Self::One {
                const { door::<Self>() };
                const { <Self as Expression>::SqlType::TARGETS_ARE_COLUMNS };
                TupleRow::new(self)
            }

            fn many(rows: Vec<Self>, key: &K, seal: Seal) -> Vec<Self::Many> {
                rows.into_iter()
                    .map(|row| SingleRow::new(row.one(key, seal)))
                    .collect()
            }
        }
    )* };
}

tuple_rows! {
    (A)
    (A B)
    (A B C)
    (A B C D)
    (A B C D E)
    (A B C D E F)
    (A B C D E F G)
    (A B C D E F G H)
    (A B C D E F G H I)
    (A B C D E F G H I J)
    (A B C D E F G H I J L)
    (A B C D E F G H I J L M)
    (A B C D E F G H I J L M N)
    (A B C D E F G H I J L M N O)
    (A B C D E F G H I J L M N O P)
    (A B C D E F G H I J L M N O P Q)
}
