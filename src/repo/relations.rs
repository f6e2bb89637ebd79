//! Queries for rows by how they refer to one another: children of many parents, and walks
//! up and down a table that refers to itself.

use diesel::associations::{BelongsTo, HasTable, Identifiable};
use diesel::dsl;
use diesel::expression::Expression;
use diesel::query_builder::QueryId;
use diesel::query_dsl::methods::FilterDsl;
use diesel::query_source::Column;
use diesel::sql_types::IntoNotNullable;

use super::{Repo, RowKey};
use crate::__private::Seal;
use crate::key::TenantKey;
use crate::ownership::{ReadableBy, Scoped, ScopedTable};
use crate::query::{
    ComparableTo, Down, InList, InScope, ListDsl, ListItem, ListedType, NotNull, ScopedQuery,
    TreeOf, Up, door, tree_of,
};
use crate::scope::Access;

/// The column by which `T` refers to `P`.
type ForeignKey<T, P> = <T as BelongsTo<P>>::ForeignKeyColumn;

/// The key of a borrowed parent.
type ParentId<'a, P> = <&'a P as Identifiable>::Id;

/// The condition that a child refers to one of the parents.
type OfParents<'a, T, P> =
    InList<ForeignKey<T, P>, NotNull<ForeignKey<T, P>>, ParentId<'a, P>, true>;

impl<T, A, K> Repo<T, A, K>
where
    T: Scoped,
    A: Access,
    K: TenantKey,
{
    /// A query over the rows that refer to any of these parents, by diesel's
    /// `#[derive(Associations)]`. As diesel's
    /// [`belonging_to`](diesel::BelongingToDsl::belonging_to); diesel's
    /// [`grouped_by`](diesel::GroupedBy::grouped_by) then gives each parent its own.
    ///
    /// ```
    /// # mod kin { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/kin/mod.rs")); }
    /// # use kin::*;
    /// # let kin = Kin::new();
    /// use diesel::prelude::*;
    /// use tenancy::prelude::*;
    ///
    /// # let scope = kin.anna();
    /// # let mut session = kin.db.session(&scope)?;
    /// let threads: Vec<Thread> = Repo::<Thread>::new(&scope).query().load(&mut session)?;
    /// let messages: Vec<Vec<Message>> = Repo::<Message>::new(&scope)
    ///     .belonging_to(&threads)
    ///     .order(messages::id)
    ///     .load::<Message>(&mut session)?
    ///     .grouped_by(&threads);
    /// assert_eq!(messages[0][1].body, "Rain");
    ///
    /// let of_one: i64 = Repo::<Message>::new(&scope)
    ///     .belonging_to([&threads[1]])
    ///     .count()
    ///     .get_result(&mut session)?;
    /// assert_eq!(of_one, 2);
    /// # Ok::<(), tenancy::Error>(())
    /// ```
    ///
    /// # Tenancy
    ///
    /// The children have their own predicate: parents of another tenant have none here.
    pub fn belonging_to<'a, P>(
        &self,
        parents: impl IntoIterator<Item = &'a P>,
    ) -> ScopedQuery<
        dsl::Filter<<T::Table as ReadableBy<K>>::Visible, OfParents<'a, T, P>>,
        T::Table,
        K,
    >
    where
        P: 'a,
        &'a P: Identifiable,
        T: BelongsTo<P>,
        T::Table: ReadableBy<K>,
        ForeignKey<T, P>: Column<Table = T::Table> + InScope<T::Table> + QueryId,
        <ForeignKey<T, P> as Expression>::SqlType: IntoNotNullable<NotNullable: ListedType>,
        ParentId<'a, P>: ListItem<NotNull<ForeignKey<T, P>>>,
        <T::Table as ReadableBy<K>>::Visible: FilterDsl<OfParents<'a, T, P>>,
    {
        const { door::<ForeignKey<T, P>>() };
        let ids = parents.into_iter().map(Identifiable::id);
        let of_parents = T::foreign_key_column().is_among(ids);
        let query = <T::Table as ReadableBy<K>>::visible(&self.key, Seal::new());
        ScopedQuery::new(query.filter(of_parents), self.key.duplicate())
    }

    /// A query over the rows below one row, in a table that refers to itself by the column
    /// `parent`: its children, theirs, and so on, without the row itself.
    ///
    /// ```
    /// # mod kin { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/kin/mod.rs")); }
    /// # use kin::*;
    /// # let kin = Kin::new();
    /// use diesel::prelude::*;
    /// use tenancy::prelude::*;
    ///
    /// # let scope = kin.anna();
    /// # let mut session = kin.db.session(&scope)?;
    /// let folders = Repo::<Folder>::new(&scope);
    /// let top = RowId::<Folder>::from_raw(1);
    /// let below: Vec<Folder> = folders
    ///     .descendants_of(top, folders::parent_id)
    ///     .order(folders::name)
    ///     .load(&mut session)?;
    /// let names: Vec<_> = below.iter().map(|folder| folder.name.as_str()).collect();
    /// assert_eq!(names, ["Leaf", "Left", "Right"]);
    /// # Ok::<(), tenancy::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Does not compile if the column is not one of the table, or is of another type than
    /// its primary key. If there is no such row in the scope, nothing is below it.
    ///
    /// # Tenancy
    ///
    /// Every step of the way is a row of the scope (and, where rows are deleted softly, one
    /// that is not): what hangs below another tenant's row is not found, even if it is the
    /// scope's own. A row that is its own ancestor ends the walk.
    pub fn descendants_of<I, C>(
        &self,
        id: I,
        parent: C,
    ) -> ScopedQuery<
        dsl::Filter<<T::Table as ReadableBy<K>>::Visible, TreeOf<T, C, Down, K>>,
        T::Table,
        K,
    >
    where
        I: RowKey<T>,
        T::Table: ReadableBy<K> + HasTable<Table = T::Table>,
        C: Column<Table = T::Table> + InScope<T::Table> + QueryId,
        <T::Table as ScopedTable>::IdColumn: Column + Default,
        dsl::SqlTypeOf<C>: ComparableTo<dsl::SqlTypeOf<<T::Table as ScopedTable>::IdColumn>>,
        <T::Table as ReadableBy<K>>::Visible: FilterDsl<TreeOf<T, C, Down, K>>,
    {
        const { door::<C>() };
        let tree = tree_of::<T, C, Down, K>(id.into_id(), parent, &self.key);
        let query = <T::Table as ReadableBy<K>>::visible(&self.key, Seal::new());
        ScopedQuery::new(query.filter(tree), self.key.duplicate())
    }

    /// A query over the rows above one row, in a table that refers to itself by the column
    /// `parent`: its parent, the parent's, and so on, without the row itself.
    ///
    /// # Errors
    ///
    /// As [`descendants_of`](Self::descendants_of).
    ///
    /// # Tenancy
    ///
    /// As [`descendants_of`](Self::descendants_of): the walk ends at a row that is not in
    /// the scope.
    pub fn ancestors_of<I, C>(
        &self,
        id: I,
        parent: C,
    ) -> ScopedQuery<
        dsl::Filter<<T::Table as ReadableBy<K>>::Visible, TreeOf<T, C, Up, K>>,
        T::Table,
        K,
    >
    where
        I: RowKey<T>,
        T::Table: ReadableBy<K> + HasTable<Table = T::Table>,
        C: Column<Table = T::Table> + InScope<T::Table> + QueryId,
        <T::Table as ScopedTable>::IdColumn: Column + Default,
        dsl::SqlTypeOf<C>: ComparableTo<dsl::SqlTypeOf<<T::Table as ScopedTable>::IdColumn>>,
        <T::Table as ReadableBy<K>>::Visible: FilterDsl<TreeOf<T, C, Up, K>>,
    {
        const { door::<C>() };
        let tree = tree_of::<T, C, Up, K>(id.into_id(), parent, &self.key);
        let query = <T::Table as ReadableBy<K>>::visible(&self.key, Seal::new());
        ScopedQuery::new(query.filter(tree), self.key.duplicate())
    }
}
