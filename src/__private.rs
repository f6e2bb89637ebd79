//! What the derives need to reach. Not for anyone else: code that names this module
//! takes the guarantees of the crate into its own hands.

pub use diesel;
pub use diesel::internal::derives::as_expression::Bound;
use diesel::internal::table_macro::{Identifier, InfixNode};

pub use crate::catalog::{
    Declared, KeyColumn, KeyKind, KeyType, Named, Owner, Proof, ProofType, Reference, WithoutOwner,
    Writers,
};
pub use crate::clock::{Birth, Moment, Now};
pub use crate::directory::Clerk;
pub use crate::id::Coin;
pub use crate::key::{BindsAs, KeyRef, OneTenant};
pub use crate::numbers::series::{
    Declaration, NO_SERIES, Series, declare_gap_free, declare_gap_tolerant,
};
pub use crate::ownership::{
    Aliased, At, Both, Coined, Either, Everyone, FirstVersion, FixedColumns, Home, IdBind, In,
    Invert, Is, IsDeleted, IsLive, IsNobodys, Kept, KeyBind, LeadsTo, LedTo, MadeKey, Nothing,
    OwnerOrNobody, Place, ReadsAcross, ReadsOf, RelatedTo, RowStamp, Shown, StampSize, StampUnder,
    TenantStamp, TimeBind, Under, is_one_of, is_own_table, is_proof, is_public, is_reserved,
    is_text_id_of, keeps_deletion, keeps_public_id, keeps_text_id, keeps_time, keeps_version,
    shown,
};
pub use crate::query::derived::{
    AsChanges, AsRow, ChangesSql, DerivedChanges, DerivedRow, InList, NewRow, RowShape, RowSql,
    RowsChunk, StampedRow, derived_changes, derived_insert, derived_many, derived_one,
};

/// What the hidden methods of the public traits take. Nobody outside of this crate can
/// make one, and an implementation cannot be written without naming this module.
#[derive(Debug, Clone, Copy)]
pub struct Seal(());

impl Seal {
    pub(crate) const fn new() -> Self {
        Self(())
    }
}

/// Seals [`TenantKey`](crate::TenantKey).
#[diagnostic::on_unimplemented(
    message = "`TenantKey` cannot be implemented by hand",
    label = "only the derive knows that the key is bound as it compares",
    note = "write `#[derive(TenantKey)]` on a newtype over `i32`, `i64`, `uuid::Uuid` or `String`"
)]
pub trait SealedKey {}

/// Seals [`Scoped`](crate::Scoped).
#[diagnostic::on_unimplemented(
    message = "`Scoped` cannot be implemented by hand",
    label = "only the derive knows that the predicate is right",
    note = "write `#[derive(Scoped)]` and `#[scoped(tenant = tenant_id)]` on `{Self}`"
)]
pub trait SealedModel {}

/// Seals [`ScopedTable`](crate::ScopedTable).
#[diagnostic::on_unimplemented(
    message = "`ScopedTable` cannot be implemented by hand",
    label = "only the derive knows that the predicate is right",
    note = "derive `Scoped` on the model of this table"
)]
pub trait SealedTable {}

/// Compiles for the columns of a table, and for no others.
pub fn is_column_of<C: diesel::Column<Table = T>, T: diesel::Table>() {}

/// The column that says whose the rows of its table are: that of the tenant, or the one
/// that leads to the parent. Made by `#[derive(Scoped)]`.
pub trait OwnerColumn {}

/// Whether two names are the same, at compile time.
#[must_use]
pub const fn same_name(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut at = 0;
    while at < a.len() {
        if !a[at].eq_ignore_ascii_case(&b[at]) {
            return false;
        }
        at += 1;
    }
    true
}

/// The stamp of a tuple for a table whose rows belong through their parent: there is none.
#[derive(Debug, Clone, Copy)]
pub struct NeedsItsParent;

/// The tables whose primary key `table!` says to be `K`.
#[diagnostic::on_unimplemented(
    message = "the model and `table!` say different primary keys",
    label = "not the primary key of the table",
    note = "`#[diesel(primary_key(..))]` names the columns of `table!`'s key, in the same order; without it, the key is `id`"
)]
pub trait HasPrimaryKey<K> {}

#[diagnostic::do_not_recommend]
impl<T: diesel::Table<PrimaryKey = K>, K> HasPrimaryKey<K> for T {}

/// Compiles for a table and its primary key.
pub fn has_primary_key<T: HasPrimaryKey<K>, K>() {}

/// Compiles for a column that can lead to a parent's key.
pub fn leads_to<O, I>()
where
    O: diesel::Column,
    I: diesel::Column,
    diesel::dsl::SqlTypeOf<O>: LeadsTo<diesel::dsl::SqlTypeOf<I>>,
{
}

/// The name of a table in SQL, at compile time, from what `table!` made of it.
#[derive(Debug, Clone, Copy)]
pub struct TableName<Component>(std::marker::PhantomData<Component>);

impl TableName<Identifier<'static>> {
    #[must_use]
    pub const fn of(component: &'static Identifier<'static>) -> &'static str {
        component.0
    }
}

type InSchema = InfixNode<Identifier<'static>, Identifier<'static>, &'static str>;

impl TableName<InSchema> {
    /// Nothing: the parts of a name of two parts are not told.
    #[must_use]
    pub const fn of(_: &'static InSchema) -> &'static str {
        ""
    }
}

/// Fails to compile for a table whose name is the library's own.
#[track_caller]
pub const fn may_be_named(table: &str) {
    assert!(
        !is_reserved(table),
        "names that begin with `tenancy_` are the library's own: give the table another name"
    );
}

/// Fails to compile for a table that is not one of the library's own.
#[track_caller]
pub const fn is_of_the_library(table: &str) {
    assert!(
        is_own_table(table),
        "`written_by` is for the library's own tables: the rows of yours are written by their tenants"
    );
}

/// Fails to compile for a parent whose primary key is not one column.
#[track_caller]
pub const fn may_be_parent(primary_key: &[&str]) {
    assert!(
        primary_key.len() == 1,
        "the parent's primary key has several columns, and one of them does not tell whose row it \
         is: give this table a tenant column of its own"
    );
}

/// Fails to compile for a series of numbers that there cannot be.
#[track_caller]
#[must_use]
pub const fn declared_series(declared: Declaration<'static>) -> Series<'static> {
    let (series, problem) = match declared {
        Ok(series) => (series, ""),
        Err(problem) => (NO_SERIES, problem),
    };
    assert!(problem.is_empty(), "{}", problem);
    series
}

/// The first of two names, unless it is empty.
#[must_use]
pub const fn first_said(name: &'static str, otherwise: &'static str) -> &'static str {
    if name.is_empty() { otherwise } else { name }
}

/// Whether a name is among others, at compile time.
#[must_use]
pub const fn is_among(name: &str, names: &[&str]) -> bool {
    let mut at = 0;
    while at < names.len() {
        if same_name(name, names[at]) {
            return true;
        }
        at += 1;
    }
    false
}
