//! Inserts under a parent: rows that belong through it, without a struct.

use std::fmt;
use std::marker::PhantomData;

use diesel::ExpressionMethods;
use diesel::associations::HasTable;
use diesel::dsl;
use diesel::expression::{AsExpression, Expression};
use diesel::insertable::Insertable;
use diesel::query_builder::{AsChangeset, QueryId};
use diesel::query_source::{Column, QuerySource};
use diesel::sql_types::SqlType;

use super::guard::door;
use super::insert::ScopedInsert;
use super::times::RowValues;
use crate::__private::Seal;
use crate::clock::Birth;
use crate::key::TenantKey;
use crate::ownership::{
    Assignments, Home, Inherits, KeyOf, MayInsert, Scoped, ScopedTable, Under, WritableBy,
};

type ParentOf<T> = <<T as Scoped>::Table as Inherits>::Parent;
type ParentTable<T> = <ParentOf<T> as Scoped>::Table;
type ParentColumn<T> = <<T as Scoped>::Table as Inherits>::ParentColumn;

/// The key of the parent, as far as the scope may write to it.
type ProvenParent<T, K> = KeyOf<
    ParentTable<T>,
    <ParentTable<T> as ScopedTable>::IdColumn,
    dsl::SqlTypeOf<ParentColumn<T>>,
    <ParentOf<T> as Scoped>::Id,
    <ParentTable<T> as WritableBy<K>>::WritePredicate<Under<Home>>,
>;

type ParentStamp<T, K> = dsl::Eq<ParentColumn<T>, ProvenParent<T, K>>;

/// The place of new rows under one parent, from [`Repo::under`](crate::Repo::under).
#[must_use = "a place does nothing until a row is inserted there"]
pub struct UnderParent<T: Scoped<Table: Inherits>, K> {
    parent: <ParentOf<T> as Scoped>::Id,
    key: K,
    of: PhantomData<fn() -> T>,
}

pub(crate) fn under<T, K>(parent: <ParentOf<T> as Scoped>::Id, key: K) -> UnderParent<T, K>
where
    T: Scoped<Table: Inherits>,
{
    UnderParent {
        parent,
        key,
        of: PhantomData,
    }
}

impl<T, K> UnderParent<T, K>
where
    T: Scoped<Table: Inherits>,
{
    /// Inserts `column.eq(value)`, or a tuple of them, under the parent.
    ///
    /// # Errors
    ///
    /// Executing it gives [`Error::NotFound`](crate::Error::NotFound) if there is no such
    /// parent that the scope may write to, and the violations of the table's constraints. A
    /// row that names the column of the parent, or holds a subquery, does not compile.
    pub fn insert<V>(self, row: V) -> ScopedInsert<T::Table, RowUnder<ParentStamp<T, K>, V>, K>
    where
        ParentTable<T>: WritableBy<K> + QuerySource + HasTable<Table = ParentTable<T>>,
        <ParentTable<T> as ScopedTable>::IdColumn: Default,
        ParentColumn<T>: Column + ExpressionMethods + Default + Expression<SqlType: SqlType>,
        ProvenParent<T, K>:
            AsExpression<dsl::SqlTypeOf<ParentColumn<T>>, Expression = ProvenParent<T, K>>,
        V: Expression<SqlType: Assignments<V, T::Table>> + AsChangeset<Target = T::Table>,
        V: MayInsert<T::Table> + QueryId,
        RowUnder<ParentStamp<T, K>, V>: RowValues<T::Table, K>,
    {
        const { door::<V>() };
        const { <V as Expression>::SqlType::TARGETS_ARE_COLUMNS };
        let predicate = <ParentTable<T> as WritableBy<K>>::write_predicate::<Under<Home>>(
            &self.key,
            Seal::new(),
        );
        let parent: ProvenParent<T, K> = KeyOf::new(self.parent, predicate);
        let stamp = ParentColumn::<T>::default().eq(parent);
        ScopedInsert::new(RowUnder { stamp, row }, self.key)
    }
}

/// A tuple of `column.eq(value)`, and the column that leads to the parent.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct RowUnder<S, V> {
    stamp: S,
    row: V,
}

impl<T, K, S, V> RowValues<T, K> for RowUnder<S, V>
where
    T: Inherits,
    (T::WithKept<S>, V): Insertable<T>,
{
    type Ready = <(T::WithKept<S>, V) as Insertable<T>>::Values;

    fn ready(self, _: &K, birth: Birth<'_>) -> Self::Ready {
        let stamp = T::with_kept(self.stamp, birth, Seal::new());
        (stamp, self.row).values()
    }
}

impl<T: Scoped<Table: Inherits>, K: TenantKey> fmt::Debug for UnderParent<T, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnderParent")
            .field("tenant", &format_args!("{}", self.key.as_key()))
            .finish_non_exhaustive()
    }
}
