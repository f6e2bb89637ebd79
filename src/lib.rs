//! Tenant isolation for diesel, checked by the compiler.

#![forbid(unsafe_code)]
#![warn(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used
)]

extern crate self as tenancy;

mod clock;
mod error;
mod id;
mod identity;
mod key;
mod ownership;
mod query;
mod repo;
mod scope;
mod sealed;
mod session;
pub mod sql_types;

#[doc(hidden)]
pub mod __private;

pub use clock::{Clock, FixedClock, SystemClock};
pub use error::{Error, OptionalExtension, Result};
pub use id::{IdSource, RowId, SequentialIds, UuidV7};
pub use identity::{AuthError, Authenticator, Claims, Identity};
pub use key::TenantKey;
pub use ownership::{
    MayInsert, MayUpdate, ReadableBy, Scoped, ScopedTable, TenantColumnType, WritableBy,
};
pub use query::{
    Batch, InScope, InsertRows, IntoChanges, ScopedDelete, ScopedExists, ScopedInsert, ScopedQuery,
    ScopedUpdate, Statement, Target, UpdateOf,
};
pub use repo::{Repo, RowKey};
pub use scope::{Access, CanWrite, ReadOnly, ReadWrite, Scope, TenantScope};
pub use session::{Database, DatabaseBuilder, Permits, RunScopedDsl, ScopedConnection, Session};
pub use tenancy_derive::{Scoped, ScopedChangeset, ScopedInsertable, TenantKey};

pub mod prelude {
    //! What most files need: `use tenancy::prelude::*;`, beside diesel's prelude.
    pub use crate::{
        Database, OptionalExtension as _, ReadOnly, ReadWrite, Repo, RowId, RunScopedDsl as _,
        Scoped, ScopedChangeset, ScopedInsertable, Session, TenantKey, TenantScope,
    };
}
