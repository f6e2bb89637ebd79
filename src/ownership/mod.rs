//! Which rows belong to which tenant: the traits that the derives implement, and
//! the predicates they speak of.

mod across;
mod bind;
mod by_text;
mod fixed;
mod inherited;
mod kept;
mod live;
mod parent_key;
mod place;
mod plain;
mod predicate;
mod proof;
mod public;
mod stamp;
mod text_key;
#[cfg(test)]
pub(crate) mod varying;

pub use across::EveryTenant;
#[doc(hidden)]
pub use across::{ReadsAcross, ReadsOf};
#[doc(hidden)]
pub use bind::KeyBind;
pub(crate) use by_text::{ById, KeyText, by_id, owned_by_text};
#[doc(hidden)]
pub(crate) use fixed::Updatables;
#[doc(hidden)]
pub use fixed::{FixedColumns, Invert};
pub use fixed::{MayInsert, MayUpdate};
#[doc(hidden)]
pub use inherited::{LeadsTo, RelatedTo};
pub use kept::{DeletionColumnType, KeepsVersion, TimeColumnType, VersionColumnType, VersionOf};
#[doc(hidden)]
pub use kept::{
    FirstVersion, In, Kept, Nothing, TimeBind, keeps_deletion, keeps_time, keeps_version,
};
#[doc(hidden)]
pub(crate) use kept::{KeptColumns, Slot, SlotSql, TimeSql};
#[doc(hidden)]
pub use live::{IsDeleted, IsLive};
pub use live::{OnlyDeleted, SoftDeletes, Visibility, WithDeleted};
pub use parent_key::Inherits;
#[doc(hidden)]
pub(crate) use parent_key::KeyOf;
#[doc(hidden)]
pub use place::{Aliased, At, Home, Place, Under, is_own_table, is_reserved};
#[doc(hidden)]
pub(crate) use plain::Assignments;
#[doc(hidden)]
pub(crate) use predicate::Predicate;
#[doc(hidden)]
pub use predicate::{Both, Either, Everyone, Is, IsNobodys};
#[doc(hidden)]
pub use proof::is_proof;
pub use proof::{HasProof, ProofColumnType};
#[doc(hidden)]
pub(crate) use public::IdSql;
pub use public::{ByEither, FoundByPublicId, PublicIdColumnType};
#[doc(hidden)]
pub use public::{IdBind, LedTo, is_one_of, is_public, keeps_public_id};
#[doc(hidden)]
pub use stamp::{RowStamp, StampSize, StampUnder, TenantStamp};
pub use text_key::TextIdColumnType;
#[doc(hidden)]
pub use text_key::{Coined, MadeKey, is_text_id_of, keeps_text_id};
#[doc(hidden)]
pub(crate) use text_key::{KeySlot, KeySql};

use diesel::query_source::{Alias, AliasSource, Table};

use crate::__private::Seal;
use crate::clock::Birth;
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
/// | `tenant = owner_id, nullable` | belong to the tenant in a column that may be NULL; a row without a tenant is nobody's, and no scope sees it |
/// | `tenant = tenant_id, global_rows` | the same, but a row without a tenant is everybody's: every scope reads it, none writes it |
/// | `parent(Thread, on = thread_id)` | belong to whom their parent belongs, to any depth: the column `thread_id` leads to the key of the model `Thread`, which is one column, and references it in the database; the model `Thread` is `pub`, as its table is (else rustc says E0446, "private type in public interface") |
/// | `global` | belong to nobody: every scope reads them, none writes them |
/// | `proof = secret_digest` | prove a credential by the digest in this column, so that [`prove`](crate::prove) finds them before a tenant is known; with `tenant = ..` only |
/// | `text_id = "proc"` | have a primary key that the library makes: a [`TextId`](crate::TextId), `proc_` and 128 random bits, in a column of type `Text`. The key is that column, or it and the tenant column |
/// | `type_id = "proc"` | the same, but a TypeID, which is ordered by time and tells it |
/// | `application_key` | have a primary key that the application makes, not the database: only for keys that nobody can guess. Keys of type `Uuid` and `String`, and keys of several columns, are the application's anyway; the latter hold the tenant column (or that of the parent), or they need this word |
/// | `key = CustomerId` | are told apart by this type; by default `i64` for `BigInt`, `i32` for `Integer`, `String` for `Text`, `Uuid` for [`Id128`](crate::sql_types::Id128) |
///
/// What the library keeps in a row is beside that, and goes with every kind:
///
/// | `#[scoped(..)]` | the column | its type |
/// |---|---|---|
/// | `created = created_at` | has the time of the insert | `Timestamp`, on SQLite also `TimestamptzSqlite`; or `Nullable` |
/// | `touch = updated_at` | has the time of the insert, and of each update | the same |
/// | `soft_delete = deleted_at` | has the time of the delete, and NULL before: `delete` marks the row and leaves it | the same, and always `Nullable` |
/// | `version = version` | counts the row's versions: 1, and one more with each update, mark and restore | `Integer` or `BigInt` |
/// | `public_id = public_id` | has the row's public id, a UUIDv7 that is made with the insert: see [`PublicId`](crate::PublicId) | [`Id128`](crate::sql_types::Id128), or `Nullable` of it |
///
/// `public_prefix = "item"` beside the last makes the text of the public id a TypeID,
/// `item_01h455vb4pex5vsknk084sn02q`. `public_id(parent)`, on a model whose primary key is the
/// column of `parent(.., on = ..)`, lets its rows be found by their parent's public id.
///
/// These columns are the library's. A new row or a changeset that names one does not compile.
/// The time is that of the [`Database`](crate::Database)'s [`Clock`](crate::Clock) when the
/// statement runs, in UTC and in whole microseconds; the rows of one batch have one time.
///
/// A deleted row is hidden: from queries, joins, and the targets of updates and deletes.
/// [`Repo::with_deleted`](crate::Repo::with_deleted) and
/// [`Repo::only_deleted`](crate::Repo::only_deleted) show the deleted rows that the scope reads,
/// [`Repo::restore`](crate::Repo::restore) brings them back, and
/// [`Repo::purge`](crate::Repo::purge) deletes for good. Two things to know:
///
/// - Whose a row is, and whether it is hidden, are two things. The children of a deleted
///   parent are still the tenant's, and are shown until they are deleted themselves.
/// - A deleted row still has its name in a unique key. Where the name is to be free again, let
///   the index leave deleted rows out:
///   `CREATE UNIQUE INDEX .. ON notes (tenant_id, name) WHERE deleted_at IS NULL`. Such an index
///   is not a target that an upsert can name.
///
/// Where the model names a version, an update by key says which version it changes, by
/// [`if_version`](crate::UpdateOf::if_version), or that it does not care, by
/// [`any_version`](crate::UpdateOf::any_version). (An update by query, and the update of an
/// upsert, write over whatever version is there, and count.)
///
/// ```
/// # mod bin { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bin/mod.rs")); }
/// # use bin::*;
/// # let bin = Bin::new();
/// # let db = &bin.db;
/// # use tenancy::prelude::*;
/// use diesel::prelude::*;
/// use tenancy::Error;
///
/// # let scope = bin.anna();
/// # let mut session = db.session(&scope)?;
/// let plans = Repo::<Plan>::new(&scope);
/// let plan: Plan = plans.query().first(&mut session)?;
/// let rename = |name| plans.update(plan.id).if_version(plan.version).set(plans::name.eq(name));
/// rename("Trek").execute(&mut session)?;
/// let lost = rename("Walk").execute(&mut session);
/// assert!(matches!(lost, Err(Error::StaleVersion)));
/// # Ok::<(), tenancy::Error>(())
/// ```
///
/// Besides, `#[diesel(table_name = ..)]`, `#[diesel(primary_key(..))]` and
/// `#[diesel(column_name = ..)]` are read as diesel reads them. The primary key is the one of
/// `table!`.
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
    /// The table's name in SQL; of a table in a schema, that of its module.
    #[doc(hidden)]
    const NAME: &'static str;
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
    /// The name of the column that leads to the parent; empty if the rows have none.
    #[doc(hidden)]
    const PARENT: &'static str;
    /// The names of the columns that only the library writes, beside the tenant's.
    #[doc(hidden)]
    const KEPT: &'static [&'static str];
    /// What it keeps in them.
    #[doc(hidden)]
    type Kept: KeptColumns;
    /// The column that tells rows of one tenant apart, or a tuple of them.
    #[doc(hidden)]
    type IdColumn;
    /// The rows that are not deleted; everyone's, if none ever is.
    #[doc(hidden)]
    type Live<P: Place>: Predicate;
    #[doc(hidden)]
    fn live<P: Place>(seal: Seal) -> Self::Live<P>;
    /// What the model says of the table, as data.
    #[doc(hidden)]
    fn declared(seal: Seal) -> crate::catalog::Declared;
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
    type ReadPredicate<P: Place>: Predicate;
    /// A select over the rows that the key can read.
    #[doc(hidden)]
    type Visible;
    #[doc(hidden)]
    fn read_predicate<P: Place>(key: &K, seal: Seal) -> Self::ReadPredicate<P>;
    #[doc(hidden)]
    fn visible(key: &K, seal: Seal) -> Self::Visible;
}

/// A table whose rows a key of type `K` can change.
#[diagnostic::on_unimplemented(
    message = "a tenant may not write to `{Self}`",
    label = "not writable with this scope",
    note = "rows of a global table belong to nobody: every tenant reads them, and migrations fill them",
    note = "rows of the library's own tables are written by the functions of `tenancy::directory::Directory`, and audit events by operators' acts"
)]
pub trait WritableBy<K>: ReadableBy<K> {
    /// Whether the key reads rows that it may not change.
    #[doc(hidden)]
    const READS_MORE: bool;
    #[doc(hidden)]
    type WritePredicate<P: Place>: Predicate;
    /// What a row that renders itself is stamped with.
    #[doc(hidden)]
    type RowStamp: StampSize + Clone;
    /// What a tuple of diesel's is stamped with: the tenant's key, and what the library
    /// keeps in the row.
    #[doc(hidden)]
    type Stamp;
    #[doc(hidden)]
    fn write_predicate<P: Place>(key: &K, seal: Seal) -> Self::WritePredicate<P>;
    #[doc(hidden)]
    fn row_stamp(key: &K, seal: Seal) -> Self::RowStamp;
    #[doc(hidden)]
    fn stamp(key: &K, birth: Birth<'_>, seal: Seal) -> Self::Stamp;
}

/// What a join can bring into a query: a table of a scoped model, or an alias of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be joined in a scope whose key is `{K}`",
    label = "nobody said which of these rows belong to the scope's tenant",
    note = "a table, or an `alias!` of it, is joined only if its model derives `Scoped`, with `#[scoped(tenant = ..)]`, `#[scoped(parent(..))]` or `#[scoped(global)]`",
    note = "the scope's key must be of the type that the model's tenant column has, or that its `key = ..` names"
)]
pub trait JoinSource<K> {
    #[doc(hidden)]
    type Joined: Predicate;
    /// Which rows the join may show.
    #[doc(hidden)]
    fn joined(key: &K, seal: Seal) -> Self::Joined;
}

/// Which rows of `T`, standing in `P`, a query with the key `K` shows by default.
#[doc(hidden)]
pub type Shown<T, K, P> = Both<<T as ReadableBy<K>>::ReadPredicate<P>, <T as ScopedTable>::Live<P>>;

#[doc(hidden)]
pub fn shown<T: ReadableBy<K>, K, P: Place>(key: &K, seal: Seal) -> Shown<T, K, P> {
    Both::new(T::read_predicate::<P>(key, seal), T::live::<P>(seal))
}

impl<S, K> JoinSource<K> for Alias<S>
where
    S: AliasSource<Target: ReadableBy<K>> + 'static,
{
    type Joined = Shown<S::Target, K, Aliased<S>>;

    fn joined(key: &K, seal: Seal) -> Self::Joined {
        const {
            assert!(
                !is_reserved(S::NAME),
                "names that begin with `tenancy_` are the library's own: give the alias another name"
            );
        };
        shown::<S::Target, K, Aliased<S>>(key, seal)
    }
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

/// The SQL type of a tenant column that may be NULL, without the NULL.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the tenant column is `{Self}`, which is never NULL",
    label = "each row has an owner",
    note = "`nullable` and `global_rows` are for a tenant column of type `Nullable<..>`: take the word away"
)]
pub trait OwnerOrNobody {
    type Owner;
}

impl<ST: diesel::sql_types::SqlType> OwnerOrNobody for diesel::sql_types::Nullable<ST> {
    type Owner = ST;
}
