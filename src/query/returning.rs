//! RETURNING, and the proof that what comes back is still in the scope.

use diesel::backend::Backend;
use diesel::expression::Expression;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::Bool;

use super::statement::Fetch;
use crate::__private::Seal;
use crate::ownership::{Home, WritableBy};

/// The backends that have RETURNING.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no RETURNING",
    label = "cannot return the rows that it wrote"
)]
pub trait ReturningDialect: Backend {}

/// The backends whose UPDATE has RETURNING too.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no RETURNING on UPDATE",
    label = "cannot return the rows that it changed",
    note = "update, and read the rows by their keys, in one transaction"
)]
pub trait UpdateReturningDialect: ReturningDialect {}

#[cfg(feature = "sqlite")]
impl UpdateReturningDialect for diesel::sqlite::Sqlite {}

#[cfg(feature = "postgres")]
impl UpdateReturningDialect for diesel::pg::Pg {}

/// What can stand behind an UPDATE.
#[doc(hidden)]
pub trait BehindUpdate<DB: Backend>: QueryFragment<DB> {}

impl<DB: Backend> BehindUpdate<DB> for NoReturning {}

impl<DB, S, P> BehindUpdate<DB> for Returning<S, P>
where
    DB: UpdateReturningDialect,
    Self: QueryFragment<DB>,
{
}

/// Implemented for each backend alone: for all of them at once, diesel's own implementations
/// could overlap.
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
macro_rules! returning_dialect {
    ($db:ty) => {
        impl ReturningDialect for $db {}

        impl<U, ST> diesel::deserialize::FromStaticSqlRow<(Bool, ST), $db> for Returned<U>
        where
            (U,): diesel::deserialize::FromStaticSqlRow<(ST,), $db>,
        {
            fn build_from_row<'a>(
                row: &impl diesel::row::Row<'a, $db>,
            ) -> diesel::deserialize::Result<Self> {
                use diesel::deserialize::FromStaticSqlRow;
                // A row out of the scope is not decoded: an error, or code of the
                // application's, would see its values.
                if !row.get_value::<Bool, bool, _>(0)? {
                    return Ok(Self(None));
                }
                let values = row.partial_row(1..row.field_count());
                let (row,) = FromStaticSqlRow::build_from_row(&values)?;
                Ok(Self(Some(row)))
            }
        }

        impl<U, ST> diesel::deserialize::Queryable<(Bool, ST), $db> for Returned<U>
        where
            Self: diesel::deserialize::FromStaticSqlRow<(Bool, ST), $db>,
        {
            type Row = Self;

            fn build(row: Self) -> diesel::deserialize::Result<Self> {
                Ok(row)
            }
        }
    };
}

#[cfg(feature = "sqlite")]
returning_dialect!(diesel::sqlite::Sqlite);

#[cfg(feature = "postgres")]
returning_dialect!(diesel::pg::Pg);

// MariaDB has it on INSERT and DELETE. MySQL has none, and refuses the statement.
#[cfg(feature = "mysql")]
returning_dialect!(diesel::mysql::Mysql);

/// A row of a RETURNING, or none if it left the scope while it was written.
#[doc(hidden)]
#[derive(Debug)]
pub struct Returned<U>(Option<U>);

impl<U> Fetch<U> for Returned<U> {
    fn fetch(self) -> Option<U> {
        self.0
    }
}

/// Nothing is returned.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, QueryId)]
pub struct NoReturning;

impl<DB: Backend> QueryFragment<DB> for NoReturning {
    fn walk_ast<'b>(&'b self, _: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        Ok(())
    }
}

/// ` RETURNING (predicate) IS TRUE, selection`: a trigger may have given the row to
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
    type SqlType = (Bool, S::SqlType);
}

impl<DB, S, P> QueryFragment<DB> for Returning<S, P>
where
    DB: ReturningDialect,
    S: QueryFragment<DB>,
    P: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(" RETURNING (");
        self.predicate.walk_ast(out.reborrow())?;
        out.push_sql(") IS TRUE, ");
        self.selection.walk_ast(out)
    }
}
