//! One connection, bound to one scope.

use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, Weak};

use diesel::connection::TransactionManager;
use diesel::r2d2::{ConnectionManager, PooledConnection};
use tracing::Span;
use tracing::level_filters::LevelFilter;

use super::builder::Settings;
use super::connection::ScopedConnection;
use super::operated::Operated;
use super::tenant;
use super::transaction::depth;
use crate::clock::{Clock, Moment};
use crate::error::{Error, Result};
use crate::id::IdSource;
use crate::key::{TenantKey, TenantTag};
use crate::scope::{Access, ReadWrite};

/// A connection out of the pool, bound to one scope until it is dropped.
///
/// It is the only thing that runs statements, and it runs those of its own tenant:
/// another's is [`Error::ScopeMismatch`] before anything is sent. The connection
/// itself cannot be had from it.
///
/// `A` is the access of the scope: with [`ReadOnly`](crate::ReadOnly) the session
/// takes reads only.
///
/// ```
/// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
/// # use gear::*;
/// # let gear = Gear::new();
/// # let (db, keys) = (&gear.db, Keys);
/// use tenancy::prelude::*;
///
/// let scope = TenantScope::new(&db.authenticate(&keys, "anna's key")?)?;
/// let mut session = db.session(&scope)?;
/// let all: Vec<Item> = Repo::<Item>::new(&scope).query().load(&mut session)?;
/// assert_eq!(all.len(), 3);
/// # Ok::<(), tenancy::Error>(())
/// ```
pub struct Session<C: ScopedConnection, A: Access = ReadWrite> {
    pub(super) conn: PooledConnection<ConnectionManager<C>>,
    /// How many iterators over rows were lent out and have not come back.
    pub(super) lent: u32,
    pub(super) tenant: TenantTag,
    pub(super) settings: Arc<Settings>,
    /// Whether the connection outside of transactions has the tenant, for certain.
    pub(super) told: bool,
    /// Whether the database has refused a statement of the open transaction.
    pub(super) failed: bool,
    /// The open transaction, as long as the call that began it runs.
    pub(super) open: Weak<()>,
    /// Whether the connection was found closed while its rows were on loan.
    pub(super) lost: bool,
    /// Whether SQL of the application's own has run on the connection.
    pub(super) spoilt: bool,
    /// Of an operator's session: what it did, and whether it still may.
    pub(super) operated: Option<Arc<Operated>>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    span: Span,
    access: PhantomData<A>,
}

impl<C: ScopedConnection, A: Access> Session<C, A> {
    pub(super) fn new(
        mut conn: PooledConnection<ConnectionManager<C>>,
        tenant: TenantTag,
        settings: Arc<Settings>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
    ) -> Self {
        let told = tenant::take_over(&mut conn, &tenant);
        let span = tracing::debug_span!("tenancy.session", %tenant, writes = A::WRITES);
        Self {
            conn,
            lent: 0,
            tenant,
            settings,
            told,
            failed: false,
            open: Weak::new(),
            lost: false,
            spoilt: false,
            operated: None,
            clock,
            ids,
            span,
            access: PhantomData,
        }
    }

    #[inline]
    pub(super) fn check_tenant<K: TenantKey>(&self, key: &K) -> Result<()> {
        if !self.tenant.is(key) {
            return Err(Error::ScopeMismatch);
        }
        match &self.operated {
            Some(operated) if operated.has_ended() => Err(Error::Expired),
            _ => Ok(()),
        }
    }

    /// The present moment, by the database's clock and ids, for who asks for them.
    pub(super) fn moment(&self) -> Moment<'_> {
        Moment::new(&*self.clock, &*self.ids)
    }

    /// The span of a statement. Most of the time nobody listens, and that is asked first.
    #[inline]
    pub(super) fn statement_span(&self, verb: &'static str) -> Span {
        if LevelFilter::current() < LevelFilter::DEBUG {
            return Span::none();
        }
        self.told_span(verb)
    }

    #[cold]
    fn told_span(&self, verb: &'static str) -> Span {
        tracing::debug_span!(parent: &self.span, "tenancy.statement", tenant = %self.tenant, verb)
    }
}

/// Who forgets an iterator leaves its statement open on the connection, which then sees
/// the database as it was, for good. SQL of one's own leaves what nobody here can list. Such a
/// connection must not go back to the pool.
impl<C: ScopedConnection, A: Access> Drop for Session<C, A> {
    fn drop(&mut self) {
        // An operator's transaction ends with its act, or never.
        let unrecorded = self.operated.is_some() && depth(&mut *self.conn) > 0;
        if self.lent > 0 || self.lost || self.spoilt || unrecorded {
            C::TransactionManager::transaction_manager_status_mut(&mut *self.conn).set_in_error();
        }
        self.leave_told();
    }
}

impl<C: ScopedConnection, A: Access> fmt::Debug for Session<C, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("tenant", &format_args!("{}", self.tenant))
            .field("writes", &A::WRITES)
            .finish_non_exhaustive()
    }
}
