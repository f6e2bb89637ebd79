//! A tenant's key, bound.

use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::expression::{
    AppearsOnTable, Expression, TypedExpressionType, ValidGrouping, is_aggregate,
};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{HasSqlType, SqlType};

use crate::key::TenantKey;

/// A tenant's key as a value in a statement.
///
/// diesel's own bind would be copied by the key's `Clone`, which is an application's.
#[doc(hidden)]
#[derive(Debug)]
pub struct KeyBind<ST, K> {
    key: K,
    of: PhantomData<fn() -> ST>,
}

impl<ST, K> KeyBind<ST, K> {
    /// The bind of a key.
    pub fn new(key: &K) -> Self
    where
        K: TenantKey,
    {
        Self {
            key: key.duplicate(),
            of: PhantomData,
        }
    }
}

impl<ST, K: TenantKey> Clone for KeyBind<ST, K> {
    fn clone(&self) -> Self {
        Self::new(&self.key)
    }
}

impl<ST: SqlType + TypedExpressionType, K> Expression for KeyBind<ST, K> {
    type SqlType = ST;
}

impl<QS, ST, K> AppearsOnTable<QS> for KeyBind<ST, K> where Self: Expression {}

impl<GB, ST, K> ValidGrouping<GB> for KeyBind<ST, K> {
    type IsAggregate = is_aggregate::Never;
}

impl<ST: 'static, K> QueryId for KeyBind<ST, K> {
    type QueryId = KeyBind<ST, ()>;
}

impl<DB, ST, K> QueryFragment<DB> for KeyBind<ST, K>
where
    DB: Backend + HasSqlType<ST>,
    K: ToSql<ST, DB>,
{
    #[inline]
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_bind_param::<ST, K>(&self.key)
    }
}
