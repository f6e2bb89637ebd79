//! What an operator can do. Each act is one transaction between two audit events.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::across::AcrossTenants;
use super::audit::{Audits, Chain, Entry, Kind};
use super::report::{TenantOutcome, TenantReport};
use super::scope::OperatorScope;
use crate::error::{Error, Result};
use crate::key::{TenantKey, TenantTag};
use crate::scope::{Access, ReadOnly, ReadWrite, Scope, TenantScope};
use crate::session::{Database, Session};

impl<C: Audits> Database<C> {
    /// Acts for one tenant: `work` gets a scope of the tenant and a session, as the tenant itself
    /// would have them, and creates, reads and changes rows.
    ///
    /// It is one transaction: committed if `work` gives `Ok`, and rolled back if it gives `Err`
    /// or panics. Its [audit events](crate::audit) stay in any case.
    ///
    /// The scope and the session are good for this act only. A scope that was kept opens no session
    /// ([`Error::ScopeMismatch`]), and gives no permission any more ([`Error::Expired`]). It still names
    /// the tenant, so that a statement which was made with it runs on a session that the tenant itself
    /// has opened, and on no other's. A session that was swapped out of the closure runs nothing more,
    /// and keeps nothing.
    ///
    /// What the closure does by another session than the one that it is lent is no part of the act:
    /// it is neither taken back with it nor written down.
    ///
    /// No act begins within another one.
    ///
    /// # Errors
    ///
    /// The error of `work`, and, before it runs, [`Error::ScopeMismatch`] if another `Database`
    /// proved the operator, [`Error::Expired`] if its time is over, [`Error::Forbidden`] if it may
    /// only read, [`Error::InvalidKey`] for a key that is nobody's, [`Error::Configuration`] on
    /// PostgreSQL without an [`operator_url`](crate::DatabaseBuilder::operator_url),
    /// [`Error::NestedAct`] within another act on the same thread, [`Error::Locked`] if another act
    /// for the tenant goes on for longer than this one waits: on PostgreSQL the
    /// [`connection_timeout`](crate::DatabaseBuilder::connection_timeout), for each lock of the act,
    /// unless `lock_timeout` is set already; on SQLite the
    /// [`busy_timeout`](crate::DatabaseBuilder::busy_timeout); on MariaDB its own
    /// `innodb_lock_wait_timeout`. And [`Error::AuditUnavailable`] if the event cannot be written.
    /// Behind `work`, that error means that the last event cannot be, and that nothing was changed
    /// by the session of the act.
    pub fn act_for<K, T, E, F>(
        &self,
        operator: &OperatorScope<K>,
        tenant: K,
        work: F,
    ) -> Result<T, E>
    where
        K: TenantKey,
        F: FnOnce(&TenantScope<K>, &mut Session<C>) -> Result<T, E>,
        E: From<Error>,
    {
        self.act_as::<K, ReadWrite, T, E>(operator, Kind::Act, &tenant, work)
    }

    /// Reads the rows of one tenant. As [`act_for`](Self::act_for), but the scope and the session
    /// take reads only.
    ///
    /// # Errors
    ///
    /// As [`act_for`](Self::act_for).
    pub fn read_for<K, T, E, F>(
        &self,
        operator: &OperatorScope<K>,
        tenant: K,
        work: F,
    ) -> Result<T, E>
    where
        K: TenantKey,
        F: FnOnce(&TenantScope<K, ReadOnly>, &mut Session<C, ReadOnly>) -> Result<T, E>,
        E: From<Error>,
    {
        self.act_as::<K, ReadOnly, T, E>(operator, Kind::Read, &tenant, work)
    }

    /// Reads across all tenants: a [`Repo`](crate::Repo) of the scope has the rows of all of
    /// them, and those of none. Joins, groups by the tenant column, pages and the rest are as
    /// ever; a write does not compile.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")]
    /// # fn main() -> tenancy::Result<()> {
    /// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
    /// # use gear::*;
    /// # let gear = Gear::new();
    /// # let db = &gear.db;
    /// # use tenancy::prelude::*;
    /// # use tenancy::{AuthError, Authenticator, Claims, OperatorScope, Reason, audit};
    /// # struct Staff;
    /// # impl Authenticator<diesel::SqliteConnection> for Staff {
    /// #     type Credential<'a> = &'a str;
    /// #     type Key = i64;
    /// #     fn authenticate(&self, _: &mut diesel::SqliteConnection, _: &str) -> Result<Claims<i64>, AuthError> {
    /// #         Ok(Claims::new(2).subject("olga").operator())
    /// #     }
    /// # }
    /// use diesel::dsl::count_star;
    /// use diesel::prelude::*;
    ///
    /// # db.migrate(audit::MIGRATIONS)?;
    /// # let olga = db.authenticate(&Staff, "olga's key")?;
    /// let operator = OperatorScope::new(&olga, Reason::new("the monthly report")?)?;
    /// let items: Vec<(i64, i64)> = db.read_across(&operator, |scope, session| {
    ///     Repo::<Item>::new(scope)
    ///         .query()
    ///         .group_by(items::tenant_id)
    ///         .select((items::tenant_id, count_star()))
    ///         .order(items::tenant_id)
    ///         .load(session)
    /// })?;
    /// assert_eq!(items.len(), 2); // Anna and Ben
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "sqlite"))]
    /// # fn main() {}
    /// ```
    ///
    /// # Errors
    ///
    /// As [`act_for`](Self::act_for).
    pub fn read_across<K, T, E, F>(&self, operator: &OperatorScope<K>, work: F) -> Result<T, E>
    where
        K: TenantKey,
        F: FnOnce(&AcrossTenants<K>, &mut Session<C, ReadOnly>) -> Result<T, E>,
        E: From<Error>,
    {
        self.check_operator(operator)?;
        let scope = AcrossTenants::<K>::new(operator.expires_at);
        let tag = TenantTag::new(scope.key());
        let entry = Entry::new(self, operator, Kind::ReadAcross, Chain::across());
        self.act(tag, entry, |session| work(&scope, session))
    }

    /// Does something for each of these tenants, each in a transaction of its own between audit
    /// events of its own. One that fails or panics does not stop the others, and the report tells
    /// what came of each.
    ///
    /// A tenant that is named twice gets two turns. The operator's time may end in between: then
    /// the rest fails.
    ///
    /// # Errors
    ///
    /// Those of [`act_for`](Self::act_for), in the report.
    pub fn for_each_tenant<K, T, E, F>(
        &self,
        operator: &OperatorScope<K>,
        tenants: impl IntoIterator<Item = K>,
        mut work: F,
    ) -> TenantReport<K, T, E>
    where
        K: TenantKey,
        F: FnMut(&TenantScope<K>, &mut Session<C>) -> Result<T, E>,
        E: From<Error>,
    {
        let turns = tenants.into_iter().map(|tenant| {
            let turn = catch_unwind(AssertUnwindSafe(|| {
                self.act_as::<K, ReadWrite, T, E>(operator, Kind::ForEach, &tenant, &mut work)
            }));
            let outcome = match turn {
                Ok(Ok(value)) => TenantOutcome::Done(value),
                Ok(Err(error)) => TenantOutcome::Failed(error),
                Err(panic) => TenantOutcome::Panicked(message(panic)),
            };
            (tenant, outcome)
        });
        TenantReport::new(turns.collect())
    }

    fn act_as<K, A, T, E>(
        &self,
        operator: &OperatorScope<K>,
        kind: Kind,
        tenant: &K,
        work: impl FnOnce(&TenantScope<K, A>, &mut Session<C, A>) -> Result<T, E>,
    ) -> Result<T, E>
    where
        K: TenantKey,
        A: Access,
        E: From<Error>,
    {
        self.check_operator(operator)?;
        if A::WRITES && !operator.may_write {
            return Err(E::from(Error::Forbidden));
        }
        let going_on = Arc::new(());
        let scope = TenantScope::lent(tenant, &operator.caller, operator.expires_at, &going_on)?;
        let chain = Chain::of(tenant);
        let entry = Entry::new(self, operator, kind, chain);
        let tag = TenantTag::new(tenant);
        self.act(tag, entry, |session| work(&scope, session))
    }

    pub(super) fn check_operator<K: TenantKey>(&self, operator: &OperatorScope<K>) -> Result<()> {
        self.check_proof(&operator.proven_by, operator.expires_at)
    }
}

/// What a panic says, if it is a text.
fn message(panic: Box<dyn Any + Send>) -> Option<String> {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    let text = text.map(str::to_owned);
    // What was thrown may itself panic when it is dropped, and so may what that throws.
    if let Err(another) = catch_unwind(AssertUnwindSafe(|| drop(panic))) {
        std::mem::forget(another);
    }
    text
}
