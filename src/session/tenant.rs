//! Telling the connection whose session it is, and remembering that it was told.
//!
//! What is remembered saves a round trip, and guards nothing: a statement has the tenant's
//! key in its own text.

use std::mem;
use std::thread;

use diesel::r2d2::{ConnectionManager, PooledConnection};

use super::connection::ScopedConnection;
use super::scoped_session::Session;
use super::transaction::depth;
use super::transport::Transport;
use crate::error::Result;
use crate::key::TenantTag;
use crate::scope::Access;

pub(super) type Pooled<C> = PooledConnection<ConnectionManager<C>>;

/// On a connection in the pool: the tenant that it was told last.
struct Told(TenantTag);

/// Whether the connection has this tenant, or another one, or may have any.
pub(super) fn has<C: ScopedConnection>(conn: &Pooled<C>, tenant: &TenantTag) -> Option<bool> {
    let told = PooledConnection::extensions(conn).get::<Told>();
    told.map(|Told(told)| told == tenant)
}

/// Whether the connection has this tenant. From now on nobody else's word counts.
pub(super) fn take_over<C: ScopedConnection>(conn: &mut Pooled<C>, tenant: &TenantTag) -> bool {
    C::CARRIES_TENANT
        && PooledConnection::extensions_mut(conn)
            .remove::<Told>()
            .is_some_and(|Told(told)| told == *tenant)
}

/// Makes the connection one of nobody, for SQL that belongs to no tenant.
pub(super) fn take_from_all<C: ScopedConnection>(
    conn: &mut Pooled<C>,
    transport: Transport,
) -> Result<()> {
    if C::CARRIES_TENANT && transport == Transport::Direct {
        PooledConnection::extensions_mut(conn).remove::<Told>();
        conn.carry_nobody()?;
    }
    Ok(())
}

impl<C: ScopedConnection, A: Access> Session<C, A> {
    /// Runs what needs the database to know the tenant.
    #[inline]
    pub(super) fn as_tenant<R>(&mut self, work: impl FnOnce(&mut Self) -> Result<R>) -> Result<R> {
        if !C::CARRIES_TENANT {
            return work(self);
        }
        if self.wants_transaction() {
            return self.transaction(work);
        }
        self.tell_tenant()?;
        // Until it has gone well, nothing is certain.
        let told = mem::take(&mut self.told);
        let done = work(self)?;
        self.told = told;
        Ok(done)
    }

    /// Whether a statement needs a transaction of its own, to have the tenant in it.
    pub(super) fn wants_transaction(&mut self) -> bool {
        C::CARRIES_TENANT
            && self.settings.transport.is_of_transactions()
            && depth(&mut *self.conn) == 0
    }

    /// Tells the connection its tenant, if it does not know and no transaction does it.
    pub(super) fn tell_tenant(&mut self) -> Result<()> {
        let tells = C::CARRIES_TENANT && self.settings.transport == Transport::Direct;
        if tells && !self.told && depth(&mut *self.conn) == 0 {
            self.conn.carry(self.tenant.as_key())?;
            self.told = true;
        }
        Ok(())
    }

    /// Leaves a note on the connection for the next session.
    pub(super) fn leave_told(&mut self) {
        if C::CARRIES_TENANT && self.told && !thread::panicking() {
            PooledConnection::extensions_mut(&mut self.conn).insert(Told(self.tenant.clone()));
        }
    }
}
