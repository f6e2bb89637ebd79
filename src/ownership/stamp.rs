//! What a scope puts into the rows that it writes: the tenant's key, or the proof that the
//! parent is the tenant's.

use std::marker::PhantomData;

use diesel::associations::HasTable;
use diesel::backend::Backend;
use diesel::expression::Expression;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::query_source::{Column, QuerySource};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::HasSqlType;

use super::ScopedTable;
use super::inherited::walk_parent_key;
use super::place::{At, Home, Under};
use super::predicate::Predicate;
use crate::__private::same_name;
use crate::query::Dialect;

/// How many values a stamp binds in each row.
#[doc(hidden)]
pub trait StampSize {
    const BINDS: usize;
}

/// How a stamp is rendered among the columns and the values of a row.
#[doc(hidden)]
pub trait RowStamp<DB: Backend>: StampSize {
    /// The column that it adds, in front of all others. Says whether there is one.
    fn column(&self, out: AstPass<'_, '_, DB>) -> QueryResult<bool>;

    /// The value of that column. Says whether there is one.
    fn key<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<bool>;

    /// A value of the row for the column `C`.
    fn value<'b, C, V>(&'b self, value: &'b V, out: AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        C: Column,
        DB: HasSqlType<<C as Expression>::SqlType>,
        V: ToSql<<C as Expression>::SqlType, DB>;
}

/// The tenant's key, in the tenant column of `T`.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct TenantStamp<T, E> {
    key: E,
    of: PhantomData<fn() -> T>,
}

impl<T, E> TenantStamp<T, E> {
    #[doc(hidden)]
    pub fn new(key: E) -> Self {
        Self {
            key,
            of: PhantomData,
        }
    }
}

impl<T: 'static, E: QueryId> QueryId for TenantStamp<T, E> {
    type QueryId = TenantStamp<T, E::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = E::HAS_STATIC_QUERY_ID;
}

impl<T, E> StampSize for TenantStamp<T, E> {
    const BINDS: usize = 1;
}

impl<DB, T, E> RowStamp<DB> for TenantStamp<T, E>
where
    DB: Backend,
    T: ScopedTable,
    E: QueryFragment<DB>,
{
    fn column(&self, mut out: AstPass<'_, '_, DB>) -> QueryResult<bool> {
        out.push_identifier(T::TENANT)?;
        Ok(true)
    }

    fn key<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<bool> {
        self.key.walk_ast(out)?;
        Ok(true)
    }

    fn value<'b, C, V>(&'b self, value: &'b V, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        C: Column,
        DB: HasSqlType<<C as Expression>::SqlType>,
        V: ToSql<<C as Expression>::SqlType, DB>,
    {
        out.push_bind_param::<<C as Expression>::SqlType, V>(value)
    }
}

/// The parent's key in the column `O`, taken from the parent's own row, where the predicate
/// lets the scope write to it: `(SELECT id FROM parents WHERE id = value AND predicate)`.
///
/// A foreign and a missing parent make the statement fail.
#[doc(hidden)]
#[derive(Debug)]
pub struct ParentStamp<T, F, I, O, Pr> {
    from: F,
    parent: At<I, Under<Home>>,
    predicate: Pr,
    of: PhantomData<fn() -> (T, O)>,
}

/// A [`ParentStamp`] of the parent table `T`.
#[doc(hidden)]
pub type StampUnder<T, I, O, Pr> = ParentStamp<T, <T as QuerySource>::FromClause, I, O, Pr>;

impl<T, I, O, Pr> StampUnder<T, I, O, Pr>
where
    T: QuerySource + HasTable<Table = T>,
    I: Default,
{
    #[doc(hidden)]
    pub fn new(predicate: Pr) -> Self {
        Self {
            from: T::table().from_clause(),
            parent: At::new(),
            predicate,
            of: PhantomData,
        }
    }
}

impl<T, F: Clone, I: Copy, O, Pr: Clone> Clone for ParentStamp<T, F, I, O, Pr> {
    fn clone(&self) -> Self {
        Self {
            from: self.from.clone(),
            parent: self.parent,
            predicate: self.predicate.clone(),
            of: PhantomData,
        }
    }
}

impl<T, F, I, O, Pr> QueryId for ParentStamp<T, F, I, O, Pr>
where
    T: 'static,
    I: QueryId,
    O: QueryId,
    Pr: QueryId,
{
    type QueryId = ParentStamp<T, (), I::QueryId, O::QueryId, Pr::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = Pr::HAS_STATIC_QUERY_ID;
}

impl<T, F, I, O, Pr: Predicate> StampSize for ParentStamp<T, F, I, O, Pr> {
    const BINDS: usize = Pr::BINDS;
}

impl<DB, T, F, I, O, Pr> RowStamp<DB> for ParentStamp<T, F, I, O, Pr>
where
    DB: Dialect,
    F: QueryFragment<DB>,
    At<I, Under<Home>>: QueryFragment<DB>,
    O: Column,
    Pr: QueryFragment<DB> + Predicate,
{
    fn column(&self, _: AstPass<'_, '_, DB>) -> QueryResult<bool> {
        Ok(false)
    }

    fn key<'b>(&'b self, _: AstPass<'_, 'b, DB>) -> QueryResult<bool> {
        Ok(false)
    }

    fn value<'b, C, V>(&'b self, value: &'b V, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        C: Column,
        DB: HasSqlType<<C as Expression>::SqlType>,
        V: ToSql<<C as Expression>::SqlType, DB>,
    {
        if !const { same_name(C::NAME, O::NAME) } {
            return out.push_bind_param::<<C as Expression>::SqlType, V>(value);
        }
        walk_parent_key(
            &self.from,
            &self.parent,
            |mut out| out.push_bind_param::<<C as Expression>::SqlType, V>(value),
            &self.predicate,
            out,
        )
    }
}
