//! Scopes of tenants that a credential has just proven to the library itself: one that comes to
//! be, and one that somebody was asked into.

use std::sync::Arc;

use super::connection::ScopedConnection;
use super::database::Database;
use super::scoped_session::Session;
use crate::error::{Error, Result};
use crate::key::TenantTag;
use crate::scope::TenantScope;

/// The tenant of a transaction whose own is not there yet. No scope has this key.
const NOT_YET: i64 = 0;

impl<C: ScopedConnection> Database<C> {
    /// The scope of a tenant that the directory has proven.
    pub(crate) fn scope_of(&self, tenant: i64) -> TenantScope<i64> {
        TenantScope::of_the_directory(tenant, self.mark().clone())
    }

    /// A transaction in which a tenant comes to be, and which is then this tenant's.
    pub(crate) fn found<T, E: From<Error>>(
        &self,
        found: impl FnOnce(&mut C) -> Result<i64, E>,
        work: impl FnOnce(&TenantScope<i64>, &mut Session<C>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut session = self.session(&self.scope_of(NOT_YET)).map_err(E::from)?;
        let done = session.transaction(|session| {
            let tenant = found(&mut *session.conn)?;
            session.tenant = TenantTag::new(&tenant);
            // Whoever keeps this scope opens nothing with it.
            let going_on = Arc::new(());
            let lent = TenantScope::lent(&tenant, &Arc::default(), None, &going_on)?;
            work(&lent, session)
        });
        // What the connection was told outside of the transaction is not this tenant.
        session.told = false;
        done
    }
}

impl<C: ScopedConnection> Session<C> {
    /// The connection, for a statement of the library's own about the session's tenant.
    pub(crate) fn behind(&mut self) -> &mut C {
        &mut self.conn
    }
}
