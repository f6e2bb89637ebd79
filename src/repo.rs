//! The repository of one model in one scope.

mod public;
mod relations;

use std::fmt;
use std::marker::PhantomData;

use diesel::dsl;
use diesel::query_builder::QueryId;
use diesel::query_dsl::methods::FilterDsl;

use crate::__private::Seal;
use crate::key::TenantKey;
use crate::ownership::{Inherits, ReadableBy, Scoped, WritableBy};
use crate::query::{
    InsertRows, ScopedDelete, ScopedQuery, Target, UnderParent, UpdateOf, delete_of, under,
    update_of,
};
use crate::scope::{Access, CanWrite, ReadWrite, Scope};

/// The rows of one model, as far as one scope reaches.
///
/// A `Repo` is a value that holds the tenant's key and nothing else: no connection,
/// no cache. It makes statements; a [`Session`](crate::Session) of the same tenant
/// runs them.
///
/// `A` is the access of the scope it was made from, and `K` the tenant's key; both
/// have the usual values as defaults.
///
/// ```
/// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
/// # use gear::*;
/// # let gear = Gear::new();
/// # let (db, keys) = (&gear.db, Keys);
/// use diesel::prelude::*;
/// use tenancy::prelude::*;
///
/// # let scope = TenantScope::new(&db.authenticate(&keys, "anna's key")?)?;
/// # let mut session = db.session(&scope)?;
/// fn rename(items: &Repo<Item>, session: &mut Session<SqliteConnection>, id: RowId<Item>) -> tenancy::Result<()> {
///     items.update(id).set(items::name.eq("Lantern")).execute(session)?;
///     Ok(())
/// }
///
/// let items = Repo::<Item>::new(&scope);
/// rename(&items, &mut session, RowId::from_raw(1))?;
/// # Ok::<(), tenancy::Error>(())
/// ```
pub struct Repo<T: Scoped, A: Access = ReadWrite, K: TenantKey = <T as Scoped>::Key> {
    pub(crate) key: K,
    of: PhantomData<fn() -> (T, A)>,
}

impl<T: Scoped> Repo<T> {
    /// The repository of `T` in this scope.
    ///
    /// # Errors
    ///
    /// Does not compile if the scope's key is not the one that owns the rows of `T`.
    #[must_use]
    pub fn new<S>(scope: &S) -> Repo<T, S::Access, S::Key>
    where
        S: Scope,
        T::Table: ReadableBy<S::Key>,
    {
        Repo {
            key: scope.key().duplicate(),
            of: PhantomData,
        }
    }
}

impl<T: Scoped, K: TenantKey> Repo<T, ReadWrite, K> {
    /// The repository of a key that the library itself has.
    pub(crate) fn of_key(key: &K) -> Self {
        Self {
            key: key.duplicate(),
            of: PhantomData,
        }
    }
}

impl<T, A, K> Repo<T, A, K>
where
    T: Scoped,
    A: Access,
    K: TenantKey,
{
    /// A query over all rows of the scope.
    pub fn query(&self) -> ScopedQuery<<T::Table as ReadableBy<K>>::Visible, T::Table, K>
    where
        T::Table: ReadableBy<K>,
    {
        ScopedQuery::new(
            <T::Table as ReadableBy<K>>::visible(&self.key, Seal::new()),
            self.key.duplicate(),
        )
    }

    /// A query for the row with this key. As diesel's
    /// [`find`](diesel::QueryDsl::find). A number from outside, as of a path, is made a key by
    /// [`RowId::from_raw`](crate::RowId::from_raw).
    ///
    /// # Errors
    ///
    /// Loading one row from it gives [`Error::NotFound`](crate::Error::NotFound) if
    /// there is no such row in the scope. The key of another model does not compile.
    pub fn find<I>(
        &self,
        id: I,
    ) -> ScopedQuery<dsl::Filter<<T::Table as ReadableBy<K>>::Visible, T::IdPredicate>, T::Table, K>
    where
        I: RowKey<T>,
        T::Table: ReadableBy<K>,
        T::IdPredicate: QueryId,
        <T::Table as ReadableBy<K>>::Visible: FilterDsl<T::IdPredicate>,
    {
        let query = <T::Table as ReadableBy<K>>::visible(&self.key, Seal::new());
        ScopedQuery::new(
            query.filter(T::id_predicate(id.into_id(), Seal::new())),
            self.key.duplicate(),
        )
    }

    /// Inserts a struct with `#[derive(ScopedInsertable)]` or a reference to one, or a
    /// tuple of `column.eq(value)`; or many: a `Vec` or an array of either, and of structs also
    /// a slice or a reference to these. The tenant column comes from the scope.
    ///
    /// Many rows are inserted in one transaction: all, or none.
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
    /// let category_id = RowId::<Category>::from_raw(1);
    /// let kettle: Item = items
    ///     .insert(&NewItem { category_id, name: "Kettle" })
    ///     .get_result(&mut session)?;
    /// let more = items
    ///     .insert((items::name.eq("Mug"), items::category_id.eq(category_id)))
    ///     .execute(&mut session)?;
    /// assert_eq!(more, 1);
    /// # Ok::<(), tenancy::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Executing it gives the violations of the table's constraints. A row that names
    /// the tenant column, holds a subquery, or belongs to a global table does not
    /// compile, nor does an insert in a scope that may only read.
    pub fn insert<V>(&self, rows: V) -> V::Insert
    where
        A: CanWrite,
        T::Table: WritableBy<K>,
        V: InsertRows<T::Table, K>,
    {
        rows.into_insert(self.key.duplicate(), Seal::new())
    }

    /// The place of new rows under this parent, for a model whose rows belong through their
    /// parent: its column need not be named, and a tuple of `column.eq(value)` goes in.
    ///
    /// ```
    /// # mod kin { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/kin/mod.rs")); }
    /// # use kin::*;
    /// # let kin = Kin::new();
    /// # let (db, keys) = (&kin.db, Numbers);
    /// # use tenancy::prelude::*;
    /// use diesel::prelude::*;
    ///
    /// # let scope = TenantScope::new(&db.authenticate(&keys, 1)?)?;
    /// # let mut session = db.session(&scope)?;
    /// let thread: Thread = Repo::<Thread>::new(&scope).query().first(&mut session)?;
    /// let message: Message = Repo::<Message>::new(&scope)
    ///     .under(thread.id)
    ///     .insert((messages::body.eq("Snow"), messages::likes.eq(1)))
    ///     .get_result(&mut session)?;
    /// assert_eq!(message.thread_id, thread.id);
    /// # Ok::<(), tenancy::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Executing the insert gives [`Error::NotFound`](crate::Error::NotFound) if there is no
    /// such parent in the scope.
    pub fn under<I>(&self, parent: I) -> UnderParent<T, K>
    where
        A: CanWrite,
        T::Table: WritableBy<K> + Inherits,
        I: RowKey<<T::Table as Inherits>::Parent>,
    {
        under::<T, K>(parent.into_id(), self.key.duplicate())
    }

    /// Updates the row with this key, or the rows that a query finds: deleted ones, too, if it
    /// is a query of [`with_deleted`](Self::with_deleted) or
    /// [`only_deleted`](Self::only_deleted).
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
    /// items
    ///     .update(RowId::<Item>::from_raw(1))
    ///     .set(items::name.eq("Lantern"))
    ///     .execute(&mut session)?;
    /// let renamed = items
    ///     .update(items.query().filter(items::name.like("T%")))
    ///     .set(items::name.eq("Tent, old"))
    ///     .execute(&mut session)?;
    /// assert_eq!(renamed, 1);
    /// # Ok::<(), tenancy::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Executing it gives [`Error::NotFound`](crate::Error::NotFound) if the key leads
    /// to no row in the scope. A query that finds nothing changes nothing. Does not compile
    /// for a key alone if the model names a version: say
    /// [`if_version`](crate::UpdateOf::if_version) or
    /// [`any_version`](crate::UpdateOf::any_version).
    pub fn update<W, By>(&self, target: W) -> UpdateOf<T::Table, W::Where, K>
    where
        A: CanWrite,
        T::Table: WritableBy<K>,
        W: Target<T, K, By>,
    {
        update_of::<T, W, K, By>(target, self.key.duplicate())
    }

    /// Deletes the row with this key, or the rows that a query finds.
    ///
    /// If the model names a `soft_delete` column, the rows are marked and stay, hidden. See
    /// [`with_deleted`](Self::with_deleted), [`restore`](Self::restore) and
    /// [`purge`](Self::purge).
    ///
    /// # Errors
    ///
    /// As [`update`](Self::update). A row that is deleted already is not found.
    pub fn delete<W, By>(&self, target: W) -> ScopedDelete<T::Table, W::Where, K>
    where
        A: CanWrite,
        T::Table: WritableBy<K>,
        W: Target<T, K, By>,
    {
        delete_of::<T, W, K, By>(target, self.key.duplicate())
    }
}

/// What [`Repo::find`] takes: the key type of the model, or what converts into it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a key of `{T}`",
    label = "not a key of `{T}`",
    note = "each model's rows have keys of their own type: give one that came from a row of `{T}`, or `RowId::from_raw(number)` for a number from outside, or a `TextId` that was parsed"
)]
pub trait RowKey<T: Scoped> {
    #[doc(hidden)]
    fn into_id(self) -> T::Id;
}

#[diagnostic::do_not_recommend]
impl<T: Scoped, I: Into<T::Id>> RowKey<T> for I {
    fn into_id(self) -> T::Id {
        self.into()
    }
}

impl<T: Scoped, A: Access, K: TenantKey> Clone for Repo<T, A, K> {
    fn clone(&self) -> Self {
        Self {
            key: self.key.duplicate(),
            of: PhantomData,
        }
    }
}

impl<T: Scoped, A: Access, K: TenantKey> fmt::Debug for Repo<T, A, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Repo")
            .field("tenant", &format_args!("{}", self.key.as_key()))
            .field("writes", &A::WRITES)
            .finish_non_exhaustive()
    }
}
