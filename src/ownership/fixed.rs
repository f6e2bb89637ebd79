//! The columns that no statement of a user may name: the tenant column, those that the
//! library keeps, and in a changeset the primary key.
//!
//! diesel's `AppearsOnTable` knows tables, not columns. Its GROUP BY traits do:
//! a column is valid under a GROUP BY only if the clause contains it. So a
//! pretended clause of "all columns but the fixed ones" finds a fixed column in any
//! expression, however deep.

use std::marker::PhantomData;

use diesel::expression::is_contained_in_group_by::{No, Yes};
use diesel::expression::{IsContainedInGroupBy, ValidGrouping};
use diesel::query_source::Column;

use crate::__private::Seal;
use crate::query::InScope;

/// Whether the columns of a table are fixed. Made by `#[derive(Scoped)]`.
#[doc(hidden)]
pub trait FixedColumns<C> {
    /// `Yes` if an insert may name the column `C`.
    type MayInsert;
    /// `Yes` if a changeset may name the column `C`.
    type MayUpdate;
}

/// Turns diesel's `Yes` into `No`, and back.
#[doc(hidden)]
pub trait Invert {
    type Output;
}

impl Invert for Yes {
    type Output = No;
}

impl Invert for No {
    type Output = Yes;
}

/// A pretended GROUP BY: all columns of `T` that an insert may name.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Insertables<T>(PhantomData<T>);

impl<T: FixedColumns<C>, C: Column<Table = T>> IsContainedInGroupBy<C> for Insertables<T> {
    type Output = T::MayInsert;
}

/// A pretended GROUP BY: all columns of `T` that a changeset may name.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Updatables<T>(PhantomData<T>);

impl<T: FixedColumns<C>, C: Column<Table = T>> IsContainedInGroupBy<C> for Updatables<T> {
    type Output = T::MayUpdate;
}

/// The values that may be inserted into `T`.
#[diagnostic::on_unimplemented(
    message = "this cannot be inserted into a tenant's table",
    label = "names the tenant column or a key that the database makes, or reads a table",
    note = "the tenant column comes from the scope, and the primary key from the database or, with `text_id`, from the library: leave them out",
    note = "what `#[scoped(..)]` on the model names for `created`, `touch`, `soft_delete`, `version` and `public_id` is kept by the library: leave these columns out",
    note = "inserted values are plain values: a subquery among them could read any tenant's rows"
)]
pub trait MayInsert<T> {
    #[doc(hidden)]
    fn seal(_: Seal);
}

#[diagnostic::do_not_recommend]
impl<V, T> MayInsert<T> for V
where
    V: ValidGrouping<Insertables<T>> + InScope<T>,
{
    fn seal(_: Seal) {}
}

/// The assignments that may be made to `T`.
#[diagnostic::on_unimplemented(
    message = "this assignment changes the tenant column or the primary key, or reads another table",
    label = "not an assignment that a tenant may make",
    note = "a row stays with its tenant, and keeps its key: leave these columns out",
    note = "what `#[scoped(..)]` on the model names for `created`, `touch`, `soft_delete`, `version` and `public_id` is kept by the library: leave these columns out",
    note = "assigned values come from the same row: a subquery among them could read any tenant's rows"
)]
pub trait MayUpdate<T> {
    #[doc(hidden)]
    fn seal(_: Seal);
}

#[diagnostic::do_not_recommend]
impl<V, T> MayUpdate<T> for V
where
    V: ValidGrouping<Updatables<T>> + InScope<T>,
{
    fn seal(_: Seal) {}
}
