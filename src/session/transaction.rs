//! Transactions and savepoints, in one scope from begin to end.

use std::mem;
use std::num::NonZeroU32;
use std::sync::{Arc, Weak};

use diesel::connection::TransactionManager;

use super::connection::ScopedConnection;
use super::scoped_session::Session;
use super::transport::{Tells, Transport};
use crate::error::{Error, Result};
use crate::scope::Access;

impl<C: ScopedConnection, A: Access> Session<C, A> {
    /// Runs `work` in a transaction: it is committed if `work` gives `Ok`, and rolled
    /// back if it gives `Err` or panics. Within a transaction it is a savepoint.
    ///
    /// On SQLite the transaction of a scope that may write begins `IMMEDIATE`, that of
    /// a read-only one `DEFERRED`.
    ///
    /// ```
    /// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
    /// # use gear::*;
    /// # let gear = Gear::new();
    /// # let (db, keys) = (&gear.db, Keys);
    /// # use tenancy::prelude::*;
    /// use diesel::prelude::*;
    ///
    /// # let scope = TenantScope::new(&db.authenticate(&keys, "anna's key")?)?;
    /// # let mut session = db.session(&scope)?;
    /// let items = Repo::<Item>::new(&scope);
    /// let result: tenancy::Result<()> = session.transaction(|session| {
    ///     items.delete(items.query()).execute(session)?;
    ///     items.delete(RowId::<Item>::from_raw(99)).execute(session)?; // there is none
    ///     Ok(())
    /// });
    /// assert!(matches!(result, Err(tenancy::Error::NotFound)));
    /// let left: i64 = items.query().count().get_result(&mut session)?;
    /// assert_eq!(left, 3);
    /// # Ok::<(), tenancy::Error>(())
    /// ```
    ///
    /// The closure says what its error is: `session.transaction::<_, tenancy::Error, _>(..)`,
    /// or a type on the variable that takes the result.
    ///
    /// # Errors
    ///
    /// The error of `work`, or an [`Error`] if the transaction cannot begin or be
    /// committed: [`Error::Locked`] if the database stayed locked.
    pub fn transaction<T, E, F>(&mut self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Self) -> Result<T, E>,
        E: From<Error>,
    {
        // Until it is committed, nothing is certain.
        let told = mem::take(&mut self.told);
        let is_inner = depth(&mut *self.conn) > 0;
        if is_inner {
            self.can_go_on()?;
        }
        self.failed &= is_inner;
        let carries =
            C::CARRIES_TENANT && self.settings.transport == Transport::Direct && !is_inner;
        let tells = match self.settings.transport {
            _ if is_inner => Tells::Nobody,
            Transport::Direct if carries && !told => Tells::ForLonger(self.tenant.as_key()),
            Transport::Direct | Transport::Nothing => Tells::Nobody,
            transport => transport.tells(self.tenant.as_key()),
        };
        self.conn.begin(A::WRITES, tells).map_err(Error::from)?;
        let held = (!is_inner).then(|| Arc::new(()));
        if let Some(held) = &held {
            self.open = Arc::downgrade(held);
        }
        let open = OpenTransaction {
            depth: depth(&mut *self.conn),
            of: self.open.clone(),
            _held: held,
            session: self,
        };
        let value = work(open.session)?;
        open.commit()?;
        self.told = told || carries;
        Ok(value)
    }
}

impl<C: ScopedConnection, A: Access> Session<C, A> {
    /// Within a transaction that the database has taken back, or on a connection that is broken,
    /// nothing more is sent: the next statement could be outside of it.
    pub(super) fn can_go_on(&mut self) -> Result<()> {
        if self.open.strong_count() == 0 && depth(&mut *self.conn) > 0 {
            // Who began it has ended with another session in its hands.
            return Err(Error::Transaction {
                reason: "it was left open: its session was exchanged for another".into(),
            });
        }
        if !self.failed {
            return Ok(());
        }
        let status = C::TransactionManager::transaction_manager_status_mut(&mut *self.conn);
        match status.transaction_depth() {
            Ok(None) => Ok(()),
            Ok(Some(_)) => Err(Error::Transaction {
                reason: "a statement in it has failed, so that nothing of it stays".into(),
            }),
            // A statement would stand by itself.
            Err(_) => Err(Error::ConnectionLost),
        }
    }
}

/// Rolls back when it is dropped, by an error or a panic, before it was committed.
struct OpenTransaction<'a, C: ScopedConnection, A: Access> {
    session: &'a mut Session<C, A>,
    depth: u32,
    /// The session's, unless it was exchanged for another in between.
    of: Weak<()>,
    /// Held by the outermost one.
    _held: Option<Arc<()>>,
}

impl<C: ScopedConnection, A: Access> OpenTransaction<'_, C, A> {
    fn is_its_own(&self) -> bool {
        self.of.ptr_eq(&self.session.open)
    }

    fn commit(self) -> Result<()> {
        if !self.is_its_own() {
            return Err(Error::Transaction {
                reason: "its session was exchanged for another, so that nothing of it stays".into(),
            });
        }
        // Some databases would answer a COMMIT with a rollback, and call it done.
        self.session.can_go_on()?;
        Ok(C::TransactionManager::commit_transaction(
            &mut *self.session.conn,
        )?)
    }
}

impl<C: ScopedConnection, A: Access> Drop for OpenTransaction<'_, C, A> {
    fn drop(&mut self) {
        if !self.is_its_own() {
            return;
        }
        let conn = &mut *self.session.conn;
        // A commit has ended it, and a failed one may have rolled it back already.
        if depth(conn) < self.depth {
            return;
        }
        let rolled_back = C::TransactionManager::rollback_transaction(conn);
        if self.depth > 1 && self.session.failed && !C::SAVEPOINTS_HEAL {
            // The savepoint is gone, and all around it: the outermost transaction ends it.
            return;
        }
        // A connection that cannot roll back is broken, and the pool drops it.
        if let Err(error) = rolled_back {
            let error = Error::from(error);
            tracing::warn!(%error, "a transaction could not be rolled back");
            C::TransactionManager::transaction_manager_status_mut(conn).set_in_error();
            self.session.failed = true;
            return;
        }
        self.session.failed = false;
    }
}

/// How many transactions are open within one another; a broken connection has none.
pub(super) fn depth<C: ScopedConnection>(conn: &mut C) -> u32 {
    C::TransactionManager::transaction_manager_status_mut(conn)
        .transaction_depth()
        .ok()
        .flatten()
        .map_or(0, NonZeroU32::get)
}
