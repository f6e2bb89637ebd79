//! Upserts: inserts that say what happens if such a row is there already.

use std::fmt;
use std::marker::PhantomData;

use diesel::associations::HasTable;
use diesel::backend::Backend;
use diesel::dsl::AsSelect;
use diesel::expression::{Expression, SelectableExpression, SelectableHelper};
use diesel::query_builder::{AsChangeset, AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::BoolOrNullableBool;

use super::conflict::ConflictTarget;
use super::fence::Fence;
use super::guard::{InScope, Model, door};
use super::insert::{Batch, InsertStatement, ScopedInsert};
use super::proposed::{MayUpsert, Upserting};
use super::returning::{NoReturning, Returning};
use super::rows::{AsChanges, CountRows, RowShape};
use super::statement::{Effect, Rows, Statement, Writes};
use super::target::{Changeable, changeable, without_parent};
use super::times::{RowValues, Touching, time_of_insert};
use super::update::{ChangesFragment, InlineChanges, IntoChanges};
use crate::__private::Seal;
use crate::clock::{Moment, Now};
use crate::error::{Error, Result};
use crate::key::TenantKey;
use crate::ownership::{Assignments, Home, ScopedTable, WritableBy};

/// The backends that have a conflict target and a condition on the update.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no `ON CONFLICT` with a target and a condition",
    label = "cannot upsert in one statement"
)]
pub trait UpsertDialect: Backend {}

#[cfg(feature = "sqlite")]
impl UpsertDialect for diesel::sqlite::Sqlite {}

#[cfg(feature = "postgres")]
impl UpsertDialect for diesel::pg::Pg {}

/// One row to insert, or, of the chunks of a batch, one chunk.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct OneInsert<V> {
    values: V,
    rows: usize,
    /// The time of the batch that it is part of.
    at: Option<Now>,
}

/// The chunks of a batch.
#[doc(hidden)]
#[derive(Debug, Clone)]
pub struct ManyInserts<V>(Vec<V>);

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
/// [`Error::Conflict`](crate::Error::Conflict).
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
    pub fn on_conflict<G>(self, target: G) -> OnConflict<T, OneInsert<V>, G, K>
    where
        G: ConflictTarget<T>,
    {
        let _ = target;
        OnConflict {
            inserts: OneInsert {
                values: self.values,
                rows: 1,
                at: None,
            },
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
            inserts: ManyInserts(self.values),
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
    /// comes back as an `Option`: see [`RunMaybeDsl`](crate::RunMaybeDsl).
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
                action: DoNothing(PhantomData),
                returning: NoReturning,
                key: self.key,
                of: PhantomData,
            },
        }
    }
}

/// What [`UpsertOf::set`] takes: what [`UpdateOf::set`](crate::UpdateOf::set) takes, and
/// [`proposed`](crate::proposed) columns in it.
///
/// `By` says which of them it is; the compiler finds it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot change rows of the tenant's table `{T}` in an upsert",
    label = "not a changeset of `{T}`",
    note = "put `#[derive(ScopedChangeset)]` on the struct, or give `column.eq(value)`, alone or in a tuple",
    note = "a row stays with its tenant and keeps its key: leave the tenant column, the column that leads to the parent and the primary key out",
    note = "values come from the row that is there, and with `tenancy::proposed(column)` from the row that was to be inserted: a subquery among them could read any tenant's rows"
)]
pub trait UpsertChanges<T, K, By> {
    #[doc(hidden)]
    type Changes: ChangesFragment;
    #[doc(hidden)]
    fn upsert_changes(self, key: &K, seal: Seal) -> Self::Changes;
}

/// The marker of changes that a struct says.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum ByStruct {}

/// The marker of changes by `column.eq(value)`.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum ByColumns {}

#[diagnostic::do_not_recommend]
impl<V, T, K> UpsertChanges<T, K, ByStruct> for V
where
    V: RowShape<AsChanges> + IntoChanges<T, K>,
{
    type Changes = V::Changes;

    fn upsert_changes(self, key: &K, seal: Seal) -> Self::Changes {
        self.into_changes(key, seal)
    }
}

#[diagnostic::do_not_recommend]
impl<V, T, K> UpsertChanges<T, K, ByColumns> for V
where
    V: Expression<SqlType: Assignments<V, T>> + AsChangeset<Target = T> + MayUpsert<T> + QueryId,
{
    type Changes = InlineChanges<V, V::Changeset>;

    fn upsert_changes(self, _: &K, _: Seal) -> Self::Changes {
        const { door::<V>() };
        const { V::SqlType::TARGETS_ARE_COLUMNS };
        InlineChanges::new(self.as_changeset())
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
            action: DoUpdate {
                changes: changes.upsert_changes(&self.key, Seal::new()),
                predicate: changeable::<T, K>(&self.key, Seal::new()),
                condition: NoCondition,
                of: PhantomData,
            },
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
            action: DoUpdate {
                changes: self.action.changes,
                predicate: self.action.predicate,
                condition: AndAlso {
                    before: self.action.condition,
                    condition: Fence::new(condition),
                },
                of: PhantomData,
            },
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
            returning: Returning::new(
                selection,
                T::write_predicate::<Home>(&self.key, Seal::new()),
            ),
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

impl<T, V: CountRows, A: Clone, K: TenantKey, R: Clone> ScopedUpsert<T, ManyInserts<V>, A, K, R> {
    pub(crate) fn key(&self) -> &K {
        &self.key
    }

    /// How many rows there are to write.
    pub(crate) fn rows(&self) -> usize {
        self.inserts.0.iter().map(CountRows::rows).sum()
    }

    /// The statements to run, one after the other. They have one time.
    pub(crate) fn into_statements(
        self,
        moment: Moment<'_>,
    ) -> impl Iterator<Item = ScopedUpsert<T, OneInsert<V>, A, K, R>> + use<T, V, A, K, R>
    where
        T: ScopedTable,
    {
        let (key, action, returning) = (self.key, self.action, self.returning);
        let at = Some(time_of_insert::<T::Kept>(moment));
        self.inserts.0.into_iter().map(move |values| ScopedUpsert {
            inserts: OneInsert {
                rows: values.rows(),
                values,
                at,
            },
            action: action.clone(),
            returning: returning.clone(),
            key: key.duplicate(),
            of: PhantomData,
        })
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

impl<T, V, A, K, R> crate::sealed::SealedStatement for ScopedUpsert<T, V, A, K, R> {}

impl<T, V, A, K, R> Statement for ScopedUpsert<T, OneInsert<V>, A, K, R>
where
    T: ScopedTable,
    A: ConflictAction,
    K: TenantKey,
{
    type Key = K;
    type Asks = Writes;
    const VERB: &'static str = "upsert";

    fn key(&self) -> &K {
        &self.key
    }

    fn check(&self) -> Result<()> {
        if self.action.nothing_to_do() {
            return Err(Error::EmptyChangeset);
        }
        Ok(())
    }

    fn rows_due(&self) -> usize {
        if A::WRITES_EACH_ROW {
            self.inserts.rows
        } else {
            0
        }
    }

    fn explain(error: Error) -> Error {
        match error {
            Error::NotFound => Error::Conflict,
            other => without_parent::<T>(other),
        }
    }
}

impl<T, V, A, K, R> ScopedUpsert<T, OneInsert<V>, A, K, R>
where
    T: ScopedTable,
    V: RowValues<T, K>,
    A: ConflictAction,
{
    /// The rows to write now, and what to return of them.
    fn into_parts(self, moment: Moment<'_>) -> (Upsert<V::Ready, A::At>, R, K) {
        let at = self.inserts.at;
        let now = at.unwrap_or_else(|| time_of_insert::<T::Kept>(moment));
        let upsert = Upsert {
            values: self.inserts.values.ready(&self.key, now),
            action: self.action.at(now),
        };
        (upsert, self.returning, self.key)
    }
}

impl<T, V, A, K> Effect for ScopedUpsert<T, OneInsert<V>, A, K>
where
    V: RowValues<T, K>,
    A: ConflictAction,
    K: TenantKey,
    T: ScopedTable + HasTable<Table = T>,
{
    type Query = InsertStatement<T, T::FromClause, Upsert<V::Ready, A::At>, NoReturning>;
    const ONE_ROW: bool = false;

    fn into_effect(self, moment: Moment<'_>) -> Self::Query {
        let (upsert, returning, _) = self.into_parts(moment);
        InsertStatement::new(upsert, returning)
    }
}

impl<T, V, A, K, DB, U> Rows<DB, U> for ScopedUpsert<T, OneInsert<V>, A, K>
where
    V: RowValues<T, K>,
    DB: Backend,
    A: ConflictAction,
    K: TenantKey,
    T: WritableBy<K> + HasTable<Table = T>,
    U: Model<T, DB>,
    U::SelectExpression: QueryId,
{
    type Query = InsertStatement<
        T,
        T::FromClause,
        Upsert<V::Ready, A::At>,
        Returning<AsSelect<U, DB>, T::WritePredicate<Home>>,
    >;
    type Loaded = (U, bool);

    fn into_query(self, moment: Moment<'_>) -> Self::Query {
        const { door::<U::SelectExpression>() };
        let (upsert, _, key) = self.into_parts(moment);
        let predicate = T::write_predicate::<Home>(&key, Seal::new());
        InsertStatement::new(upsert, Returning::new(U::as_select(), predicate))
    }
}

impl<T, V, A, K, S, P, DB, U> Rows<DB, U> for ScopedUpsert<T, OneInsert<V>, A, K, Returning<S, P>>
where
    V: RowValues<T, K>,
    DB: Backend,
    A: ConflictAction,
    K: TenantKey,
    T: ScopedTable + HasTable<Table = T>,
{
    type Query = InsertStatement<T, T::FromClause, Upsert<V::Ready, A::At>, Returning<S, P>>;
    type Loaded = (U, bool);

    fn into_query(self, moment: Moment<'_>) -> Self::Query {
        let (upsert, returning, _) = self.into_parts(moment);
        InsertStatement::new(upsert, returning)
    }
}

/// New rows, and what happens if there is one already.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Upsert<V, A> {
    values: V,
    action: A,
}

impl<DB, V, A> QueryFragment<DB> for Upsert<V, A>
where
    DB: UpsertDialect,
    V: QueryFragment<DB>,
    A: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.values.walk_ast(out.reborrow())?;
        self.action.walk_ast(out)
    }
}

/// What happens if such a row is there.
#[doc(hidden)]
pub trait ConflictAction {
    /// Whether each row is written, or else is a conflict.
    const WRITES_EACH_ROW: bool;
    /// The same, at the time of the statement.
    type At;
    fn at(self, now: Now) -> Self::At;
    fn nothing_to_do(&self) -> bool;
}

/// ` ON CONFLICT (columns) DO NOTHING`.
#[doc(hidden)]
#[derive(Debug)]
pub struct DoNothing<T, G>(PhantomData<fn() -> (T, G)>);

impl<T, G> Clone for DoNothing<T, G> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, G> Copy for DoNothing<T, G> {}

impl<T: 'static, G: 'static> QueryId for DoNothing<T, G> {
    type QueryId = DoNothing<T, G>;
}

impl<T, G> ConflictAction for DoNothing<T, G> {
    const WRITES_EACH_ROW: bool = false;
    type At = Self;

    fn at(self, _: Now) -> Self {
        self
    }

    fn nothing_to_do(&self) -> bool {
        false
    }
}

/// ` ON CONFLICT (columns) DO UPDATE SET changes WHERE predicate [AND (condition)]`.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct DoUpdate<T, G, C, P, F = NoCondition> {
    changes: C,
    predicate: P,
    condition: F,
    of: PhantomData<fn() -> (T, G)>,
}

impl<T, G, C, P, F> QueryId for DoUpdate<T, G, C, P, F>
where
    T: 'static,
    G: 'static,
    C: QueryId,
    P: QueryId,
    F: QueryId,
{
    type QueryId = DoUpdate<T, G, C::QueryId, P::QueryId, F::QueryId>;
    const HAS_STATIC_QUERY_ID: bool =
        C::HAS_STATIC_QUERY_ID && P::HAS_STATIC_QUERY_ID && F::HAS_STATIC_QUERY_ID;
}

impl<T, G, C, P, F> ConflictAction for DoUpdate<T, G, C, P, F>
where
    T: ScopedTable,
    C: ChangesFragment,
{
    const WRITES_EACH_ROW: bool = true;
    type At = DoUpdate<T, G, Touching<C, T::Kept>, P, F>;

    fn at(self, now: Now) -> Self::At {
        DoUpdate {
            changes: Touching::at(self.changes, now),
            predicate: self.predicate,
            condition: self.condition,
            of: PhantomData,
        }
    }

    fn nothing_to_do(&self) -> bool {
        self.changes.nothing_to_do()
    }
}

/// No condition of the user's.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, QueryId)]
pub struct NoCondition;

/// ` AND (condition)`, behind those before it.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, QueryId)]
pub struct AndAlso<F, E> {
    before: F,
    condition: Fence<E>,
}

fn push_target<G: ConflictTarget<T>, T, DB: Backend>(
    out: &mut AstPass<'_, '_, DB>,
) -> QueryResult<()> {
    out.push_sql(" ON CONFLICT (");
    G::push_columns(out, Seal::new())?;
    out.push_sql(")");
    Ok(())
}

impl<DB, T, G> QueryFragment<DB> for DoNothing<T, G>
where
    DB: Backend,
    G: ConflictTarget<T>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        push_target::<G, T, DB>(&mut out)?;
        out.push_sql(" DO NOTHING");
        Ok(())
    }
}

impl<DB, T, G, C, P, F> QueryFragment<DB> for DoUpdate<T, G, C, P, F>
where
    DB: Backend,
    G: ConflictTarget<T>,
    C: QueryFragment<DB>,
    P: QueryFragment<DB>,
    F: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        push_target::<G, T, DB>(&mut out)?;
        out.push_sql(" DO UPDATE SET ");
        self.changes.walk_ast(out.reborrow())?;
        out.push_sql(" WHERE ");
        self.predicate.walk_ast(out.reborrow())?;
        self.condition.walk_ast(out)
    }
}

impl<DB: Backend> QueryFragment<DB> for NoCondition {
    fn walk_ast<'b>(&'b self, _: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        Ok(())
    }
}

impl<DB: Backend, F, E> QueryFragment<DB> for AndAlso<F, E>
where
    F: QueryFragment<DB>,
    Fence<E>: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.before.walk_ast(out.reborrow())?;
        out.push_sql(" AND ");
        self.condition.walk_ast(out)
    }
}
