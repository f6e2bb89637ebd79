//! The row that was to be inserted, within an upsert's assignments and condition.

use std::marker::PhantomData;

use diesel::expression::{AppearsOnTable, Expression, ValidGrouping};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::query_source::{AppearsInFromClause, Column, Table};
use diesel::result::QueryResult;

use super::guard::{Guard, InScope};
use super::upsert::UpsertDialect;
use crate::__private::Seal;
use crate::ownership::Updatables;

/// The column as it was to be inserted. As diesel's
/// [`excluded`](diesel::upsert::excluded), within the assignments and the filter of an
/// upsert.
///
/// ```
/// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
/// # use gear::*;
/// # let gear = Gear::new();
/// # let (db, keys) = (&gear.db, Keys);
/// # use tenancy::prelude::*;
/// use diesel::prelude::*;
/// use tenancy::proposed;
///
/// # let scope = TenantScope::new(&db.authenticate(&keys, "anna's key")?)?;
/// # let mut session = db.session(&scope)?;
/// let category_id = RowId::<Category>::from_raw(1);
/// let weight: Option<i32> = Repo::<Item>::new(&scope)
///     .insert(&NewWeighedItem { category_id, name: "Lamp", weight: Some(20) })
///     .on_conflict((items::tenant_id, items::name))
///     .do_update()
///     .set(items::weight.eq(items::weight + proposed(items::weight)))
///     .returning(items::weight)
///     .get_result(&mut session)?;
/// assert_eq!(weight, Some(120));
/// # Ok::<(), tenancy::Error>(())
/// ```
///
/// # Errors
///
/// Does not compile anywhere else, nor with a column of another table.
pub fn proposed<C: Column>(column: C) -> Proposed<C> {
    let _ = column;
    Proposed(PhantomData)
}

/// A column as it was to be inserted, from [`proposed`].
#[derive(Debug, diesel::sql_types::DieselNumericOps)]
pub struct Proposed<C>(PhantomData<fn() -> C>);

impl<C> Clone for Proposed<C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C> Copy for Proposed<C> {}

impl<C: 'static> QueryId for Proposed<C> {
    type QueryId = Proposed<C>;
}

impl<C: Expression> Expression for Proposed<C> {
    type SqlType = C::SqlType;
}

impl<GB, C: ValidGrouping<GB>> ValidGrouping<GB> for Proposed<C> {
    type IsAggregate = C::IsAggregate;
}

impl<QS, C> AppearsOnTable<QS> for Proposed<C>
where
    C: Column,
    QS: Proposes<C::Table>,
{
}

impl<DB: UpsertDialect, C: Column> QueryFragment<DB> for Proposed<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let (before, behind) = DB::AROUND_PROPOSED;
        out.push_sql(before);
        out.push_identifier(C::NAME)?;
        out.push_sql(behind);
        Ok(())
    }
}

/// The from clause of an upsert's assignments: the table, and the row that was proposed.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Upserting<T>(PhantomData<T>);

impl<T: AppearsInFromClause<U>, U> AppearsInFromClause<U> for Upserting<T> {
    type Count = T::Count;
}

/// A from clause in which a row is proposed for the table `T`.
///
/// diesel asks the bare table whether an assignment's value appears on it. Queries of ours
/// ask [`Guard`], which has a proposed row only in an upsert.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`proposed(..)` stands in an upsert of `{T}` only",
    label = "no row of `{T}` is proposed here"
)]
pub trait Proposes<T> {}

impl<T: Table> Proposes<T> for T {}
impl<T> Proposes<T> for Guard<Upserting<T>> {}

/// The assignments that an upsert may make to `T`.
#[doc(hidden)]
pub trait MayUpsert<T> {
    fn seal(_: Seal);
}

#[diagnostic::do_not_recommend]
impl<V, T> MayUpsert<T> for V
where
    V: ValidGrouping<Updatables<T>> + InScope<Upserting<T>>,
{
    fn seal(_: Seal) {}
}
