//! Which rows belong to which tenant: the traits that the derives implement, and
//! the predicates they speak of.

mod bind;
mod fixed;
mod plain;
mod predicate;

#[doc(hidden)]
pub use bind::KeyBind;
#[doc(hidden)]
pub use fixed::{FixedColumns, Invert};
pub use fixed::{MayInsert, MayUpdate};
#[doc(hidden)]
pub(crate) use plain::Assignments;
#[doc(hidden)]
pub(crate) use predicate::Predicate;
#[doc(hidden)]
pub use predicate::{Both, Everyone, Is};

use diesel::query_source::Table;

use crate::__private::Seal;
use crate::key::TenantKey;

/// A model: a struct that stands for a row of a table of which the library knows
/// who owns which row.
///
/// `#[derive(Scoped)]` implements it, and nothing else does. One struct per table
/// derives it; further structs for the same table derive diesel's `Selectable`
/// only, and are loaded through the same [`Repo`](crate::Repo).
///
/// # Attributes
///
/// | `#[scoped(..)]` | the rows |
/// |---|---|
/// | `tenant = tenant_id` | belong to the tenant in the column `tenant_id` |
/// | `tenant = id` | are the tenants: each sees its own |
/// | `global` | belong to nobody: every scope reads them, none writes them |
/// | `application_key` | have a primary key that the application makes, not the database: only for keys that nobody can guess. Keys of type `Uuid` and `String`, and keys of several columns, are the application's anyway |
/// | `key = CustomerId` | are told apart by this type; by default `i64` for `BigInt`, `i32` for `Integer`, `String` for `Text`, `Uuid` for [`Id128`](crate::sql_types::Id128) |
///
/// Besides, `#[diesel(table_name = ..)]`, `#[diesel(primary_key(..))]` and
/// `#[diesel(column_name = ..)]` are read as diesel reads them.
///
/// ```
/// use diesel::prelude::*;
/// use tenancy::prelude::*;
///
/// diesel::table! {
///     notes (id) {
///         id -> BigInt,
///         tenant_id -> BigInt,
///         body -> Text,
///     }
/// }
///
/// #[derive(Queryable, Selectable, Scoped)]
/// #[diesel(table_name = notes)]
/// #[scoped(tenant = tenant_id)]
/// struct Note {
///     id: RowId<Note>,
///     body: String,
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a scoped model",
    label = "the library does not know who owns its rows",
    note = "write `#[derive(Scoped)]` and `#[scoped(tenant = tenant_id)]` (or `#[scoped(global)]`) on `{Self}`"
)]
pub trait Scoped: crate::__private::SealedModel {
    /// The model's table.
    type Table: ScopedTable;
    /// What tells its rows apart within one tenant: the type of the primary key's
    /// field, without the tenant column.
    type Id;
    /// The key type that its [`Repo`](crate::Repo) has unless it says another.
    type Key: TenantKey;

    #[doc(hidden)]
    type IdPredicate;
    #[doc(hidden)]
    fn id_predicate(id: Self::Id, seal: Seal) -> Self::IdPredicate;
}

/// A table that a [`Scoped`] model stands for.
#[diagnostic::on_unimplemented(
    message = "the table `{Self}` is not scoped to a tenant",
    label = "the library does not know who owns its rows",
    note = "derive `Scoped` on the model of this table"
)]
pub trait ScopedTable: Table + crate::__private::SealedTable {
    /// The name of the tenant column; empty if there is none.
    #[doc(hidden)]
    const TENANT: &'static str;
    /// The names of the columns of the primary key.
    #[doc(hidden)]
    const PRIMARY_KEY: &'static [&'static str];
    /// Those of them that only the database may make. An application that could choose a
    /// key that is unique across tenants would learn which ones other tenants have.
    #[doc(hidden)]
    const MADE_BY_THE_DATABASE: &'static [&'static str];
}

/// A table whose rows a key of type `K` can read.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read in a scope whose key is `{K}`",
    label = "nobody said which of these rows belong to the scope's tenant",
    note = "a table is read and joined only if its model derives `Scoped`, with `#[scoped(tenant = ..)]` or `#[scoped(global)]`",
    note = "the scope's key must be of the type that the model's tenant column has, or that its `key = ..` names"
)]
pub trait ReadableBy<K>: ScopedTable {
    #[doc(hidden)]
    type ReadPredicate: Predicate;
    /// A select over the rows that the key can read.
    #[doc(hidden)]
    type Visible;
    #[doc(hidden)]
    fn read_predicate(key: &K, seal: Seal) -> Self::ReadPredicate;
    #[doc(hidden)]
    fn visible(key: &K, seal: Seal) -> Self::Visible;
}

/// A table whose rows a key of type `K` can change.
#[diagnostic::on_unimplemented(
    message = "a tenant may not write to `{Self}`",
    label = "not writable with this scope",
    note = "rows of a global table belong to nobody: every tenant reads them, and migrations fill them"
)]
pub trait WritableBy<K>: ReadableBy<K> {
    #[doc(hidden)]
    type WritePredicate;
    #[doc(hidden)]
    type StampValue;
    #[doc(hidden)]
    type Stamp;
    #[doc(hidden)]
    fn write_predicate(key: &K, seal: Seal) -> Self::WritePredicate;
    #[doc(hidden)]
    fn stamp_value(key: &K, seal: Seal) -> Self::StampValue;
    #[doc(hidden)]
    fn stamp(key: &K, seal: Seal) -> Self::Stamp;
}

/// The SQL types that a tenant column may have, and the key type of each.
#[diagnostic::on_unimplemented(
    message = "a tenant column cannot have the SQL type `{Self}`",
    label = "not the type of a tenant column",
    note = "it is one of `BigInt`, `Integer`, `Text` and `tenancy::sql_types::Id128`, and never `Nullable`: a row without an owner would be everybody's or nobody's"
)]
pub trait TenantColumnType {
    /// The key type, unless the model names another with `key = ..`.
    type Key: TenantKey;
}

impl TenantColumnType for diesel::sql_types::BigInt {
    type Key = i64;
}

impl TenantColumnType for diesel::sql_types::Integer {
    type Key = i32;
}

impl TenantColumnType for diesel::sql_types::Text {
    type Key = String;
}

impl TenantColumnType for crate::sql_types::Id128 {
    type Key = uuid::Uuid;
}
