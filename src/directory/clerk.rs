//! Who writes the rows of the directory: the library, and no scope.

use crate::error::Error;
use crate::key::{KeyRef, TenantKey};
use crate::ownership::{Predicate, ReadsOf, Scoped};
use crate::repo::Repo;
use crate::scope::{ReadWrite, Scope as _, TenantScope};
use crate::session::{ScopedConnection, Session};
use diesel::expression::Expression;
use diesel::sql_types::Bool;

/// A tenant's key in the hands of the directory. It reads what the tenant reads, and the rows of
/// the directory are [`WritableBy`](crate::WritableBy) it alone.
///
/// Only the library makes one, for the time of one of its functions, and no scope has it.
#[doc(hidden)]
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[allow(
    missing_copy_implementations,
    reason = "it is not passed on by accident"
)]
pub struct Clerk(i64);

impl Clerk {
    /// The tenant's key.
    #[must_use]
    pub fn tenant(&self) -> &i64 {
        &self.0
    }

    /// The rows of a model of the directory, to write.
    pub(super) fn repo<T: Scoped>(&self) -> Repo<T, ReadWrite, Self> {
        Repo::of_key(self)
    }
}

impl crate::__private::SealedKey for Clerk {}

impl TenantKey for Clerk {
    fn as_key(&self) -> KeyRef<'_> {
        self.0.as_key()
    }

    fn duplicate(&self) -> Self {
        Self(self.0)
    }

    fn key_kind() -> &'static str {
        "tenancy::directory::Clerk"
    }

    /// The tenant's: what is written down of it is written of the tenant.
    fn lasting_kind() -> &'static str {
        i64::lasting_kind()
    }

    /// No text makes one.
    fn parse_key(_: &str) -> Option<Self> {
        None
    }
}

impl ReadsOf<i64> for Clerk {
    type Sees<P: Predicate + Expression<SqlType = Bool>> = P;

    fn sees<P: Predicate + Expression<SqlType = Bool>>(&self, own: impl FnOnce(&i64) -> P) -> P {
        own(&self.0)
    }
}

/// Runs a function of the directory's on a session of the scope's, which is the clerk's for as long.
pub(super) fn by_clerk<C: ScopedConnection, T, E: From<Error>>(
    session: &mut Session<C>,
    scope: &TenantScope<i64>,
    work: impl FnOnce(&mut Session<C>, &Clerk) -> Result<T, E>,
) -> Result<T, E> {
    let clerk = Clerk(*scope.key());
    session.exchanged(scope.key(), &clerk, |session| work(session, &clerk))
}
