//! A repository's rows with the deleted ones among them, and what can be done to these.

use std::fmt;
use std::marker::PhantomData;

use diesel::associations::HasTable;
use diesel::dsl;
use diesel::query_builder::QueryId;
use diesel::query_dsl::methods::FilterDsl;

use crate::__private::Seal;
use crate::key::TenantKey;
use crate::ownership::{
    Both, Home, OnlyDeleted, ReadableBy, Scoped, SoftDeletes, Visibility, WithDeleted, WritableBy,
};
use crate::query::{
    ForGood, NoReturning, Regard, Restored, ScopedDelete, ScopedQuery, ScopedUpdate, SeenWhere,
    Target, UpdateOf, purge_of, restore_of, seen_update_of,
};
use crate::repo::{Repo, RowKey};
use crate::scope::{Access, CanWrite};

/// The rows of one model in one scope, of which the deleted ones are seen, too: from
/// [`Repo::with_deleted`] and [`Repo::only_deleted`].
///
/// # Tenancy
///
/// `V` says which rows are seen, of those that are the scope's. Whose rows they are is said
/// beside it, and is the same for every `V`.
pub struct RepoView<T: Scoped, V, A: Access, K: TenantKey> {
    key: K,
    of: PhantomData<fn() -> (T, V, A)>,
}

/// The table of `T`, with the rows of the scope that `V` shows.
type Seen<T, V, K> = dsl::Filter<<T as Scoped>::Table, SeenRows<T, V, K>>;

type SeenRows<T, V, K> = Both<
    <<T as Scoped>::Table as ReadableBy<K>>::ReadPredicate<Home>,
    <V as Visibility<<T as Scoped>::Table>>::Seen<Home>,
>;

impl<T, A, K> Repo<T, A, K>
where
    T: Scoped,
    A: Access,
    K: TenantKey,
{
    /// The same rows, with the deleted ones among them.
    ///
    /// ```
    /// # mod bin { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bin/mod.rs")); }
    /// # use bin::*;
    /// # let bin = Bin::new();
    /// # let db = &bin.db;
    /// # use tenancy::prelude::*;
    /// use diesel::prelude::*;
    ///
    /// # let scope = bin.anna();
    /// # let mut session = db.session(&scope)?;
    /// let notes = Repo::<Note>::new(&scope);
    /// notes.delete(RowId::<Note>::from_raw(1)).execute(&mut session)?;
    /// let left: i64 = notes.query().count().get_result(&mut session)?;
    /// let all: i64 = notes.with_deleted().query().count().get_result(&mut session)?;
    /// assert_eq!((left, all), (1, 2));
    /// # Ok::<(), tenancy::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Does not compile for a model that names no `soft_delete` column.
    pub fn with_deleted(&self) -> RepoView<T, WithDeleted, A, K>
    where
        T::Table: SoftDeletes,
    {
        self.view()
    }

    /// The deleted rows, and no others.
    ///
    /// ```
    /// # mod bin { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bin/mod.rs")); }
    /// # use bin::*;
    /// # let bin = Bin::new();
    /// # let db = &bin.db;
    /// # use tenancy::prelude::*;
    /// # let scope = bin.anna();
    /// # let mut session = db.session(&scope)?;
    /// let notes = Repo::<Note>::new(&scope);
    /// let id = RowId::<Note>::from_raw(1);
    /// notes.delete(id).execute(&mut session)?;
    /// let found: Note = notes.only_deleted().find(id).first(&mut session)?;
    /// assert_eq!(found.id, id);
    /// # Ok::<(), tenancy::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Does not compile for a model that names no `soft_delete` column.
    pub fn only_deleted(&self) -> RepoView<T, OnlyDeleted, A, K>
    where
        T::Table: SoftDeletes,
    {
        self.view()
    }

    /// Takes a row out of the deleted ones, by its key, or those that a query finds:
    /// `notes.restore(notes.only_deleted().query())`.
    ///
    /// ```
    /// # mod bin { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bin/mod.rs")); }
    /// # use bin::*;
    /// # let bin = Bin::new();
    /// # let db = &bin.db;
    /// # use tenancy::prelude::*;
    /// # let scope = bin.anna();
    /// # let mut session = db.session(&scope)?;
    /// let notes = Repo::<Note>::new(&scope);
    /// let id = RowId::<Note>::from_raw(1);
    /// notes.delete(id).execute(&mut session)?;
    /// let back: Note = notes.restore(id).get_result(&mut session)?;
    /// assert_eq!(back.id, id);
    /// # Ok::<(), tenancy::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Executing it gives [`Error::NotFound`](crate::Error::NotFound) if the key leads to no
    /// deleted row in the scope: a row that is not deleted cannot be restored. A query that
    /// finds no deleted row restores none; one of the repo itself never finds any. Does not
    /// compile for a model that names no `soft_delete` column.
    pub fn restore<W, By>(
        &self,
        target: W,
    ) -> ScopedUpdate<T::Table, Restored<T::Table>, SeenWhere<T, W, K, By, OnlyDeleted>, K>
    where
        A: CanWrite,
        T::Table: SoftDeletes + WritableBy<K>,
        W: Target<T, K, By>,
        W::Where: Regard<T::Table, OnlyDeleted>,
    {
        restore_of::<T, W, K, By>(target, self.key.duplicate())
    }

    /// Deletes the row with this key for good, deleted or not, or the rows that a query
    /// finds: `notes.purge(notes.only_deleted().query())` empties the bin.
    ///
    /// ```
    /// # mod bin { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bin/mod.rs")); }
    /// # use bin::*;
    /// # let bin = Bin::new();
    /// # let db = &bin.db;
    /// # use tenancy::prelude::*;
    /// # let scope = bin.anna();
    /// # let mut session = db.session(&scope)?;
    /// let notes = Repo::<Note>::new(&scope);
    /// notes.delete(RowId::<Note>::from_raw(1)).execute(&mut session)?;
    /// let purged = notes.purge(notes.only_deleted().query()).execute(&mut session)?;
    /// assert_eq!(purged, 1);
    /// # Ok::<(), tenancy::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Executing it gives [`Error::NotFound`](crate::Error::NotFound) if the key leads to no
    /// row in the scope. Does not compile for a model that names no `soft_delete` column,
    /// whose [`delete`](Self::delete) is for good anyway.
    pub fn purge<W, By>(
        &self,
        target: W,
    ) -> ScopedDelete<T::Table, SeenWhere<T, W, K, By, WithDeleted>, K, NoReturning, ForGood>
    where
        A: CanWrite,
        T::Table: SoftDeletes + WritableBy<K>,
        W: Target<T, K, By>,
        W::Where: Regard<T::Table, WithDeleted>,
    {
        purge_of::<T, W, K, By>(target, self.key.duplicate())
    }

    fn view<V>(&self) -> RepoView<T, V, A, K> {
        RepoView {
            key: self.key.duplicate(),
            of: PhantomData,
        }
    }
}

impl<T, V, A, K> RepoView<T, V, A, K>
where
    T: Scoped,
    V: Visibility<T::Table>,
    A: Access,
    K: TenantKey,
{
    /// A query over these rows. See [`Repo::query`].
    pub fn query(&self) -> ScopedQuery<Seen<T, V, K>, T::Table, K>
    where
        T::Table: ReadableBy<K> + HasTable<Table = T::Table> + FilterDsl<SeenRows<T, V, K>>,
    {
        ScopedQuery::new(self.seen(), self.key.duplicate())
    }

    /// A query for the row with this key. See [`Repo::find`].
    ///
    /// # Errors
    ///
    /// Loading one row from it gives [`Error::NotFound`](crate::Error::NotFound) if there is
    /// no such row among these.
    pub fn find<I>(
        &self,
        id: I,
    ) -> ScopedQuery<dsl::Filter<Seen<T, V, K>, T::IdPredicate>, T::Table, K>
    where
        I: RowKey<T>,
        T::Table: ReadableBy<K> + HasTable<Table = T::Table> + FilterDsl<SeenRows<T, V, K>>,
        T::IdPredicate: QueryId,
        Seen<T, V, K>: FilterDsl<T::IdPredicate>,
    {
        let id = T::id_predicate(id.into_id(), Seal::new());
        ScopedQuery::new(self.seen().filter(id), self.key.duplicate())
    }

    /// Updates one of these rows, by its key, or those of them that a query finds: a query of
    /// the repo itself finds no deleted row here either. See [`Repo::update`].
    ///
    /// # Errors
    ///
    /// As [`Repo::update`].
    pub fn update<W, By>(&self, target: W) -> UpdateOf<T::Table, SeenWhere<T, W, K, By, V>, K>
    where
        A: CanWrite,
        T::Table: WritableBy<K>,
        W: Target<T, K, By>,
        W::Where: Regard<T::Table, V>,
    {
        seen_update_of::<T, W, K, By, V>(target, self.key.duplicate())
    }

    fn seen(&self) -> Seen<T, V, K>
    where
        T::Table: ReadableBy<K> + HasTable<Table = T::Table> + FilterDsl<SeenRows<T, V, K>>,
    {
        FilterDsl::filter(
            T::Table::table(),
            Both::new(
                T::Table::read_predicate::<Home>(&self.key, Seal::new()),
                V::seen::<Home>(Seal::new()),
            ),
        )
    }
}

impl<T: Scoped, V, A: Access, K: TenantKey> Clone for RepoView<T, V, A, K> {
    fn clone(&self) -> Self {
        Self {
            key: self.key.duplicate(),
            of: PhantomData,
        }
    }
}

impl<T: Scoped, V, A: Access, K: TenantKey> fmt::Debug for RepoView<T, V, A, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RepoView")
            .field("tenant", &format_args!("{}", self.key.as_key()))
            .field("writes", &A::WRITES)
            .finish_non_exhaustive()
    }
}
