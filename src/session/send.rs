//! Sending a statement: what is checked before, told meanwhile, and looked at behind.

use diesel::connection::TransactionManager;
use diesel::query_builder::{QueryBuilder, QueryFragment, QueryId};
use diesel::result::Error::DatabaseError;
use diesel::result::QueryResult;
use tracing::level_filters::LevelFilter;

use super::connection::ScopedConnection;
use super::operated::Operated;
use super::scoped_session::Session;
use crate::error::{Error, Result};
use crate::key::TenantTag;
use crate::query::{Fetch, Statement, may_nest, rendering};
use crate::scope::Access;

/// What became of a statement, with the meaning that it has for its kind.
#[inline]
pub(super) fn explained<S: Statement, R: Default>(sent: Result<R>) -> Result<R> {
    match sent {
        Err(error) if S::is_nothing(&error) => Ok(R::default()),
        Err(error) => Err(S::explain(error)),
        written => written,
    }
}

/// What must hold before anything is sent, and the span in which it is.
#[inline]
pub(super) fn enter<S: Statement, C: ScopedConnection, A: Access>(
    statement: &S,
    session: &Session<C, A>,
) -> Result<tracing::Span> {
    session.check_tenant(statement.key())?;
    statement.check()?;
    Ok(session.statement_span(S::VERB))
}

/// Tells the SQL, with placeholders and never a value, to who listens.
#[inline]
fn tell<C: ScopedConnection>(query: &impl QueryFragment<C::Backend>) -> Result<()> {
    let listens = LevelFilter::current() >= LevelFilter::DEBUG;
    if listens && tracing::enabled!(target: "tenancy::sql", tracing::Level::DEBUG) {
        tracing::debug!(target: "tenancy::sql", sql = sql_of::<C>(query)?);
    }
    Ok(())
}

fn sql_of<C: ScopedConnection>(query: &impl QueryFragment<C::Backend>) -> Result<String> {
    let mut text = <C::Backend as diesel::backend::Backend>::QueryBuilder::default();
    query.to_sql(&mut text, &C::Backend::default())?;
    Ok(text.finish())
}

/// Gives a statement to diesel, in the name of the session's tenant.
///
/// One that may be refused is walked through before: diesel, and any instrumentation of the
/// application's, sees what is not refused only.
#[inline]
pub(super) fn run<'conn, C, Q, R>(
    tenant: &TenantTag,
    operated: Option<&Operated>,
    conn: &'conn mut C,
    query: Q,
    work: impl FnOnce(Q, &'conn mut C) -> QueryResult<R>,
) -> Result<R>
where
    C: ScopedConnection,
    Q: QueryFragment<C::Backend> + QueryId,
{
    let tell_and_work = |query: Q| {
        tell::<C>(&query)?;
        if let Some(operated) = operated {
            operated.record(&sql_of::<C>(&query)?);
        }
        Ok(work(query, conn)?)
    };
    if !const { may_nest::<Q>() } {
        return tell_and_work(query);
    }
    rendering(tenant, || {
        // Walks through all parts as rendering does, and builds no text.
        query.is_noop(&C::Backend::default())?;
        tell_and_work(query)
    })
}

/// Sends a statement, in the name of the session's tenant.
#[inline]
pub(super) fn send<C, A, Q, R>(
    session: &mut Session<C, A>,
    query: Q,
    work: impl FnOnce(Q, &mut C) -> QueryResult<R>,
) -> Result<R>
where
    C: ScopedConnection,
    A: Access,
    Q: QueryFragment<C::Backend> + QueryId,
{
    send_and(session, query, work, Ok)
}

/// The same, and looks at what comes back: if a transaction was made for the statement, it is
/// still open then, and an error takes the statement back.
#[inline]
fn send_and<C, A, Q, R, O>(
    session: &mut Session<C, A>,
    query: Q,
    work: impl FnOnce(Q, &mut C) -> QueryResult<R>,
    look: impl FnOnce(R) -> Result<O>,
) -> Result<O>
where
    C: ScopedConnection,
    A: Access,
    Q: QueryFragment<C::Backend> + QueryId,
{
    session.as_tenant(|session| {
        session.can_go_on()?;
        let failed = &mut session.failed;
        let operated = session.operated.as_deref();
        let conn = &mut *session.conn;
        let done = run(&session.tenant, operated, conn, query, |query, conn| {
            work(query, &mut *conn).inspect_err(|error| look_at::<C>(error, conn, failed))
        });
        look(done?)
    })
}

/// The same, of a statement that gives rows.
#[inline]
pub(super) fn load_and<S, C, A, Q, R, O>(
    session: &mut Session<C, A>,
    query: Q,
    load: impl FnOnce(Q, &mut C) -> QueryResult<R>,
    look: impl FnOnce(R) -> Result<O>,
) -> Result<O>
where
    S: Statement,
    C: ScopedConnection,
    A: Access,
    Q: QueryFragment<C::Backend> + QueryId,
{
    let mut known = session.take_known::<S>();
    let learn_and_load = |query: Q, conn: &mut C| {
        let Some(known) = &mut known else {
            return load(query, conn);
        };
        let learnt = known.learn(&query, conn);
        let loaded = learnt.and_then(|()| load(query, conn));
        loaded.inspect_err(|_| known.forget(conn))
    };
    let loaded = send_and(session, query, learn_and_load, look);
    session.keep_known(known);
    loaded
}

/// What a failed statement has done to the transaction and to the connection.
#[cold]
fn look_at<C: ScopedConnection>(error: &diesel::result::Error, conn: &mut C, failed: &mut bool) {
    *failed |= ends_transaction::<C>(error);
    if has_closed::<C>(error) {
        *failed = true;
        C::TransactionManager::transaction_manager_status_mut(conn).set_in_error();
    }
}

pub(super) fn ends_transaction<C: ScopedConnection>(error: &diesel::result::Error) -> bool {
    matches!(error, DatabaseError(kind, info) if C::ends_transaction(kind, info.as_ref()))
}

pub(super) fn has_closed<C: ScopedConnection>(error: &diesel::result::Error) -> bool {
    matches!(error, DatabaseError(_, info) if C::has_closed(info.as_ref()))
}

pub(super) fn in_scope<U>(loaded: impl Fetch<U>) -> Result<U> {
    match loaded.fetch() {
        Some(row) => Ok(row),
        // Not `ok_or`, which makes the error for each row and drops it.
        None => Err(Error::OutOfScope),
    }
}
