//! What a tenant is called, and whether anybody comes in.

use super::clerk::by_clerk;
use super::store::DirectoryConnection;
use super::{Directory, Manage};
use crate::clock::whole_micros;
use crate::error::Result;
use crate::operator::OperatorScope;
use crate::operator::audit::Audits;
use crate::scope::{TenantScope, With};

impl<C: DirectoryConnection> Directory<C> {
    /// Gives the scope's tenant another name.
    ///
    /// # Errors
    ///
    /// [`Error::Forbidden`](crate::Error::Forbidden) if the caller may no longer manage the tenant,
    /// or is not a user of the directory; and those of a session.
    pub fn rename_tenant(&self, scope: &TenantScope<i64, With<Manage>>, name: &str) -> Result<()> {
        self.managed(scope, |session, clerk, _| {
            C::rename_tenant(session, clerk, name)
        })
    }

    /// Shuts the scope's own tenant: nobody comes in from now on, until an operator
    /// [opens it again](Self::reopen_tenant_for). Scopes that are open go on as
    /// [`lasting`](Self::lasting) says, and change nothing here.
    ///
    /// # Errors
    ///
    /// As [`rename_tenant`](Self::rename_tenant).
    pub fn shut_tenant(&self, scope: &TenantScope<i64, With<Manage>>) -> Result<()> {
        let since = Some(whole_micros(self.db.now()));
        self.managed(scope, |session, clerk, _| {
            C::shut_tenant(session, clerk, since)
        })
    }

    /// Shuts a tenant: an operator's act.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`](crate::Error::NotFound) if there is none, and those of
    /// [`Database::act_for`](crate::Database::act_for).
    pub fn shut_tenant_for(&self, operator: &OperatorScope<i64>, tenant: i64) -> Result<()>
    where
        C: Audits,
    {
        let since = Some(whole_micros(self.db.now()));
        self.db.act_for(operator, tenant, |scope, session| {
            by_clerk(session, scope, |session, clerk| {
                C::shut_tenant(session, clerk, since)
            })
        })
    }

    /// Opens a tenant again that was shut: an operator's act, and nobody else's.
    ///
    /// # Errors
    ///
    /// As [`shut_tenant_for`](Self::shut_tenant_for).
    pub fn reopen_tenant_for(&self, operator: &OperatorScope<i64>, tenant: i64) -> Result<()>
    where
        C: Audits,
    {
        self.db.act_for(operator, tenant, |scope, session| {
            by_clerk(session, scope, |session, clerk| {
                C::shut_tenant(session, clerk, None)
            })
        })
    }
}
