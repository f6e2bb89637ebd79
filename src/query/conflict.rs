//! Conflict targets: the unique key by which an upsert knows a row, the owner's column first.

use diesel::backend::Backend;
use diesel::query_builder::AstPass;
use diesel::query_source::Column;
use diesel::result::QueryResult;

use crate::__private::{OwnerColumn, Seal};

/// What [`ScopedInsert::on_conflict`](crate::ScopedInsert::on_conflict) takes: the columns
/// of a unique key, that of the tenant (or the one that leads to the parent) in front.
///
/// The one column alone is a target, too, where a tenant (or a parent) has one row at most.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a conflict target in the tenant's table `{T}`",
    label = "does not begin with the tenant column of `{T}`, or is not of columns of it",
    note = "name the whole unique key, the tenant column first: `.on_conflict((items::tenant_id, items::name))`; for rows that belong through their parent, the column that leads to it",
    note = "another key could be that of another tenant's row, which the upsert would then be about"
)]
pub trait ConflictTarget<T>: 'static {
    #[doc(hidden)]
    fn push_columns<DB: Backend>(out: &mut AstPass<'_, '_, DB>, seal: Seal) -> QueryResult<()>;
}

#[diagnostic::do_not_recommend]
impl<T, C> ConflictTarget<T> for C
where
    C: OwnerColumn + Column<Table = T> + 'static,
{
    fn push_columns<DB: Backend>(out: &mut AstPass<'_, '_, DB>, _: Seal) -> QueryResult<()> {
        out.push_identifier(C::NAME)
    }
}

macro_rules! targets {
    ($(($($next:ident)*))*) => { $(
        #[diagnostic::do_not_recommend]
        impl<T, First, $($next,)*> ConflictTarget<T> for (First, $($next,)*)
        where
            First: OwnerColumn + Column<Table = T> + 'static,
            $($next: Column<Table = T> + 'static,)*
        {
            fn push_columns<DB: Backend>(
                out: &mut AstPass<'_, '_, DB>,
                _: Seal,
            ) -> QueryResult<()> {
                out.push_identifier(First::NAME)?;
                $(
                    out.push_sql(", ");
                    out.push_identifier($next::NAME)?;
                )*
                Ok(())
            }
        }
    )* };
}

targets! {
    ()
    (A)
    (A B)
    (A B C)
    (A B C D)
    (A B C D E)
    (A B C D E F)
    (A B C D E F G)
}
