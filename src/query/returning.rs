//! RETURNING, and the proof that what comes back is still in the scope.

use diesel::backend::Backend;
use diesel::expression::Expression;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::Bool;

use crate::__private::Seal;
use crate::ownership::{Home, WritableBy};

/// The backends that have RETURNING.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no RETURNING",
    label = "cannot return the rows that it wrote"
)]
pub trait ReturningDialect: Backend {}

#[cfg(feature = "sqlite")]
impl ReturningDialect for diesel::sqlite::Sqlite {}

#[cfg(feature = "postgres")]
impl ReturningDialect for diesel::pg::Pg {}

/// Nothing is returned.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, QueryId)]
pub struct NoReturning;

impl<DB: Backend> QueryFragment<DB> for NoReturning {
    fn walk_ast<'b>(&'b self, _: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        Ok(())
    }
}

/// ` RETURNING selection, (predicate) IS TRUE`: a trigger may have given the row to
/// another tenant while it was written.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Returning<S, P> {
    selection: S,
    predicate: P,
}

/// Returns of each row that `K` may write, and that it still may.
pub(super) fn returning<T: WritableBy<K>, K, S>(
    selection: S,
    key: &K,
) -> Returning<S, T::WritePredicate<Home>> {
    Returning {
        selection,
        predicate: T::write_predicate::<Home>(key, Seal::new()),
    }
}

/// The SQL type of what a RETURNING brings back.
#[doc(hidden)]
pub trait ReturnedType {
    type SqlType;
}

impl<S: Expression, P> ReturnedType for Returning<S, P> {
    type SqlType = (S::SqlType, Bool);
}

impl<DB, S, P> QueryFragment<DB> for Returning<S, P>
where
    DB: ReturningDialect,
    S: QueryFragment<DB>,
    P: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(" RETURNING ");
        self.selection.walk_ast(out.reborrow())?;
        out.push_sql(", (");
        self.predicate.walk_ast(out.reborrow())?;
        out.push_sql(") IS TRUE");
        Ok(())
    }
}
