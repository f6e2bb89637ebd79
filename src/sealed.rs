//! The traits that no other crate can implement: not even the derives name these.

/// Seals [`Access`](crate::Access).
#[diagnostic::on_unimplemented(
    message = "`Access` cannot be implemented by hand",
    label = "not an access level of the library",
    note = "the access levels are `ReadWrite`, `ReadOnly` and `With<P>`"
)]
pub trait SealedAccess {}

/// Seals [`Scope`](crate::Scope).
#[diagnostic::on_unimplemented(
    message = "`Scope` cannot be implemented by hand",
    label = "not a scope of the library",
    note = "a `TenantScope` comes from an `Identity`, and that from `Database::authenticate`"
)]
pub trait SealedScope {}

/// Seals [`Statement`](crate::Statement).
#[diagnostic::on_unimplemented(
    message = "`Statement` cannot be implemented by hand",
    label = "not a statement of the library",
    note = "statements come from a `Repo`: `Repo::<Model>::new(&scope).query()`"
)]
pub trait SealedStatement {}

/// Seals [`Visibility`](crate::Visibility).
#[diagnostic::on_unimplemented(
    message = "`Visibility` cannot be implemented by hand",
    label = "not a visibility of the library",
    note = "take `repo.with_deleted()` or `repo.only_deleted()`"
)]
pub trait SealedVisibility {}
