//! Tenant isolation for diesel, checked by the compiler.
//!
//! A service keeps many customers' rows in one database, and one forgotten
//! `WHERE tenant_id = ..` shows one customer another's data. With this crate that
//! statement does not compile. The way of a request is always the same:
//!
//! 1. [`Database::authenticate`] turns a credential into an [`Identity`], by an
//!    [`Authenticator`] of the application.
//! 2. [`TenantScope::new`] makes the token from the identity. Nothing else makes one.
//! 3. [`Database::session`] gives a connection bound to the scope.
//! 4. [`Repo::new`] gives the rows of one model in the scope, and from it come queries,
//!    inserts, updates and deletes, with diesel's names and shapes.
//!
//! ```
//! # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
//! # use gear::*;
//! # let gear = Gear::new();
//! # let (db, keys) = (&gear.db, Keys);
//! use diesel::prelude::*;
//! use tenancy::prelude::*;
//!
//! let identity = db.authenticate(&keys, "anna's key")?;
//! let scope = TenantScope::new(&identity)?;
//! let mut session = db.session(&scope)?;
//!
//! let items = Repo::<Item>::new(&scope);
//! let light: Vec<Item> = items
//!     .query()
//!     .filter(items::name.like("T%").or(items::name.eq("Stove")))
//!     .order(items::name.asc())
//!     .load(&mut session)?;
//! assert_eq!(light.len(), 2); // Anna's; Ben has a tent and a stove, too
//! # Ok::<(), tenancy::Error>(())
//! ```
//!
//! # What is promised
//!
//! A statement on a [`Session`] reads and writes rows of the session's tenant, and reads
//! rows of global tables; it touches no other row. Another tenant's row is
//! [`Error::NotFound`], like a row that does not exist.
//!
//! The promise ends at the *trusted edge*: authenticators, migrations, connections of
//! your own, hand-written implementations of diesel's traits, and macros that take SQL
//! text. The README and `SECURITY.md` say how to list it.
//!
//! # Models
//!
//! See the trait [`Scoped`] and its derive for what a model says, [`TenantKey`] for
//! the types of keys, and the derives [`ScopedInsertable`] and [`ScopedChangeset`] for new
//! rows and changes.
//!
//! # Cargo features
//!
//! | feature | what it adds | default |
//! |---|---|---|
//! | `sqlite` | sessions on `diesel::SqliteConnection`, with SQLite bundled | yes |
//! | `postgres` | sessions on `diesel::PgConnection`, row security from a [`Catalog`]; needs libpq | no |
//! | `mysql` | sessions on `diesel::MysqlConnection`, for MySQL and MariaDB; needs their client library | no |
//! | `jwt` | bearer tokens of an OpenID provider, and delegated tokens | no |
//! | `test-identities` | identities without a credential, for tests; with debug assertions only, so that no release build has them | no |
//! | `serde` | `Serialize` and `Deserialize` for [`Cursor`], as its text; `Serialize` for a [`Number`](numbers::Number), as its text, and for an [`Inspection`] | no |
//!
//! # Tracing
//!
//! A session and each statement have a span (`tenancy.session`, `tenancy.statement`) that
//! names the tenant. Under the target `tenancy::sql`, at the level `DEBUG`, an event tells
//! the SQL of each statement, with placeholders and no bound value. (What a raw condition
//! of `filter_dynamic` holds as a literal is part of its SQL.) Migrations, authenticators
//! and the begin and end of transactions are not told.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]
#![cfg_attr(
    not(any(feature = "sqlite", feature = "postgres", feature = "mysql")),
    allow(
        dead_code,
        unused_imports,
        unused_macros,
        reason = "without a backend nothing runs what the directory asks"
    )
)]
#![warn(
    missing_copy_implementations,
    missing_debug_implementations,
    missing_docs,
    unreachable_pub,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used
)]

extern crate self as tenancy;

mod catalog;
mod clock;
pub mod directory;
mod error;
mod id;
mod identity;
mod key;
mod migration;
pub mod numbers;
mod operator;
mod ownership;
mod prove;
mod query;
mod repo;
mod repo_view;
mod scope;
mod sealed;
mod session;
pub mod sql_types;
pub mod transition;

#[doc(hidden)]
pub mod __private;

pub use catalog::{
    Catalog, Check, Finding, Inspection, Inspects, Name, Phases, Placement, Protection, Protects,
    Severity, Step,
};
pub use clock::{Clock, FixedClock, SystemClock};
pub use error::{Error, OptionalExtension, Result};
pub use id::{
    HasPublicId, HasTextId, IdOrPublicId, IdSource, IntegerIds, InvalidId, PublicId, RowId,
    SequentialIds, TextId, UuidV7,
};
#[doc(hidden)]
pub use identity::PermissionSet;
#[cfg(feature = "jwt")]
pub use identity::jwt;
#[cfg(all(feature = "test-identities", debug_assertions))]
pub use identity::test_identities;
pub use identity::{
    AuthError, Authenticator, Claims, Identity, Permission, Secret, VerifiedLogin, VerifiesLogin,
};
pub use key::TenantKey;
pub use operator::{
    AcrossTenants, MovedRows, MovesRows, OperatorScope, Reason, TenantOutcome, TenantReport, audit,
};
pub use ownership::{
    ByEither, DeletionColumnType, EveryTenant, FoundByPublicId, HasProof, Inherits, JoinSource,
    KeepsVersion, MayInsert, MayUpdate, OnlyDeleted, ProofColumnType, PublicIdColumnType,
    ReadableBy, Scoped, ScopedTable, SoftDeletes, TenantColumnType, TextIdColumnType,
    TimeColumnType, VersionColumnType, VersionOf, Visibility, WithDeleted, WritableBy,
};
pub use prove::{ProofDialect, ProofValue, prove};
pub use query::dsl;
pub use query::{
    Batch, Combinable, ComparableTo, ConflictTarget, Cursor, IfVersion, InScope, InsertOrNothing,
    InsertRows, IntoChanges, KeyPage, KeysetQuery, ListDsl, ListItem, OnConflict, OneTable, Page,
    Proposed, ScopedCombination, ScopedDelete, ScopedExists, ScopedInsert, ScopedPage, ScopedQuery,
    ScopedUpdate, ScopedUpsert, Selection, SingleValue, Statement, Subquery,
    SubqueryExpressionMethods, Target, UnderParent, UpdateOf, UpsertChanges, UpsertOf, Within,
    Without, proposed,
};
pub use repo::{Repo, RowKey};
pub use repo_view::RepoView;
pub use scope::{
    Access, CacheId, CanWrite, ReadOnly, ReadWrite, Scope, TenantScope, TenantSet, With,
};
pub use session::{
    Database, DatabaseBuilder, Permits, RunBatchDsl, RunKeysetDsl, RunMaybeDsl, RunPageDsl,
    RunScopedDsl, RunVersionDsl, ScopedConnection, Session, Transport,
};
pub use tenancy_derive::{Scoped, ScopedChangeset, ScopedInsertable, TenantKey};

pub mod prelude {
    //! What most files need: `use tenancy::prelude::*;`, beside diesel's prelude.
    //!
    //! Functions of expressions that diesel has as well (`distinct`), and the bounds of a
    //! window, stay in [`tenancy::dsl`](crate::dsl); diesel's own, such as `count_star` and
    //! `sum`, are in `diesel::dsl`.
    pub use crate::dsl::{filtered, over, window};
    pub use crate::{
        Cursor, Database, KeyPage, ListDsl as _, OptionalExtension as _, Page, PublicId, ReadOnly,
        ReadWrite, Repo, RowId, RunBatchDsl as _, RunKeysetDsl as _, RunMaybeDsl as _,
        RunPageDsl as _, RunScopedDsl as _, RunVersionDsl as _, Scoped, ScopedChangeset,
        ScopedInsertable, Session, SubqueryExpressionMethods as _, TenantKey, TenantScope, TextId,
        proposed,
    };
}
