//! Who reads the rows of tenants: each its own, and an operator those of all.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use diesel::expression::Expression;
use diesel::sql_types::Bool;

use super::predicate::{Everyone, Predicate};
use crate::key::{KeyRef, OneTenant, TenantKey};

/// The keys that read rows whose owners have keys of type `K`: such a key, and that of all
/// tenants.
///
/// What a key sees is a type, so that no statement of a tenant's has the type of an operator's.
#[doc(hidden)]
pub trait ReadsOf<K>: TenantKey {
    type Sees<P: Predicate + Expression<SqlType = Bool>>: Predicate + Expression<SqlType = Bool>;

    fn sees<P: Predicate + Expression<SqlType = Bool>>(
        &self,
        own: impl FnOnce(&K) -> P,
    ) -> Self::Sees<P>;
}

impl<K: OneTenant> ReadsOf<K> for K {
    type Sees<P: Predicate + Expression<SqlType = Bool>> = P;

    fn sees<P: Predicate + Expression<SqlType = Bool>>(&self, own: impl FnOnce(&K) -> P) -> P {
        own(self)
    }
}

impl<K: TenantKey> ReadsOf<K> for EveryTenant<K> {
    type Sees<P: Predicate + Expression<SqlType = Bool>> = Everyone;

    fn sees<P: Predicate + Expression<SqlType = Bool>>(&self, _: impl FnOnce(&K) -> P) -> Everyone {
        Everyone
    }
}

/// The key of all tenants, of those that have keys of type `K`: who reads what no tenant does.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "no tenant reads these rows, and a scope whose key is `{Self}` is a tenant's",
    label = "only operators read them, across the tenants",
    note = "the rows say who is an operator: read them in `db.read_across(&operator, |scope, session| ..)`, whose scope is of all tenants"
)]
pub trait ReadsAcross<K>: ReadsOf<K> {}

impl<K: TenantKey> ReadsAcross<K> for EveryTenant<K> {}

/// The key of no tenant, and of all: what an operator's statements across tenants have for one.
/// They have types of their own by it, so that no tenant's statement is taken for one of them.
///
/// No value of it can be made but by the library, and none makes a
/// [`TenantScope`](crate::TenantScope).
pub struct EveryTenant<K>(PhantomData<fn() -> K>);

impl<K> EveryTenant<K> {
    pub(crate) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<K> Clone for EveryTenant<K> {
    fn clone(&self) -> Self {
        Self::new()
    }
}

impl<K> PartialEq for EveryTenant<K> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<K> Eq for EveryTenant<K> {}

impl<K> Hash for EveryTenant<K> {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

impl<K> fmt::Debug for EveryTenant<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EveryTenant")
    }
}

impl<K: TenantKey> crate::__private::SealedKey for EveryTenant<K> {}

impl<K: TenantKey> TenantKey for EveryTenant<K> {
    fn as_key(&self) -> KeyRef<'_> {
        KeyRef::Everyone
    }

    fn duplicate(&self) -> Self {
        Self::new()
    }

    fn key_kind() -> &'static str {
        "tenancy::EveryTenant"
    }

    /// What is of all tenants is of no kind.
    fn lasting_kind() -> &'static str {
        ""
    }

    /// No text stands for all tenants.
    fn parse_key(_: &str) -> Option<Self> {
        None
    }
}
