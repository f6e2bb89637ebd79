//! How much a scope may do, as a type.

use std::fmt;
use std::marker::PhantomData;

use crate::identity::PermissionSet;
use crate::sealed::SealedAccess;

/// How much a scope may do. Sealed: [`ReadWrite`], [`ReadOnly`], and [`With`] a permission.
pub trait Access: SealedAccess + fmt::Debug + Send + Sync + 'static {
    #[doc(hidden)]
    const WRITES: bool;
}

/// The access levels that may write.
#[diagnostic::on_unimplemented(
    message = "this scope may only read",
    label = "a write needs a scope with `ReadWrite` access",
    note = "make the `Repo` and the `Session` from the `TenantScope` itself, not from its `.read_only()`"
)]
pub trait CanWrite: Access {}

/// Reads and writes. What [`TenantScope::new`](crate::TenantScope::new) gives.
#[derive(Debug, Clone, Copy)]
pub enum ReadWrite {}

/// Reads only. What [`TenantScope::read_only`](crate::TenantScope::read_only) gives.
#[derive(Debug, Clone, Copy)]
pub enum ReadOnly {}

impl SealedAccess for ReadWrite {}
impl SealedAccess for ReadOnly {}

impl Access for ReadWrite {
    const WRITES: bool = true;
}

impl Access for ReadOnly {
    const WRITES: bool = false;
}

impl CanWrite for ReadWrite {}

/// As `A`, by a caller who has the permission `P`. What
/// [`TenantScope::require`](crate::TenantScope::require) gives.
pub struct With<P, A = ReadWrite>(PhantomData<fn() -> (P, A)>);

impl<P, A> fmt::Debug for With<P, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("With")
    }
}

impl<P: PermissionSet, A: Access> SealedAccess for With<P, A> {}

impl<P: PermissionSet, A: Access> Access for With<P, A> {
    const WRITES: bool = A::WRITES;
}

impl<P: PermissionSet, A: CanWrite> CanWrite for With<P, A> {}
