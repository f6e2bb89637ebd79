//! Soft deletion: a delete that marks rows, and the writes that reach marked ones.

use diesel::backend::Backend;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;

use super::changes::ChangesFragment;
use super::delete::ScopedDelete;
use super::returning::{NoReturning, Returning, UpdateReturningDialect};
use super::target::{ByKey, ByQuery, Chosen, Target};
use super::times::{Touch, time_of_delete};
use super::update::{ScopedUpdate, UpdateOf};
use crate::__private::Seal;
use crate::clock::Moment;
use crate::ownership::{
    Both, Home, In, KeptColumns, Nothing, OnlyDeleted, Predicate, Scoped, ScopedTable, Slot,
    SlotSql, TimeSql, Visibility, WithDeleted,
};

/// How rows of `T` are deleted.
#[doc(hidden)]
pub trait Removal<T: ScopedTable> {
    type How;
    fn how(moment: Moment<'_>) -> Self::How;
}

/// As the model says: marked, if it names a `soft_delete` column.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum AsModelSays {}

/// Not to be restored.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum ForGood {}

impl<T: ScopedTable> Removal<T> for AsModelSays {
    type How = Mark<T::Kept>;

    fn how(moment: Moment<'_>) -> Self::How {
        Mark {
            touch: Touch::at(time_of_delete::<T::Kept>(moment)),
            deleted: Default::default(),
        }
    }
}

impl<T: ScopedTable> Removal<T> for ForGood {
    type How = Erase;

    fn how(_: Moment<'_>) -> Erase {
        Erase
    }
}

/// What a deleting statement begins and ends with.
#[doc(hidden)]
pub trait RemovalSql<DB: Backend> {
    fn begin<'b>(
        &'b self,
        table: &'b impl QueryFragment<DB>,
        out: AstPass<'_, 'b, DB>,
    ) -> QueryResult<()>;

    /// What comes behind the where clause `W`.
    fn end<'b, W: Chosen>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()>;
}

/// What can stand behind a deleting statement that begins as `H`.
#[doc(hidden)]
pub trait BehindDelete<DB: Backend, H>: QueryFragment<DB> {}

impl<DB: Backend, H> BehindDelete<DB, H> for NoReturning {}

impl<DB, H, S, P> BehindDelete<DB, H> for Returning<S, P>
where
    DB: Backend,
    H: RemovalReturns<DB>,
    Self: QueryFragment<DB>,
{
}

/// The ways to delete that can return rows. To mark a row is an UPDATE.
#[doc(hidden)]
pub trait RemovalReturns<DB: Backend> {}

impl<DB: Backend> RemovalReturns<DB> for Erase {}

impl<DB, Kp> RemovalReturns<DB> for Mark<Kp>
where
    DB: Backend,
    Kp: KeptColumns<Deleted: RemovalReturns<DB>>,
{
}

impl<DB: Backend> RemovalReturns<DB> for Nothing {}

impl<DB: UpdateReturningDialect, C> RemovalReturns<DB> for In<C> {}

/// `DELETE FROM table`.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Erase;

impl<DB: Backend> RemovalSql<DB> for Erase {
    fn begin<'b>(
        &'b self,
        table: &'b impl QueryFragment<DB>,
        out: AstPass<'_, 'b, DB>,
    ) -> QueryResult<()> {
        delete_from(table, out)
    }

    fn end<'b, W: Chosen>(&'b self, _: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        Ok(())
    }
}

/// `UPDATE table SET deleted_at = now WHERE .. AND deleted_at IS NULL`, if the table keeps
/// its deleted rows.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Mark<Kp: KeptColumns> {
    touch: Touch<Kp>,
    deleted: Kp::Deleted,
}

impl<Kp: KeptColumns> QueryId for Mark<Kp> {
    type QueryId = Self;
}

impl<DB, Kp> RemovalSql<DB> for Mark<Kp>
where
    DB: Backend,
    Kp: KeptColumns<Touched: TimeSql<DB>, Deleted: TimeSql<DB> + SlotSql<DB>, Version: SlotSql<DB>>,
{
    fn begin<'b>(
        &'b self,
        table: &'b impl QueryFragment<DB>,
        mut out: AstPass<'_, 'b, DB>,
    ) -> QueryResult<()> {
        let Some(deleted) = Kp::Deleted::NAME else {
            return delete_from(table, out);
        };
        out.push_sql("UPDATE ");
        table.walk_ast(out.reborrow())?;
        out.push_sql(" SET ");
        out.push_identifier(deleted)?;
        out.push_sql(" = ");
        Kp::Deleted::push(self.touch.now(), out.reborrow())?;
        self.touch.walk(out)
    }

    fn end<'b, W: Chosen>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        // A key means a live row only; a query may have found deleted ones.
        if Kp::MARKS_DELETED && !W::ONE_ROW {
            out.push_sql(" AND ");
            self.deleted.column(out.reborrow())?;
            out.push_sql(" IS NULL");
        }
        Ok(())
    }
}

fn delete_from<'b, DB: Backend>(
    table: &'b impl QueryFragment<DB>,
    mut out: AstPass<'_, 'b, DB>,
) -> QueryResult<()> {
    out.push_sql("DELETE FROM ");
    table.walk_ast(out)
}

/// `deleted_at = NULL`.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Unmark<D>(D);

impl<D: Slot> QueryId for Unmark<D> {
    type QueryId = Self;
}

impl<D: Slot> ChangesFragment for Unmark<D> {
    // Only the rows of a model that names the column are restored.
    fn nothing_to_do(&self) -> bool {
        false
    }
}

impl<DB: Backend, D: Slot> QueryFragment<DB> for Unmark<D> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if let Some(deleted) = D::NAME {
            out.push_identifier(deleted)?;
            out.push_sql(" = NULL");
        }
        Ok(())
    }
}

/// A where clause that sees the deleted rows as `V` says. Whose rows they are, it says as
/// before.
#[doc(hidden)]
pub trait Regard<T: ScopedTable, V: Visibility<T>> {
    type Seen;
    fn regard(self) -> Self::Seen;
}

impl<T, V, I, P, L> Regard<T, V> for ByKey<I, Both<P, L>>
where
    T: ScopedTable,
    V: Visibility<T>,
{
    type Seen = ByKey<I, Both<P, V::Seen<Home>>>;

    fn regard(self) -> Self::Seen {
        ByKey {
            id: self.id,
            predicate: self.predicate.and(V::seen::<Home>(Seal::new())),
        }
    }
}

impl<T, V, W, P> Regard<T, V> for ByQuery<W, P>
where
    T: ScopedTable,
    V: Visibility<T>,
{
    type Seen = Among<Self, V::Seen<Home>>;

    fn regard(self) -> Self::Seen {
        Among {
            found: self,
            seen: V::seen::<Home>(Seal::new()),
        }
    }
}

/// The rows that a query finds, as far as they are seen.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Among<W, P> {
    found: W,
    seen: P,
}

impl<W: Chosen, P> Chosen for Among<W, P> {
    const ONE_ROW: bool = W::ONE_ROW;
}

impl<DB, W, P> QueryFragment<DB> for Among<W, P>
where
    DB: Backend,
    W: QueryFragment<DB>,
    P: QueryFragment<DB> + Predicate,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.found.walk_ast(out.reborrow())?;
        if !P::FOR_EVERYONE {
            out.push_sql(" AND ");
            self.seen.walk_ast(out)?;
        }
        Ok(())
    }
}

/// Where `W` means rows of `M`, the deleted ones seen as `V` says.
pub(crate) type SeenWhere<M, W, K, By, V> =
    <<W as Target<M, K, By>>::Where as Regard<<M as Scoped>::Table, V>>::Seen;

/// What a restored row changes.
pub(crate) type Restored<T> = Unmark<<<T as ScopedTable>::Kept as KeptColumns>::Deleted>;

pub(crate) fn purge_of<M, W, K, By>(
    target: W,
    key: K,
) -> ScopedDelete<M::Table, SeenWhere<M, W, K, By, WithDeleted>, K, NoReturning, ForGood>
where
    M: Scoped,
    WithDeleted: Visibility<M::Table>,
    W: Target<M, K, By, Where: Regard<M::Table, WithDeleted>>,
{
    let same_scope = target.is_of(&key, Seal::new());
    let found = target.into_where(&key, Seal::new()).regard();
    ScopedDelete::new(found, key, same_scope)
}

pub(crate) fn restore_of<M, W, K, By>(
    target: W,
    key: K,
) -> ScopedUpdate<M::Table, Restored<M::Table>, SeenWhere<M, W, K, By, OnlyDeleted>, K>
where
    M: Scoped,
    OnlyDeleted: Visibility<M::Table>,
    W: Target<M, K, By, Where: Regard<M::Table, OnlyDeleted>>,
{
    seen_update_of::<M, W, K, By, OnlyDeleted>(target, key).setting(Unmark(Default::default()))
}

pub(crate) fn seen_update_of<M, W, K, By, V>(
    target: W,
    key: K,
) -> UpdateOf<M::Table, SeenWhere<M, W, K, By, V>, K>
where
    M: Scoped,
    V: Visibility<M::Table>,
    W: Target<M, K, By, Where: Regard<M::Table, V>>,
{
    let same_scope = target.is_of(&key, Seal::new());
    let found = target.into_where(&key, Seal::new()).regard();
    UpdateOf::new(found, key, same_scope)
}
