//! Upserts: inserts that say what happens if such a row is there already.

mod action;
mod any_key;
mod changes;
mod dialect;
mod statement;

use std::fmt;
use std::marker::PhantomData;

use diesel::expression::{Expression, SelectableExpression};
use diesel::query_builder::QueryId;
use diesel::sql_types::BoolOrNullableBool;

pub use changes::UpsertChanges;

pub(super) use action::DoUpdate;
pub(crate) use action::{ConflictAction, DoNothing};
pub(super) use dialect::UpsertDialect;
pub(crate) use statement::{ManyInserts, OneInsert};

use super::conflict::ConflictTarget;
use super::guard::{InScope, door};
use super::insert::{Batch, ScopedInsert};
use super::proposed::Upserting;
use super::returning::{NoReturning, Returning, returning};
use super::target::{Changeable, changeable};
use crate::__private::Seal;
use crate::key::TenantKey;
use crate::ownership::{Home, WritableBy};
use action::AndAlso;

/// An insert with a conflict target: say [`do_update`](Self::do_update) or
/// [`do_nothing`](Self::do_nothing). From [`ScopedInsert::on_conflict`].
#[must_use = "say what to do about a conflict: `.do_update()` or `.do_nothing()`"]
pub struct OnConflict<T, V, G, K> {
    inserts: V,
    key: K,
    of: PhantomData<(T, G)>,
}

/// An upsert that does not know yet what to set: see [`set`](Self::set). From
/// [`OnConflict::do_update`].
#[must_use = "an upsert needs `.set(..)`, and does nothing until it is executed"]
pub struct UpsertOf<T, V, G, K> {
    inserts: V,
    key: K,
    of: PhantomData<(T, G)>,
}

/// An upsert of rows of one tenant, from [`UpsertOf::set`].
///
/// # Errors
///
/// If such a row is there and is not updated, it runs into
/// [`Error::Conflict`](crate::Error::Conflict). Two upserts on MariaDB may meet in a deadlock: one is
/// [`Error::SerializationFailure`](crate::Error::SerializationFailure), and may run again. PostgreSQL updates no row twice in one
/// statement: rows of one batch that meet the same row are
/// [`Error::Database`](crate::Error::Database) there, and none is written.
#[must_use = "an upsert does nothing until it is executed"]
pub struct ScopedUpsert<T, V, A, K, R = NoReturning> {
    inserts: V,
    action: A,
    returning: R,
    key: K,
    of: PhantomData<T>,
}

/// An insert that leaves a row alone that is there already, from
/// [`OnConflict::do_nothing`].
#[must_use = "an insert does nothing until it is executed"]
pub struct InsertOrNothing<T, V, G, K, R = NoReturning> {
    pub(crate) insert: ScopedUpsert<T, V, DoNothing<T, G>, K, R>,
}

impl<T, V, K> ScopedInsert<T, V, K> {
    /// Says which rows are the same: those that agree in the columns of a unique key. As
    /// diesel's [`on_conflict`](diesel::query_builder::InsertStatement::on_conflict).
    ///
    /// The target names the whole unique key, and begins with the tenant column, so that
    /// the row that is there is the tenant's own. For a table whose rows belong through
    /// their parent it begins with the column that leads there.
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
    /// let items = Repo::<Item>::new(&scope);
    /// let category_id = RowId::<Category>::from_raw(1);
    /// let lamp: Item = items
    ///     .insert(&NewWeighedItem { category_id, name: "Lamp", weight: Some(90) })
    ///     .on_conflict((items::tenant_id, items::name))
    ///     .do_update()
    ///     .set(items::weight.eq(proposed(items::weight)))
    ///     .get_result(&mut session)?;
    /// assert_eq!(lamp.id, RowId::from_raw(1));
    /// assert_eq!(lamp.weight, Some(90));
    /// # Ok::<(), tenancy::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Does not compile if the target does not begin with the column that says whose the
    /// row is. Executing it gives [`Error::Database`](crate::Error::Database) if the table
    /// has no such unique key, and
    /// [`Error::UniqueViolation`](crate::Error::UniqueViolation) if the row conflicts in
    /// another one.
    ///
    /// MariaDB has no targets: there the library looks for the key once on each connection, a
    /// row that conflicts in two keys may be a violation though the target is one of them, and the
    /// violation of another key has no name.
    pub fn on_conflict<G>(self, target: G) -> OnConflict<T, OneInsert<V>, G, K>
    where
        G: ConflictTarget<T>,
    {
        let _ = target;
        OnConflict {
            inserts: OneInsert::new(self.values),
            key: self.key,
            of: PhantomData,
        }
    }
}

impl<T, V, K> Batch<T, V, K> {
    /// The same as for one row: see [`ScopedInsert::on_conflict`]. If one of the rows
    /// cannot be written, none is.
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
    /// let written = Repo::<Item>::new(&scope)
    ///     .insert(["Lamp", "Mug"].map(|name| NewItem { category_id, name }))
    ///     .on_conflict((items::tenant_id, items::name))
    ///     .do_update()
    ///     .set(items::category_id.eq(proposed(items::category_id)))
    ///     .execute(&mut session)?;
    /// assert_eq!(written, 2);
    /// # Ok::<(), tenancy::Error>(())
    /// ```
    pub fn on_conflict<G>(self, target: G) -> OnConflict<T, ManyInserts<V>, G, K>
    where
        G: ConflictTarget<T>,
    {
        let _ = target;
        OnConflict {
            inserts: ManyInserts::new(self.values),
            key: self.key,
            of: PhantomData,
        }
    }
}

impl<T, V, G, K> OnConflict<T, V, G, K> {
    /// Updates the row that is there. As diesel's
    /// [`do_update`](diesel::upsert::IncompleteOnConflict::do_update): go on with
    /// [`set`](UpsertOf::set).
    pub fn do_update(self) -> UpsertOf<T, V, G, K> {
        UpsertOf {
            inserts: self.inserts,
            key: self.key,
            of: PhantomData,
        }
    }

    /// Leaves the row alone that is there. As diesel's
    /// [`do_nothing`](diesel::upsert::IncompleteOnConflict::do_nothing), but the one new row
    /// comes back as an `Option`: see [`RunMaybeDsl`](crate::RunMaybeDsl). On MariaDB each row of
    /// a batch is a statement.
    ///
    /// ```
    /// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
    /// # use gear::*;
    /// # let gear = Gear::new();
    /// # let (db, keys) = (&gear.db, Keys);
    /// # use tenancy::prelude::*;
    /// # let scope = TenantScope::new(&db.authenticate(&keys, "anna's key")?)?;
    /// # let mut session = db.session(&scope)?;
    /// let category_id = RowId::<Category>::from_raw(1);
    /// let lamp: Option<Item> = Repo::<Item>::new(&scope)
    ///     .insert(&NewItem { category_id, name: "Lamp" })
    ///     .on_conflict((items::tenant_id, items::name))
    ///     .do_nothing()
    ///     .get_result(&mut session)?;
    /// assert_eq!(lamp, None); // Anna has one
    /// # Ok::<(), tenancy::Error>(())
    /// ```
    pub fn do_nothing(self) -> InsertOrNothing<T, V, G, K> {
        InsertOrNothing {
            insert: ScopedUpsert {
                inserts: self.inserts,
                action: DoNothing::new(),
                returning: NoReturning,
                key: self.key,
                of: PhantomData,
            },
        }
    }
}

impl<T, V, G, K> UpsertOf<T, V, G, K> {
    /// Says what to set in the row that is there. As
    /// [`UpdateOf::set`](crate::UpdateOf::set); besides,
    /// [`proposed(column)`](crate::proposed) is what was to be inserted.
    ///
    /// # Errors
    ///
    /// Does not compile if it names the tenant column or the primary key, or reads
    /// another table. Executing it gives
    /// [`Error::EmptyChangeset`](crate::Error::EmptyChangeset) if nothing is left to
    /// set, since each optional field is `None`.
    pub fn set<C, By>(
        self,
        changes: C,
    ) -> ScopedUpsert<T, V, DoUpdate<T, G, C::Changes, Changeable<T, K>>, K>
    where
        T: WritableBy<K>,
        C: UpsertChanges<T, K, By>,
    {
        ScopedUpsert {
            action: DoUpdate::new(
                changes.upsert_changes(&self.key, Seal::new()),
                changeable::<T, K>(&self.key, Seal::new()),
            ),
            inserts: self.inserts,
            returning: NoReturning,
            key: self.key,
            of: PhantomData,
        }
    }
}

impl<T, V, G, C, P, F, K> ScopedUpsert<T, V, DoUpdate<T, G, C, P, F>, K> {
    /// Updates the row that is there only under this condition, which may read its columns
    /// and [`proposed`](crate::proposed) ones. As diesel's `filter` of an upsert.
    ///
    /// ```
    /// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
    /// # use gear::*;
    /// # let gear = Gear::new();
    /// # let (db, keys) = (&gear.db, Keys);
    /// # use tenancy::prelude::*;
    /// use diesel::prelude::*;
    /// use tenancy::{Error, proposed};
    ///
    /// # let scope = TenantScope::new(&db.authenticate(&keys, "anna's key")?)?;
    /// # let mut session = db.session(&scope)?;
    /// let category_id = RowId::<Category>::from_raw(1);
    /// let heavier = Repo::<Item>::new(&scope)
    ///     .insert(&NewWeighedItem { category_id, name: "Lamp", weight: Some(110) })
    ///     .on_conflict((items::tenant_id, items::name))
    ///     .do_update()
    ///     .set(items::weight.eq(proposed(items::weight)))
    ///     .filter(items::weight.gt(proposed(items::weight)))
    ///     .execute(&mut session);
    /// assert!(matches!(heavier, Err(Error::Conflict)));
    /// # Ok::<(), tenancy::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Executing it gives [`Error::Conflict`](crate::Error::Conflict) if the condition does
    /// not hold. Does not compile if it reads another table, or holds raw SQL.
    pub fn filter<E>(
        self,
        condition: E,
    ) -> ScopedUpsert<T, V, DoUpdate<T, G, C, P, AndAlso<F, E>>, K>
    where
        E: Expression<SqlType: BoolOrNullableBool> + InScope<Upserting<T>> + QueryId,
    {
        const { door::<E>() };
        ScopedUpsert {
            action: self.action.and_also(condition),
            inserts: self.inserts,
            returning: self.returning,
            key: self.key,
            of: PhantomData,
        }
    }
}

impl<T, V, A, K> ScopedUpsert<T, V, A, K> {
    /// Chooses what to return of each written row. As diesel's
    /// [`returning`](diesel::query_builder::InsertStatement::returning).
    pub fn returning<S>(
        self,
        selection: S,
    ) -> ScopedUpsert<T, V, A, K, Returning<S, T::WritePredicate<Home>>>
    where
        T: WritableBy<K>,
        S: Expression + InScope<T> + SelectableExpression<T> + QueryId,
    {
        const { door::<S>() };
        ScopedUpsert {
            returning: returning::<T, _, _>(selection, &self.key),
            inserts: self.inserts,
            action: self.action,
            key: self.key,
            of: PhantomData,
        }
    }
}

impl<T, V, G, K> InsertOrNothing<T, V, G, K> {
    /// Chooses what to return of each new row. As diesel's
    /// [`returning`](diesel::query_builder::InsertStatement::returning).
    pub fn returning<S>(
        self,
        selection: S,
    ) -> InsertOrNothing<T, V, G, K, Returning<S, T::WritePredicate<Home>>>
    where
        T: WritableBy<K>,
        S: Expression + InScope<T> + SelectableExpression<T> + QueryId,
    {
        const { door::<S>() };
        InsertOrNothing {
            insert: self.insert.returning(selection),
        }
    }
}

impl<T, V, G, K: TenantKey> fmt::Debug for OnConflict<T, V, G, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnConflict")
            .field("tenant", &format_args!("{}", self.key.as_key()))
            .finish_non_exhaustive()
    }
}

impl<T, V, G, K: TenantKey> fmt::Debug for UpsertOf<T, V, G, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UpsertOf")
            .field("tenant", &format_args!("{}", self.key.as_key()))
            .finish_non_exhaustive()
    }
}

impl<T, V, A, K: TenantKey, R> fmt::Debug for ScopedUpsert<T, V, A, K, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScopedUpsert")
            .field("tenant", &format_args!("{}", self.key.as_key()))
            .finish_non_exhaustive()
    }
}

impl<T, V, G, K: TenantKey, R> fmt::Debug for InsertOrNothing<T, V, G, K, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InsertOrNothing")
            .field("tenant", &format_args!("{}", self.insert.key.as_key()))
            .finish_non_exhaustive()
    }
}
