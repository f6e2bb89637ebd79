//! Running statements: the methods that diesel users know, on a session.

use std::mem;

use diesel::connection::{DefaultLoadingMode, TransactionManager};
use diesel::query_builder::{QueryBuilder, QueryFragment, QueryId};
use diesel::query_dsl::RunQueryDsl;
use diesel::query_dsl::methods::LoadQuery;
use diesel::result::Error::DatabaseError;
use diesel::result::QueryResult;
use tracing::level_filters::LevelFilter;

use super::connection::ScopedConnection;
use super::scoped_session::Session;
use crate::error::{Error, Result};
use crate::key::{TenantKey, TenantTag};
use crate::ownership::ScopedTable;
use crate::query::{
    Batch, ConflictAction, ConflictTarget, CountRows, DoNothing, Effect, Fetch, InsertOrNothing,
    IntoFirst, ManyInserts, OneInsert, Reads, Rows, ScopedInsert, ScopedUpsert, Statement, Writes,
    may_nest, rendering,
};
use crate::scope::{Access, CanWrite};

/// The access levels that permit a statement.
#[diagnostic::on_unimplemented(
    message = "a session of a read-only scope takes no writes",
    label = "a write needs a session that may write",
    note = "open the session with the `TenantScope` itself, not with its `.read_only()`"
)]
pub trait Permits<What>: Access {}

impl<A: Access> Permits<Reads> for A {}
impl<A: CanWrite> Permits<Writes> for A {}

/// Runs scoped statements, with the names of diesel's `RunQueryDsl`.
///
/// Each method takes a [`Session`] of the same tenant.
///
/// # Errors
///
/// All of them: [`Error::ScopeMismatch`] on a session of another tenant, before
/// anything is sent; [`Error::RefusedSql`] for a dynamic condition that is refused;
/// [`Error::Locked`], [`Error::Database`] and the violations of constraints as the
/// database reports them; [`Error::Deserialization`] if a row does not fit. A write
/// by key that finds no row in the scope is [`Error::NotFound`].
pub trait RunScopedDsl<C: ScopedConnection, A: Access>: Statement + Sized {
    /// Loads all rows. As diesel's [`load`](diesel::RunQueryDsl::load).
    ///
    /// # Errors
    ///
    /// As the trait says.
    fn load<'query, U>(self, session: &mut Session<C, A>) -> Result<Vec<U>>
    where
        A: Permits<Self::Asks>,
        Self: Rows<C::Backend, U>,
        Self::Query: LoadQuery<'query, C, Self::Loaded> + QueryFragment<C::Backend> + QueryId,
    {
        let span = enter(&self, session)?;
        let _entered = span.enter();
        session.find_key_of::<Self>()?;
        let due = self.rows_due();
        let query = self.into_query(session.moment());
        let load = |query: Self::Query, conn: &mut C| query.load::<Self::Loaded>(conn);
        let loaded = load_and::<Self, _, _, _, _, _>(session, query, load, |loaded| {
            if loaded.len() < due {
                return Err(Error::NotFound);
            }
            loaded.into_iter().map(in_scope).collect()
        });
        explained::<Self, _>(loaded)
    }

    /// Loads all rows. The same as [`load`](Self::load).
    ///
    /// # Errors
    ///
    /// As the trait says.
    fn get_results<'query, U>(self, session: &mut Session<C, A>) -> Result<Vec<U>>
    where
        A: Permits<Self::Asks>,
        Self: Rows<C::Backend, U>,
        Self::Query: LoadQuery<'query, C, Self::Loaded> + QueryFragment<C::Backend> + QueryId,
    {
        self.load(session)
    }

    /// Loads one row; [`Error::NotFound`] if there is none. As diesel's
    /// [`get_result`](diesel::RunQueryDsl::get_result).
    ///
    /// # Errors
    ///
    /// As the trait says.
    fn get_result<'query, U>(self, session: &mut Session<C, A>) -> Result<U>
    where
        A: Permits<Self::Asks>,
        Self: Rows<C::Backend, U>,
        Self::Query: LoadQuery<'query, C, Self::Loaded> + QueryFragment<C::Backend> + QueryId,
    {
        let span = enter(&self, session)?;
        let _entered = span.enter();
        session.find_key_of::<Self>()?;
        let query = self.into_query(session.moment());
        let load = |query: Self::Query, conn: &mut C| query.get_result::<Self::Loaded>(conn);
        load_and::<Self, _, _, _, _, _>(session, query, load, in_scope).map_err(Self::explain)
    }

    /// Loads the first row only; [`Error::NotFound`] if there is none. As diesel's
    /// [`first`](diesel::RunQueryDsl::first).
    ///
    /// # Errors
    ///
    /// As the trait says.
    fn first<'query, U>(self, session: &mut Session<C, A>) -> Result<U>
    where
        Self: IntoFirst,
        A: Permits<<Self::First as Statement>::Asks>,
        Self::First: Rows<C::Backend, U>,
        <Self::First as Rows<C::Backend, U>>::Query: LoadQuery<'query, C, <Self::First as Rows<C::Backend, U>>::Loaded>
            + QueryFragment<C::Backend>
            + QueryId,
    {
        self.into_first().get_result(session)
    }

    /// Loads the rows one after the other, while the session is lent to them. As
    /// diesel's [`load_iter`](diesel::RunQueryDsl::load_iter).
    ///
    /// ```
    /// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
    /// # use gear::*;
    /// # let gear = Gear::new();
    /// # let (db, keys) = (&gear.db, Keys);
    /// # use tenancy::prelude::*;
    /// # let scope = TenantScope::new(&db.authenticate(&keys, "anna's key")?)?;
    /// # let mut session = db.session(&scope)?;
    /// let mut seen = 0;
    /// for item in Repo::<Item>::new(&scope).query().load_iter::<Item>(&mut session)? {
    ///     seen += item?.name.len();
    /// }
    /// assert_eq!(seen, "TentStoveLamp".len());
    /// # Ok::<(), tenancy::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As the trait says; each row may be an error too.
    fn load_iter<'conn, 'query: 'conn, U>(
        self,
        session: &'conn mut Session<C, A>,
    ) -> Result<impl Iterator<Item = Result<U>> + use<'conn, 'query, U, C, A, Self>>
    where
        U: 'conn,
        Self: Rows<C::Backend, U> + Statement<Asks = Reads>,
        Self::Loaded: 'conn,
        Self::Query:
            LoadQuery<'query, C, Self::Loaded> + QueryFragment<C::Backend> + QueryId + 'conn,
    {
        let span = enter(&self, session)?;
        let _entered = span.enter();
        let query = self.into_query(session.moment());
        if session.wants_transaction() {
            // Its end cannot wait for the caller.
            let loaded = send(session, query, |query, conn| {
                query.load::<Self::Loaded>(conn)
            })?;
            return Ok(OneByOne::Loaded(loaded.into_iter().map(in_scope)));
        }
        session.can_go_on()?;
        session.tell_tenant()?;
        let told = mem::take(&mut session.told);
        let (failed, lost) = (&mut session.failed, &mut session.lost);
        let rows = run(&session.tenant, &mut *session.conn, query, |query, conn| {
            query
                .load_iter::<Self::Loaded, DefaultLoadingMode>(conn)
                .inspect_err(|error| {
                    *failed |= ends_transaction::<C>(error);
                    *lost |= has_closed::<C>(error);
                })
        })?;
        session.told = told;
        session.lent += 1;
        let rows = rows.map(|row| in_scope(row?));
        Ok(OneByOne::Lent(Lent {
            rows,
            lent: &mut session.lent,
        }))
    }

    /// Runs a write and counts the rows that it wrote. As diesel's
    /// [`execute`](diesel::RunQueryDsl::execute), but a write by key that finds no row
    /// is [`Error::NotFound`].
    ///
    /// # Errors
    ///
    /// As the trait says.
    fn execute(self, session: &mut Session<C, A>) -> Result<usize>
    where
        A: Permits<Writes>,
        Self: Effect,
        Self::Query: QueryFragment<C::Backend> + QueryId,
    {
        let span = enter(&self, session)?;
        let _entered = span.enter();
        session.find_key_of::<Self>()?;
        let due = self.rows_due();
        let query = self.into_effect(session.moment());
        let count = send(session, query, |query, conn| {
            conn.execute_returning_count(&query)
        });
        let count = explained::<Self, _>(count)?;
        if count < due.max(usize::from(Self::ONE_ROW)) {
            return Err(Self::explain(Error::NotFound));
        }
        // Each row that is due is written once. MySQL counts two for one that it updates.
        Ok(if due > 0 { due } else { count })
    }
}

impl<S: Statement, C: ScopedConnection, A: Access> RunScopedDsl<C, A> for S {}

/// Runs inserts of many rows: all of them, or none.
///
/// # Errors
///
/// As [`RunScopedDsl`]. If one row cannot be inserted, none is.
pub trait RunBatchDsl<C: ScopedConnection, A: CanWrite>: Sized {
    #[doc(hidden)]
    type One: Statement<Asks = Writes>;

    #[doc(hidden)]
    fn run<O>(
        self,
        session: &mut Session<C, A>,
        reads: bool,
        each: impl FnMut(Self::One, &mut Session<C, A>) -> Result<O>,
    ) -> Result<Vec<O>>;

    /// Inserts the rows and counts them. As diesel's
    /// [`execute`](diesel::RunQueryDsl::execute).
    ///
    /// # Errors
    ///
    /// As the trait says.
    fn execute(self, session: &mut Session<C, A>) -> Result<usize>
    where
        Self::One: Effect<Query: QueryFragment<C::Backend> + QueryId>,
    {
        let counts = self.run(session, false, RunScopedDsl::execute)?;
        Ok(counts.into_iter().sum())
    }

    /// Inserts the rows and returns them. As diesel's
    /// [`get_results`](diesel::RunQueryDsl::get_results). The database does not promise an
    /// order.
    ///
    /// # Errors
    ///
    /// As the trait says.
    fn get_results<'query, U>(self, session: &mut Session<C, A>) -> Result<Vec<U>>
    where
        Self::One: Rows<C::Backend, U>,
        <Self::One as Rows<C::Backend, U>>::Query: LoadQuery<'query, C, <Self::One as Rows<C::Backend, U>>::Loaded>
            + QueryFragment<C::Backend>
            + QueryId,
    {
        let rows = self.run(session, true, RunScopedDsl::load)?;
        Ok(rows.into_iter().flatten().collect())
    }
}

impl<T, V, K, R, C, A> RunBatchDsl<C, A> for Batch<T, V, K, R>
where
    T: ScopedTable,
    V: CountRows,
    C: ScopedConnection,
    A: CanWrite,
    K: TenantKey,
    R: Clone,
{
    type One = ScopedInsert<T, V, K, R>;

    fn run<O>(
        self,
        session: &mut Session<C, A>,
        reads: bool,
        mut each: impl FnMut(Self::One, &mut Session<C, A>) -> Result<O>,
    ) -> Result<Vec<O>> {
        session.check_tenant(&self.key)?;
        // A row that cannot be read takes those back that one statement has written.
        let rows = || self.values.iter().map(CountRows::rows).sum::<usize>();
        let many = self.values.len() > 1 || (reads && rows() > 1);
        let statements = self.into_statements(session.moment());
        if many {
            session.transaction(|session| statements.map(|one| each(one, session)).collect())
        } else {
            statements.map(|one| each(one, session)).collect()
        }
    }
}

impl<T, V, G, K, R, C, A> RunBatchDsl<C, A> for ScopedUpsert<T, ManyInserts<V>, G, K, R>
where
    T: ScopedTable,
    V: CountRows,
    G: ConflictAction + Clone,
    C: ScopedConnection,
    A: CanWrite,
    K: TenantKey,
    R: Clone,
{
    type One = ScopedUpsert<T, OneInsert<V>, G, K, R>;

    fn run<O>(
        self,
        session: &mut Session<C, A>,
        _: bool,
        mut each: impl FnMut(Self::One, &mut Session<C, A>) -> Result<O>,
    ) -> Result<Vec<O>> {
        session.check_tenant(self.key())?;
        // One statement may write some of its rows and meet a conflict in others.
        let many = self.rows() > 1;
        let statements = self.into_statements(session.moment());
        if many {
            session.transaction(|session| statements.map(|one| each(one, session)).collect())
        } else {
            statements.map(|one| each(one, session)).collect()
        }
    }
}

impl<T, V, G, K, R, C, A> RunBatchDsl<C, A> for InsertOrNothing<T, ManyInserts<V>, G, K, R>
where
    T: ScopedTable,
    V: CountRows,
    G: ConflictTarget<T>,
    C: ScopedConnection,
    A: CanWrite,
    K: TenantKey,
    R: Clone,
{
    type One = ScopedUpsert<T, OneInsert<V>, DoNothing<T, G>, K, R>;

    fn run<O>(
        self,
        session: &mut Session<C, A>,
        reads: bool,
        each: impl FnMut(Self::One, &mut Session<C, A>) -> Result<O>,
    ) -> Result<Vec<O>> {
        let insert = if C::KNOWS_TARGETS {
            self.insert
        } else {
            self.insert.row_by_row()
        };
        insert.run(session, reads, each)
    }
}

/// Runs an insert that leaves a row alone that is there already.
///
/// # Errors
///
/// As [`RunScopedDsl`].
pub trait RunMaybeDsl<C: ScopedConnection, A: CanWrite>: Sized {
    #[doc(hidden)]
    type One: Statement<Asks = Writes>;

    #[doc(hidden)]
    fn into_one(self) -> Self::One;

    /// Inserts the row, unless there is one, and counts it. As diesel's
    /// [`execute`](diesel::RunQueryDsl::execute).
    ///
    /// # Errors
    ///
    /// As the trait says.
    fn execute(self, session: &mut Session<C, A>) -> Result<usize>
    where
        Self::One: Effect<Query: QueryFragment<C::Backend> + QueryId>,
    {
        RunScopedDsl::execute(self.into_one(), session)
    }

    /// Inserts the row and returns it; `None` if there is one. As diesel's
    /// [`get_result`](diesel::RunQueryDsl::get_result) with `optional`.
    ///
    /// # Errors
    ///
    /// As the trait says.
    fn get_result<'query, U>(self, session: &mut Session<C, A>) -> Result<Option<U>>
    where
        Self::One: Rows<C::Backend, U>,
        <Self::One as Rows<C::Backend, U>>::Query: LoadQuery<'query, C, <Self::One as Rows<C::Backend, U>>::Loaded>
            + QueryFragment<C::Backend>
            + QueryId,
    {
        let rows = RunScopedDsl::load(self.into_one(), session)?;
        Ok(rows.into_iter().next())
    }
}

impl<T, V, G, K, R, C, A> RunMaybeDsl<C, A> for InsertOrNothing<T, OneInsert<V>, G, K, R>
where
    T: ScopedTable,
    G: ConflictTarget<T>,
    C: ScopedConnection,
    A: CanWrite,
    K: TenantKey,
{
    type One = ScopedUpsert<T, OneInsert<V>, DoNothing<T, G>, K, R>;

    fn into_one(self) -> Self::One {
        self.insert
    }
}

/// Rows that are given one by one, from the database or from what was loaded.
enum OneByOne<L, M> {
    Lent(L),
    Loaded(M),
}

impl<T, L: Iterator<Item = T>, M: Iterator<Item = T>> Iterator for OneByOne<L, M> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        match self {
            Self::Lent(rows) => rows.next(),
            Self::Loaded(rows) => rows.next(),
        }
    }
}

/// Rows on loan. They must come back before the connection does.
struct Lent<'a, I> {
    rows: I,
    lent: &'a mut u32,
}

impl<I: Iterator> Iterator for Lent<'_, I> {
    type Item = I::Item;

    fn next(&mut self) -> Option<I::Item> {
        self.rows.next()
    }
}

impl<I> Drop for Lent<'_, I> {
    fn drop(&mut self) {
        *self.lent -= 1;
    }
}

/// What became of a statement, with the meaning that it has for its kind.
#[inline]
fn explained<S: Statement, R: Default>(sent: Result<R>) -> Result<R> {
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
        let mut text = <C::Backend as diesel::backend::Backend>::QueryBuilder::default();
        query.to_sql(&mut text, &C::Backend::default())?;
        tracing::debug!(target: "tenancy::sql", sql = text.finish());
    }
    Ok(())
}

/// Gives a statement to diesel, in the name of the session's tenant.
///
/// One that may be refused is walked through before: diesel, and any instrumentation of the
/// application's, sees what is not refused only.
#[inline]
fn run<'conn, C, Q, R>(
    tenant: &TenantTag,
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
        let conn = &mut *session.conn;
        let done = run(&session.tenant, conn, query, |query, conn| {
            work(query, &mut *conn).inspect_err(|error| look_at::<C>(error, conn, failed))
        });
        look(done?)
    })
}

/// The same, of a statement that gives rows.
#[inline]
fn load_and<S, C, A, Q, R, O>(
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
        C::TransactionManager::transaction_manager_status_mut(conn).set_in_error();
    }
}

fn ends_transaction<C: ScopedConnection>(error: &diesel::result::Error) -> bool {
    matches!(error, DatabaseError(kind, _) if C::ends_transaction(kind))
}

fn has_closed<C: ScopedConnection>(error: &diesel::result::Error) -> bool {
    matches!(error, DatabaseError(_, info) if C::has_closed(info.as_ref()))
}

fn in_scope<U>(loaded: impl Fetch<U>) -> Result<U> {
    match loaded.fetch() {
        Some(row) => Ok(row),
        // Not `ok_or`, which makes the error for each row and drops it.
        None => Err(Error::OutOfScope),
    }
}
