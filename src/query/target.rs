//! Which rows a write means: one by its key, or those that a query finds.

use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::query_builder::{AstPass, IntoUpdateTarget, QueryFragment, QueryId};
use diesel::result::QueryResult;

use super::limit::NoLimit;
use super::select::ScopedQuery;
use super::selection::Unselected;
use crate::__private::{Seal, same_name};
use crate::error::{Error, is_no_parent};
use crate::id::TooLarge;
use crate::key::TenantKey;
use crate::ownership::{Both, Home, Scoped, ScopedTable, WritableBy};

/// What [`Repo::update`](crate::Repo::update) and
/// [`Repo::delete`](crate::Repo::delete) take: a key of the model `T`, or a query
/// whose first table is that of `T`.
///
/// The query may be filtered, joined, boxed and limited, and ordered if it is limited. One that
/// does more than filter stands within the statement:
/// `WHERE predicate AND id IN (SELECT id ..)`. A limit counts the rows of the query: a join may
/// find a row several times.
///
/// A key leads to a row that is not deleted. A query says itself which deleted rows it means, in
/// whatever form: `repo.query()` none, `repo.with_deleted().query()` also those, and
/// `repo.only_deleted().query()` those only. An update writes what the query finds, a delete
/// marks what is not marked yet, [`restore`](crate::Repo::restore) takes the deleted ones of
/// what it finds, and [`purge`](crate::Repo::purge) all of it.
///
/// `By` says what it is; the compiler finds it.
///
/// ```
/// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
/// # use gear::*;
/// # let gear = Gear::new();
/// # let (db, keys) = (&gear.db, Keys);
/// # use tenancy::prelude::*;
/// use diesel::prelude::*;
///
/// # let scope = TenantScope::new(&db.authenticate(&keys, "anna's key")?)?;
/// # let mut session = db.session(&scope)?;
/// let items = Repo::<Item>::new(&scope);
/// let camping = items
///     .query()
///     .inner_join(categories::table)
///     .filter(categories::name.eq("Camp"));
/// assert_eq!(items.delete(camping).execute(&mut session)?, 2);
/// # Ok::<(), tenancy::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name rows of `{T}`",
    label = "not a key of `{T}`, nor a query that begins with its table",
    note = "give the row's own key (`item.id`), or `repo.query().filter(..)` without a select, and without an order unless it has a limit; in a join, the table of `{T}` is the first"
)]
pub trait Target<T, K, By> {
    #[doc(hidden)]
    type Where;
    /// Whether the target was made in the scope of this key.
    #[doc(hidden)]
    fn is_of(&self, key: &K, seal: Seal) -> bool;
    #[doc(hidden)]
    fn into_where(self, key: &K, seal: Seal) -> Self::Where;
}

/// Whether a where clause names one row, so that zero rows mean that there is none.
#[doc(hidden)]
pub trait Chosen {
    const ONE_ROW: bool;
}

impl<I, P> Chosen for ByKey<I, P> {
    const ONE_ROW: bool = true;
}

impl<W, P> Chosen for ByQuery<W, P> {
    const ONE_ROW: bool = false;
}

/// One row, by its key.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct ByKey<I, P> {
    pub(super) id: I,
    pub(super) predicate: P,
}

/// The rows that a query finds, as far as they may be changed.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct ByQuery<W, P> {
    found: W,
    predicate: P,
}

/// The write predicate, where the query's own does not say it already.
#[derive(Debug, Clone, Copy)]
pub struct WhereWritable<T, P> {
    predicate: P,
    of: PhantomData<fn() -> T>,
}

impl<T: 'static, P: QueryId> QueryId for WhereWritable<T, P> {
    type QueryId = WhereWritable<T, P::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = P::HAS_STATIC_QUERY_ID;
}

/// The marker of targets by key.
#[derive(Debug, Clone, Copy)]
pub enum Keyed {}

/// The marker of targets by query.
#[derive(Debug, Clone, Copy)]
pub enum Found {}

#[diagnostic::do_not_recommend]
impl<T, K, I> Target<T, K, Keyed> for I
where
    T: Scoped,
    T::Table: WritableBy<K>,
    I: Into<T::Id>,
{
    type Where = ByKey<T::IdPredicate, Changeable<T::Table, K>>;

    fn is_of(&self, _: &K, _: Seal) -> bool {
        true
    }

    fn into_where(self, key: &K, seal: Seal) -> Self::Where {
        ByKey {
            id: T::id_predicate(self.into(), seal),
            predicate: changeable::<T::Table, K>(key, seal),
        }
    }
}

/// Which rows of `T` a write with the key `K` reaches.
pub(super) type Changeable<T, K> =
    Both<<T as WritableBy<K>>::WritePredicate<Home>, <T as ScopedTable>::Live<Home>>;

pub(super) fn changeable<T: WritableBy<K>, K>(key: &K, seal: Seal) -> Changeable<T, K> {
    Both::new(T::write_predicate::<Home>(key, seal), T::live::<Home>(seal))
}

#[diagnostic::do_not_recommend]
impl<T, K, Q> Target<T, K, Found> for ScopedQuery<Q, T::Table, K, Unselected, NoLimit>
where
    T: Scoped,
    K: TenantKey,
    T::Table: WritableBy<K>,
    Q: IntoUpdateTarget<Table = T::Table>,
{
    type Where =
        ByQuery<Q::WhereClause, WhereWritable<Writes<T::Table, K>, WritableRows<T::Table, K>>>;

    fn is_of(&self, key: &K, _: Seal) -> bool {
        // Not `==`, which a newtype may have from its application.
        self.key.as_key() == key.as_key()
    }

    fn into_where(self, key: &K, seal: Seal) -> Self::Where {
        ByQuery {
            found: self.query.into_update_target().where_clause,
            predicate: WhereWritable {
                predicate: <T::Table as WritableBy<K>>::write_predicate::<Home>(key, seal),
                of: PhantomData,
            },
        }
    }
}

pub(super) type WritableRows<T, K> = <T as WritableBy<K>>::WritePredicate<Home>;

/// A table and a key, as a marker of how they write.
#[derive(Debug, Clone, Copy)]
pub struct Writes<T, K>(PhantomData<fn() -> (T, K)>);

/// Whether a table's rows can be read and not written.
trait ReadsMore {
    const READS_MORE: bool;
}

impl<T: WritableBy<K>, K> ReadsMore for Writes<T, K> {
    const READS_MORE: bool = T::READS_MORE;
}

impl<DB: Backend, T: ReadsMore, P: QueryFragment<DB>> QueryFragment<DB> for WhereWritable<T, P> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if T::READS_MORE {
            out.push_sql(" AND ");
            self.predicate.walk_ast(out)?;
        }
        Ok(())
    }
}

impl<DB: Backend, I: QueryFragment<DB>, P: QueryFragment<DB>> QueryFragment<DB> for ByKey<I, P> {
    #[inline]
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(" WHERE ");
        self.id.walk_ast(out.reborrow())?;
        out.push_sql(" AND ");
        self.predicate.walk_ast(out)
    }
}

impl<DB, W, P> QueryFragment<DB> for ByQuery<W, P>
where
    DB: Backend,
    W: QueryFragment<DB>,
    P: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.found.walk_ast(out.reborrow())?;
        self.predicate.walk_ast(out)
    }
}

/// A row that could not be put under its parent: there is none that the scope may write to.
pub(super) fn without_parent<T: ScopedTable>(error: Error) -> Error {
    let has_parent = !T::PARENT.is_empty();
    let is_parent = |column: &str| {
        let name = column.rsplit('.').next();
        name.is_some_and(|name| same_name(name, T::PARENT))
    };
    match error {
        Error::NotNullViolation {
            column: Some(column),
        } if has_parent && is_parent(&column) => Error::NotFound,
        Error::Database {
            message: Some(message),
        } if has_parent && is_no_parent(&message) => Error::NotFound,
        // PostgreSQL asks row security first: a row without a parent is nobody's.
        Error::RowSecurity { table: Some(table) } if has_parent && is_of::<T>(&table) => {
            Error::NotFound
        }
        Error::Serialization(error) if has_parent && error.is::<TooLarge>() => Error::NotFound,
        other => other,
    }
}

fn is_of<T: ScopedTable>(table: &str) -> bool {
    T::declared(Seal::new()).name.table() == table
}

#[cfg(test)]
mod tests {
    use diesel::prelude::*;

    use super::*;
    use crate::RowId;

    diesel::table! {
        notes (id) {
            id -> BigInt,
            tenant_id -> BigInt,
        }
    }

    diesel::table! {
        replies (id) {
            id -> BigInt,
            note_id -> BigInt,
        }
    }

    diesel::allow_tables_to_appear_in_same_query!(notes, replies);

    #[derive(Debug, Clone, Copy, Queryable, Selectable, crate::Scoped)]
    #[scoped(tenant = tenant_id)]
    #[expect(dead_code, reason = "stands for its table only")]
    pub struct Note {
        id: RowId<Note>,
    }

    #[derive(Debug, Queryable, Selectable, crate::Scoped)]
    #[scoped(parent(Note, on = note_id))]
    #[diesel(table_name = replies)]
    #[expect(dead_code, reason = "stands for its table only")]
    struct Reply {
        id: RowId<Reply>,
    }

    fn null_in(column: &str) -> Error {
        Error::NotNullViolation {
            column: Some(column.to_owned()),
        }
    }

    fn no_parent() -> Error {
        Error::Database {
            message: Some("bad JSON path: 'tenancy: no parent'".to_owned()),
        }
    }

    fn refused(table: &str) -> Error {
        Error::RowSecurity {
            table: Some(table.to_owned()),
        }
    }

    fn too_large() -> Error {
        Error::Serialization(Box::new(TooLarge))
    }

    fn another_value() -> Error {
        Error::Serialization("no value".into())
    }

    fn is_not_found<T: ScopedTable>(error: Error) -> bool {
        matches!(without_parent::<T>(error), Error::NotFound)
    }

    // How SQLite says it, and how backends do that have nothing around the parent's key.
    #[test]
    fn a_child_without_a_parent_is_not_found() {
        assert!(is_not_found::<replies::table>(no_parent()));
        assert!(is_not_found::<replies::table>(null_in("note_id")));
        assert!(is_not_found::<replies::table>(null_in("replies.note_id")));
        assert!(!is_not_found::<replies::table>(null_in("replies.id")));
        assert!(is_not_found::<replies::table>(refused("replies")));
        assert!(!is_not_found::<replies::table>(refused("notes")));
        assert!(is_not_found::<replies::table>(too_large()));
        assert!(!is_not_found::<replies::table>(another_value()));
    }

    #[test]
    fn a_row_that_has_no_parent_does_not_miss_one() {
        assert!(!is_not_found::<notes::table>(no_parent()));
        assert!(!is_not_found::<notes::table>(null_in("note_id")));
        assert!(!is_not_found::<notes::table>(refused("notes")));
        assert!(!is_not_found::<notes::table>(too_large()));
    }
}
