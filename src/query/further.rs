//! Queries that did more than filter, as targets of updates and deletes.
//!
//! The statement finds the rows by `id IN (SELECT id ..)`. The tenant's predicate stands on
//! the statement itself, too, whatever the query says. Which deleted rows are among them, the
//! query says alone, as it does where it was only filtered.

use std::marker::PhantomData;

use diesel::dsl;
use diesel::expression::Expression;
use diesel::internal::table_macro::{BoxedSelectStatement, Join, JoinOn};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::query_dsl::methods::SelectDsl;
use diesel::query_source::QuerySource;
use diesel::result::QueryResult;

use super::dialect::Dialect;
use super::limit::{LimitTo, NoLimit, OffsetBy, One, Page};
use super::limited::Stmt;
use super::lock::Locked;
use super::same_scope::Nested;
use super::select::ScopedQuery;
use super::selection::Unselected;
use super::soft_delete::Regard;
use super::target::{Chosen, Target, WritableRows};
use super::version::Settled;
use crate::__private::Seal;
use crate::key::TenantKey;
use crate::ownership::{Both, Everyone, Home, Scoped, ScopedTable, Visibility, WritableBy};

/// ` WHERE predicate AND (id) IN (SELECT id ..)`.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, QueryId)]
pub struct ByRows<I, Q, P> {
    id: I,
    found: Q,
    predicate: P,
}

impl<I, Q, P> Chosen for ByRows<I, Q, P> {
    const ONE_ROW: bool = false;
}

impl<T, I, Q, P> Settled<T> for ByRows<I, Q, P> {}

impl<T, V, I, Q, P, L> Regard<T, V> for ByRows<I, Q, Both<P, L>>
where
    T: ScopedTable,
    V: Visibility<T>,
{
    type Seen = ByRows<I, Q, Both<P, V::Seen<Home>>>;

    fn regard(self) -> Self::Seen {
        ByRows {
            id: self.id,
            found: self.found,
            predicate: self.predicate.and(V::seen::<Home>(Seal::new())),
        }
    }
}

impl<DB, I, Q, P> QueryFragment<DB> for ByRows<I, Q, P>
where
    DB: Dialect,
    I: QueryFragment<DB>,
    Q: QueryFragment<DB>,
    P: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(" WHERE ");
        self.predicate.walk_ast(out.reborrow())?;
        out.push_sql(" AND (");
        self.id.walk_ast(out.reborrow())?;
        out.push_sql(") IN (");
        out.push_sql(DB::AROUND_FOUND.0);
        self.found.walk_ast(out.reborrow())?;
        out.push_sql(DB::AROUND_FOUND.1);
        out.push_sql(")");
        Ok(())
    }
}

/// The marker of targets by a query that joins.
#[derive(Debug, Clone, Copy)]
pub enum FoundByJoin {}

/// The marker of targets by a query with a limit or an offset.
#[derive(Debug, Clone, Copy)]
pub enum FoundWithin {}

/// The marker of targets by a boxed query.
#[derive(Debug, Clone, Copy)]
pub enum FoundBoxed {}

/// A from clause whose first table is `T`.
#[doc(hidden)]
pub trait BeginsWith<T> {}

impl<T: ScopedTable> BeginsWith<T> for T {}
impl<T, L, R, Kind, On> BeginsWith<T> for JoinOn<Join<L, R, Kind>, On>
where
    L: BeginsWith<T> + QuerySource,
    R: QuerySource,
{
}

/// A limit or an offset.
#[doc(hidden)]
pub trait Cuts {}

impl Cuts for One {}
impl Cuts for LimitTo {}
impl Cuts for OffsetBy {}
impl Cuts for Page {}
/// With a lock: `SKIP LOCKED` leaves rows out, as a limit does.
impl<L, S, W> Cuts for Locked<L, S, W> {}

/// A query whose clauses are known at run time only.
#[doc(hidden)]
pub trait IsBoxed {}

impl<ST, QS, DB, G> IsBoxed for BoxedSelectStatement<'_, ST, QS, DB, G> {}

type IdOf<T> = <<T as Scoped>::Table as ScopedTable>::IdColumn;

/// A where clause of the rows that the query `Q`, with the limit `L`, finds.
type WhereFound<T, K, Q, L> = ByRows<
    IdOf<T>,
    Nested<Stmt<dsl::Select<Q, IdOf<T>>, L>>,
    Both<WritableRows<<T as Scoped>::Table, K>, Everyone>,
>;

fn where_found<T, K, Q, QS, L>(
    query: ScopedQuery<Q, QS, K, Unselected, L>,
    key: &K,
    seal: Seal,
) -> WhereFound<T, K, Q, L>
where
    T: Scoped,
    K: TenantKey,
    T::Table: WritableBy<K>,
    IdOf<T>: Default + Expression,
    Q: SelectDsl<IdOf<T>>,
{
    const { RowsAreKnownById::<T, K>::ASSERTED };
    ByRows {
        id: IdOf::<T>::default(),
        found: Nested::new(
            Stmt::new(query.query.select(IdOf::<T>::default()), query.limit),
            &query.key,
        ),
        predicate: Both::new(T::Table::write_predicate::<Home>(key, seal), Everyone),
    }
}

struct RowsAreKnownById<T, K>(PhantomData<(T, K)>);

impl<T: Scoped, K> RowsAreKnownById<T, K>
where
    T::Table: WritableBy<K>,
{
    /// The id columns leave the tenant column out. Everybody's row could have the same as a
    /// tenant's own, which the query has not found.
    const ASSERTED: () = assert!(
        !(<T::Table as WritableBy<K>>::READS_MORE
            && <T::Table as ScopedTable>::PRIMARY_KEY.len() > 1),
        "rows that are everybody's, with a primary key of several columns, are changed by a \
         query that was only filtered, or by key"
    );
}

macro_rules! target {
    ($by:ident, [$($generics:ident)*], $qs:ty, $limit:ty, $($bounds:tt)*) => {
        #[diagnostic::do_not_recommend]
        impl<T, K, Q, $($generics,)*> Target<T, K, $by>
            for ScopedQuery<Q, $qs, K, Unselected, $limit>
        where
            T: Scoped,
            K: TenantKey,
            T::Table: WritableBy<K>,
            IdOf<T>: Default + Expression,
            Q: SelectDsl<IdOf<T>>,
            $($bounds)*
        {
            type Where = WhereFound<T, K, Q, $limit>;

            fn is_of(&self, key: &K, _: Seal) -> bool {
                self.key.as_key() == key.as_key()
            }

            fn into_where(self, key: &K, seal: Seal) -> Self::Where {
                where_found::<T, K, Q, _, _>(self, key, seal)
            }
        }
    };
}

target!(
    FoundByJoin, [L R Kind On Limit], JoinOn<Join<L, R, Kind>, On>, Limit,
    L: BeginsWith<T::Table> + QuerySource,
    R: QuerySource,
);
target!(FoundWithin, [Limit], T::Table, Limit, Limit: Cuts,);
target!(FoundBoxed, [], T::Table, NoLimit, Q: IsBoxed,);
