//! Conflict targets: the unique key by which an upsert knows a row, the owner's column first.

use std::any::TypeId;

use diesel::query_source::Column;

use crate::__private::{OwnerColumn, Seal};
use crate::catalog::{Declared, Name};
use crate::ownership::ScopedTable;

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
    fn columns(seal: Seal) -> &'static [&'static str];
}

/// The unique key that a target is to be.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct UniqueKey {
    /// The columns as a type, which also tells the tables apart.
    pub(crate) target: TypeId,
    declared: fn(Seal) -> Declared,
    pub(crate) columns: &'static [&'static str],
}

impl UniqueKey {
    pub(super) fn of<T: ScopedTable, G: ConflictTarget<T>>() -> Self {
        Self {
            target: TypeId::of::<G>(),
            declared: T::declared,
            columns: G::columns(Seal::new()),
        }
    }

    pub(crate) fn table(&self) -> Name {
        (self.declared)(Seal::new()).name
    }
}

#[diagnostic::do_not_recommend]
impl<T, C> ConflictTarget<T> for C
where
    C: OwnerColumn + Column<Table = T> + 'static,
{
    fn columns(_: Seal) -> &'static [&'static str] {
        &[C::NAME]
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
            fn columns(_: Seal) -> &'static [&'static str] {
                &[First::NAME, $($next::NAME),*]
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
