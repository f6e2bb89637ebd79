//! An operator's act: one transaction, which begins and ends with an entry in a journal.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::time::Duration;

use diesel::connection::TransactionManager;

use super::connection::ScopedConnection;
use super::database::Database;
use super::operated::{Operated, Tables};
use super::scoped_session::Session;
use super::transaction::depth;
use super::transport::Tells;
use crate::error::{Error, Result};
use crate::key::TenantTag;
use crate::scope::Access;

/// How an act ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Done,
    Failed,
    Panicked,
}

/// Where acts are written down.
pub(crate) trait Journal<C>: Send + 'static {
    /// Before anything of the act is done.
    fn open(&mut self, conn: &mut C) -> Result<()>;
    /// When it has ended.
    fn close(&mut self, conn: &mut C, outcome: Outcome, tables: &Tables) -> Result<()>;
}

impl<C: ScopedConnection> Database<C> {
    /// Does `work` in one transaction of an operator's, between two entries in the journal: in a
    /// savepoint, so that the entries stay when the work does not.
    ///
    /// Where the transaction is lost, both entries are made anew, in one of their own; where the
    /// session was taken away, as soon as it is gone, and with it the locks that it holds.
    pub(crate) fn act<A, T, E>(
        &self,
        tenant: TenantTag,
        mut journal: impl Journal<C>,
        work: impl FnOnce(&mut Session<C, A>) -> Result<T, E>,
    ) -> Result<T, E>
    where
        A: Access,
        E: From<Error>,
    {
        let _turn = self.acting.begin()?;
        let mut session = self.session_of_operator::<A>(tenant)?;
        // The act's transaction is open as long as this lives.
        let held = Arc::new(());
        session.open = Arc::downgrade(&held);
        let operated = session.begin_act(self.connection_timeout, &mut journal)?;
        let done = catch_unwind(AssertUnwindSafe(|| session.in_savepoint(work)));
        let outcome = match &done {
            Ok(Ok(_)) => Outcome::Done,
            Ok(Err(_)) => Outcome::Failed,
            Err(_) => Outcome::Panicked,
        };
        let tables = operated.end();
        // Nothing stays of what is not here, or cannot end, and it is written down all the same.
        let without = match outcome {
            Outcome::Done => Outcome::Failed,
            other => other,
        };
        let kept = if session.is_of(&operated) {
            let ended = session.end_act(|conn| journal.close(conn, outcome, &tables));
            drop((session, held));
            ended.or_else(|error| {
                self.write_anew(&mut journal, without, &tables)?;
                Err(error)
            })
        } else {
            drop((session, held));
            let db = self.clone();
            operated.behind(move || drop(db.write_anew(&mut journal, without, &tables)));
            Err(taken_away())
        };
        drop(operated);
        match (done, kept) {
            (Ok(Ok(value)), Ok(())) => Ok(value),
            (Ok(Err(error)), Ok(())) => Err(error),
            // The work's own error says more, unless nobody could write it down.
            (Ok(Err(error)), Err(kept)) => match kept {
                Error::AuditUnavailable(_) => Err(E::from(kept)),
                _ => Err(error),
            },
            (Ok(Ok(_)), Err(kept)) => Err(E::from(kept)),
            (Err(panic), _) => resume_unwind(panic),
        }
    }

    /// Looks at something in a transaction of an operator's, which changes nothing.
    pub(crate) fn looking<T>(&self, look: impl FnOnce(&mut C) -> Result<T>) -> Result<T> {
        let _turn = self.acting.begin()?;
        let mut conn = self.checkout_for_operator()?;
        let begun = begin(&mut *conn, self.connection_timeout);
        let looked = begun.and_then(|()| look(&mut conn));
        conn.end_transactions();
        looked
    }

    fn session_of_operator<A: Access>(&self, tenant: TenantTag) -> Result<Session<C, A>> {
        let conn = self.checkout_for_operator()?;
        let (settings, clock) = (Arc::clone(&self.settings), self.clock());
        let mut session = Session::new(conn, tenant, settings, clock, self.ids());
        session.operated = Some(Arc::default());
        Ok(session)
    }

    /// Writes an act down whose transaction is lost.
    fn write_anew(
        &self,
        journal: &mut impl Journal<C>,
        outcome: Outcome,
        tables: &Tables,
    ) -> Result<()> {
        let written = self.checkout_for_operator().and_then(|mut conn| {
            let written = begin(&mut *conn, self.connection_timeout)
                .and_then(|()| journal.open(&mut conn))
                .and_then(|()| journal.close(&mut conn, outcome, tables))
                .and_then(|()| Ok(C::TransactionManager::commit_transaction(&mut *conn)?));
            if written.is_err() {
                conn.end_transactions();
            }
            written
        });
        written.map_err(|error| {
            tracing::error!(%error, "an operator's act could not be written down");
            unavailable(error)
        })
    }
}

impl<C: ScopedConnection, A: Access> Session<C, A> {
    fn begin_act(
        &mut self,
        waits: Duration,
        journal: &mut impl Journal<C>,
    ) -> Result<Arc<Operated>> {
        let operated = self.operated.clone().unwrap_or_default();
        let conn = &mut *self.conn;
        let begun = begin(conn, waits).and_then(|()| journal.open(conn));
        if begun.is_err() {
            conn.end_transactions();
        }
        match begun {
            Ok(()) => Ok(operated),
            // Another act goes on: nothing is wrong with the journal.
            Err(Error::Locked) => Err(Error::Locked),
            Err(error) => Err(unavailable(error)),
        }
    }

    fn is_of(&self, act: &Arc<Operated>) -> bool {
        let operated = self.operated.as_ref();
        operated.is_some_and(|operated| Arc::ptr_eq(operated, act))
    }

    fn in_savepoint<T, E: From<Error>>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        self.transaction(|session| {
            if !A::WRITES {
                session.conn.only_read().map_err(Error::from)?;
            }
            work(session)
        })
    }

    /// Commits what was done, with the last entry of the journal; or takes all of it back.
    fn end_act(&mut self, close: impl FnOnce(&mut C) -> Result<()>) -> Result<()> {
        let ended = self.can_go_on().and_then(|()| self.commit_act(close));
        if ended.is_err() {
            self.conn.end_transactions();
        }
        ended
    }

    fn commit_act(&mut self, close: impl FnOnce(&mut C) -> Result<()>) -> Result<()> {
        let conn = &mut *self.conn;
        if depth(conn) != 1 {
            return Err(Error::ConnectionLost);
        }
        close(conn).map_err(unavailable)?;
        Ok(C::TransactionManager::commit_transaction(conn)?)
    }
}

/// Begins a transaction that waits for another act, and not for ever.
fn begin<C: ScopedConnection>(conn: &mut C, waits: Duration) -> Result<()> {
    conn.begin(true, Tells::Nobody)?;
    Ok(conn.wait_at_most(waits)?)
}

/// The chain's head stays locked until the session is dropped, and with it all that was done.
fn taken_away() -> Error {
    let reason = "an operator's session was taken out of its closure, so that nothing of it stays";
    tracing::error!("{reason}, and it is not written down");
    unavailable(Error::Transaction {
        reason: reason.into(),
    })
}

fn unavailable(error: Error) -> Error {
    match error {
        Error::AuditUnavailable(_) => error,
        error => Error::AuditUnavailable(Box::new(error)),
    }
}
