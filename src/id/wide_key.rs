//! A key beside a column of 32 bits.

use std::fmt;
use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, TypedExpressionType, ValidGrouping,
    is_aggregate,
};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, HasSqlType, SqlType};

use super::RowId;

/// A key beside a column of type `ST`, bound in 64 bits: a larger one than the column can
/// hold is compared, and not there.
pub struct WideKey<ST, T: ?Sized> {
    id: RowId<T>,
    of: PhantomData<fn() -> ST>,
}

impl<ST, T: ?Sized> WideKey<ST, T> {
    #[doc(hidden)]
    pub fn new(id: RowId<T>) -> Self {
        Self {
            id,
            of: PhantomData,
        }
    }
}

impl<ST, T: ?Sized> Clone for WideKey<ST, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<ST, T: ?Sized> Copy for WideKey<ST, T> {}

impl<ST, T: ?Sized> fmt::Debug for WideKey<ST, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.id.fmt(f)
    }
}

impl<ST: SqlType + TypedExpressionType, T: ?Sized> Expression for WideKey<ST, T> {
    type SqlType = ST;
}

impl<QS, ST, T: ?Sized> AppearsOnTable<QS> for WideKey<ST, T> where Self: Expression {}

impl<QS, ST, T: ?Sized> SelectableExpression<QS> for WideKey<ST, T> where Self: Expression {}

impl<GB, ST, T: ?Sized> ValidGrouping<GB> for WideKey<ST, T> {
    type IsAggregate = is_aggregate::Never;
}

impl<ST: 'static, T: ?Sized> QueryId for WideKey<ST, T> {
    type QueryId = WideKey<ST, ()>;
}

impl<DB, ST, T: ?Sized> QueryFragment<DB> for WideKey<ST, T>
where
    DB: Backend + HasSqlType<BigInt>,
    RowId<T>: ToSql<BigInt, DB>,
{
    #[inline]
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_bind_param::<BigInt, RowId<T>>(&self.id)
    }
}
