//! What a caller is allowed beyond reading and writing, by name and by type.

use std::collections::BTreeSet;
use std::fmt;

/// A permission, as a type: a handler that asks for a scope [`With`](crate::With) it cannot be
/// called without.
///
/// Its name is what an authenticator claims, by [`Claims::permission`](crate::Claims::permission):
/// a scope of an API key, a right of a member's role.
///
/// ```
/// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
/// # use gear::*;
/// # let gear = Gear::new();
/// # let (db, keys) = (&gear.db, Keys);
/// use tenancy::prelude::*;
/// use tenancy::{Error, Permission, With};
///
/// #[derive(Debug)]
/// enum ExportItems {}
///
/// impl Permission for ExportItems {
///     const NAME: &'static str = "items:export";
/// }
///
/// fn export(scope: &TenantScope<i64, With<ExportItems>>) {
///     // ..
/// }
///
/// let scope = TenantScope::new(&db.authenticate(&keys, "anna's key")?)?;
/// // `export(&scope)` does not compile, and this key was not given the permission.
/// assert!(matches!(scope.require::<ExportItems>(), Err(Error::Forbidden)));
/// # Ok::<(), Error>(())
/// ```
///
/// A tuple of permissions is one permission: each of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a permission",
    label = "not a permission",
    note = "implement `tenancy::Permission` on a type of yours: `const NAME: &'static str = \"items:export\";`"
)]
pub trait Permission: fmt::Debug + Send + Sync + 'static {
    /// The name by which an authenticator claims it.
    const NAME: &'static str;
}

/// One permission, or each one of a tuple.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a permission",
    label = "not a permission, nor a tuple of up to four",
    note = "implement `tenancy::Permission` on a type of yours: `const NAME: &'static str = \"items:export\";`"
)]
pub trait PermissionSet: fmt::Debug + Send + Sync + 'static {
    #[doc(hidden)]
    const NAMES: &'static [&'static str];
}

#[diagnostic::do_not_recommend]
impl<P: Permission> PermissionSet for P {
    const NAMES: &'static [&'static str] = &[P::NAME];
}

macro_rules! tuples {
    ($($($p:ident),+;)+) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($p: Permission),+> PermissionSet for ($($p,)+) {
            const NAMES: &'static [&'static str] = &[$($p::NAME),+];
        }
    )+};
}

tuples! {
    A, B;
    A, B, C;
    A, B, C, D;
}

/// Which permissions a caller has: none, unless somebody said so.
#[derive(Debug, Clone, Default)]
pub(crate) struct Permissions {
    all: bool,
    named: BTreeSet<String>,
}

impl Permissions {
    pub(super) fn add(&mut self, name: String) {
        self.named.insert(name);
    }

    pub(super) fn add_all(&mut self) {
        self.all = true;
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.all || self.named.contains(name)
    }

    pub(crate) fn has_all(&self) -> bool {
        self.all
    }

    pub(crate) fn has_each(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.has(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_given_nothing_has_nothing() {
        assert!(!Permissions::default().has("items:export"));
        assert!(!Permissions::default().has_each(&["items:export"]));
    }

    #[test]
    fn one_of_two_is_not_both() {
        let mut permissions = Permissions::default();
        permissions.add("items:export".to_owned());
        assert!(permissions.has("items:export"));
        assert!(!permissions.has_each(&["items:export", "items:import"]));
        permissions.add_all();
        assert!(permissions.has_each(&["items:export", "items:import"]));
    }
}
