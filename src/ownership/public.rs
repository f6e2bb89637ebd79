//! The column of the public id: what is written into it, and how rows are found by it.

use std::marker::PhantomData;

use diesel::associations::HasTable;
use diesel::backend::Backend;
use diesel::dsl::SqlTypeOf;
use diesel::expression::{
    AppearsOnTable, Expression, TypedExpressionType, ValidGrouping, is_aggregate,
};
use diesel::internal::derives::as_expression::Bound;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::query_source::{Column, QuerySource};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{Bool, HasSqlType, Nullable, SqlType};
use uuid::Uuid;

use super::Scoped;
use super::inherited::push_name;
use super::kept::{In, Nothing, Slot, stamped_value};
use super::place::{At, Home, Under};
use super::predicate::Is;
use crate::__private::Seal;
use crate::id::{HasPublicId, PublicId};
use crate::query::InList;
use crate::sql_types::Id128;

/// A model whose rows are found by a public id: its own, or that of the parent whose key it
/// shares. `#[derive(Scoped)]` implements it for models that say `public_id = ..` or
/// `public_id(parent)`.
#[diagnostic::on_unimplemented(
    message = "the rows of `{Self}` are not found by a public id",
    label = "no public id",
    note = "name its column on the model, `#[scoped(.., public_id = public_id)]`; or, where rows share the key of their parent, say `public_id(parent)`"
)]
pub trait FoundByPublicId: Scoped {
    /// The model whose public ids they are.
    type Named: HasPublicId;
    #[doc(hidden)]
    type IsPublic;
    #[doc(hidden)]
    type IsAmong;
    #[doc(hidden)]
    fn is_public(id: PublicId<Self::Named>, seal: Seal) -> Self::IsPublic;
    #[doc(hidden)]
    fn is_among(ids: Vec<PublicId<Self::Named>>, seal: Seal) -> Self::IsAmong;
}

/// The SQL types of columns that hold a public id: `public_id` of `#[scoped(..)]`.
///
/// `Nullable<Id128>` is for the time in which older rows have none yet.
#[diagnostic::on_unimplemented(
    message = "a public id cannot be kept in a column of type `{Self}`",
    label = "not the type of a public id",
    note = "`public_id` names a column of type `tenancy::sql_types::Id128`, or `Nullable` of it while older rows have none"
)]
pub trait PublicIdColumnType: SqlType + TypedExpressionType {}

impl PublicIdColumnType for Id128 {}
impl PublicIdColumnType for Nullable<Id128> {}

/// Compiles for columns that can hold a public id.
#[doc(hidden)]
pub fn keeps_public_id<C: Column>()
where
    SqlTypeOf<C>: PublicIdColumnType,
{
}

/// How the id of a new row is rendered. Nothing renders nothing.
#[doc(hidden)]
pub trait IdSql<DB: Backend>: Slot {
    fn push<'b>(id: &'b Uuid, out: AstPass<'_, 'b, DB>) -> QueryResult<()>;
}

impl<DB: Backend> IdSql<DB> for Nothing {
    fn push<'b>(_: &'b Uuid, _: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        Ok(())
    }
}

impl<DB, C> IdSql<DB> for In<C>
where
    Self: Slot,
    DB: Backend + HasSqlType<Id128>,
    Uuid: ToSql<Id128, DB>,
{
    fn push<'b>(id: &'b Uuid, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_bind_param::<Id128, _>(id)
    }
}

/// The id of a new row that diesel renders, for a column of type `ST`.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct IdBind<ST> {
    id: Uuid,
    of: PhantomData<fn() -> ST>,
}

impl<ST> IdBind<ST> {
    #[doc(hidden)]
    #[must_use]
    pub fn new(id: Uuid) -> Self {
        Self {
            id,
            of: PhantomData,
        }
    }
}

stamped_value!(IdBind);

impl<DB, ST> QueryFragment<DB> for IdBind<ST>
where
    DB: Backend + HasSqlType<Id128>,
    Uuid: ToSql<Id128, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_bind_param::<Id128, _>(&self.id)
    }
}

/// `child.parent_id IN (SELECT id FROM parents AS tenancy_0001 WHERE condition)`. Whose the
/// child is, is asked beside it.
#[derive(Debug)]
pub struct LedBy<T, F, I, O, Cn> {
    from: F,
    parent: At<I, Under<Home>>,
    child: O,
    condition: Cn,
    of: PhantomData<fn() -> T>,
}

/// A [`LedBy`] of the parent table `T`.
#[doc(hidden)]
pub type LedTo<T, I, O, Cn> = LedBy<T, <T as QuerySource>::FromClause, I, O, Cn>;

impl<T, I, O, Cn> LedTo<T, I, O, Cn>
where
    T: QuerySource + HasTable<Table = T>,
    I: Default,
    O: Default,
{
    #[doc(hidden)]
    pub fn new(condition: Cn) -> Self {
        Self {
            from: T::table().from_clause(),
            parent: At::new(),
            child: O::default(),
            condition,
            of: PhantomData,
        }
    }
}

impl<T, F: Clone, I: Copy, O: Copy, Cn: Clone> Clone for LedBy<T, F, I, O, Cn> {
    fn clone(&self) -> Self {
        Self {
            from: self.from.clone(),
            parent: self.parent,
            child: self.child,
            condition: self.condition.clone(),
            of: PhantomData,
        }
    }
}

impl<T, F, I, O, Cn> QueryId for LedBy<T, F, I, O, Cn>
where
    T: 'static,
    I: QueryId,
    O: QueryId,
    Cn: QueryId,
{
    type QueryId = LedBy<T, (), I::QueryId, O::QueryId, Cn::QueryId>;
    const HAS_STATIC_QUERY_ID: bool =
        I::HAS_STATIC_QUERY_ID && O::HAS_STATIC_QUERY_ID && Cn::HAS_STATIC_QUERY_ID;
}

impl<T, F, I, O, Cn> Expression for LedBy<T, F, I, O, Cn> {
    type SqlType = Bool;
}

impl<QS, T, F, I, O: AppearsOnTable<QS>, Cn> AppearsOnTable<QS> for LedBy<T, F, I, O, Cn> {}

impl<GB, T, F, I, O, Cn> ValidGrouping<GB> for LedBy<T, F, I, O, Cn> {
    type IsAggregate = is_aggregate::Never;
}

impl<DB, T, F, I, O, Cn> QueryFragment<DB> for LedBy<T, F, I, O, Cn>
where
    DB: Backend,
    F: QueryFragment<DB>,
    At<I, Under<Home>>: QueryFragment<DB>,
    O: QueryFragment<DB>,
    Cn: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.child.walk_ast(out.reborrow())?;
        out.push_sql(" IN (SELECT ");
        self.parent.walk_ast(out.reborrow())?;
        out.push_sql(" FROM ");
        self.from.walk_ast(out.reborrow())?;
        push_name::<Under<Home>, DB>(&mut out)?;
        out.push_sql(" WHERE ");
        self.condition.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

/// The condition of [`Repo::find_either`](crate::Repo::find_either): by the internal number, or
/// by the public id.
#[derive(Debug, Clone, Copy)]
pub enum ByEither<A, B> {
    #[doc(hidden)]
    Number(A),
    #[doc(hidden)]
    Public(B),
}

impl<A, B> QueryId for ByEither<A, B> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<A, B> Expression for ByEither<A, B> {
    type SqlType = Bool;
}

impl<QS, A: AppearsOnTable<QS>, B: AppearsOnTable<QS>> AppearsOnTable<QS> for ByEither<A, B> {}

impl<A, B, GB> ValidGrouping<GB> for ByEither<A, B> {
    type IsAggregate = is_aggregate::Never;
}

impl<DB: Backend, A: QueryFragment<DB>, B: QueryFragment<DB>> QueryFragment<DB> for ByEither<A, B> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        match self {
            Self::Number(by) => by.walk_ast(out),
            Self::Public(by) => by.walk_ast(out),
        }
    }
}

/// `column IN ids`.
#[doc(hidden)]
pub fn is_one_of<C, T>(column: C, ids: Vec<PublicId<T>>) -> InList<C, Id128, PublicId<T>, true> {
    InList::new(column, ids)
}

/// `column = id`.
#[doc(hidden)]
pub fn is_public<C, T>(column: C, id: PublicId<T>) -> Is<C, Bound<Id128, PublicId<T>>> {
    Is::new(column, Bound::new(id))
}
