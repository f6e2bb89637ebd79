//! Running statements: the methods that diesel users know, on a session.

use diesel::connection::{Connection, DefaultLoadingMode};
use diesel::query_builder::{QueryBuilder, QueryFragment, QueryId};
use diesel::query_dsl::RunQueryDsl;
use diesel::query_dsl::methods::LoadQuery;

use super::connection::ScopedConnection;
use super::scoped_session::Session;
use crate::error::{Error, Result};
use crate::key::TenantKey;
use crate::ownership::ScopedTable;
use crate::query::{Batch, Effect, Fetch, IntoFirst, Reads, Rows, ScopedInsert, Statement, Writes};
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
        let query = self.into_query(session.moment());
        tell::<C>(&query)?;
        let loaded = query
            .load::<Self::Loaded>(&mut *session.conn)
            .map_err(explained::<Self>)?;
        loaded.into_iter().map(in_scope).collect()
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
        let query = self.into_query(session.moment());
        tell::<C>(&query)?;
        let loaded = query
            .get_result::<Self::Loaded>(&mut *session.conn)
            .map_err(explained::<Self>)?;
        in_scope(loaded)
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
        tell::<C>(&query)?;
        let rows = query.load_iter::<Self::Loaded, DefaultLoadingMode>(&mut *session.conn)?;
        session.lent += 1;
        let rows = rows.map(|row| in_scope(row?));
        Ok(Lent {
            rows,
            lent: &mut session.lent,
        })
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
        let query = self.into_effect(session.moment());
        tell::<C>(&query)?;
        let count = session
            .conn
            .execute_returning_count(&query)
            .map_err(explained::<Self>)?;
        if count == 0 && Self::ONE_ROW {
            return Err(Error::NotFound);
        }
        Ok(count)
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
        let counts = self.run(session, RunScopedDsl::execute)?;
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
        let rows = self.run(session, RunScopedDsl::load)?;
        Ok(rows.into_iter().flatten().collect())
    }
}

impl<T, V, K, R, C, A> RunBatchDsl<C, A> for Batch<T, V, K, R>
where
    T: ScopedTable,
    C: ScopedConnection,
    A: CanWrite,
    K: TenantKey,
    R: Clone,
{
    type One = ScopedInsert<T, V, K, R>;

    fn run<O>(
        self,
        session: &mut Session<C, A>,
        mut each: impl FnMut(Self::One, &mut Session<C, A>) -> Result<O>,
    ) -> Result<Vec<O>> {
        session.check_tenant(&self.key)?;
        let many = self.values.len() > 1;
        let statements = self.into_statements(session.moment());
        if many {
            session.transaction(|session| statements.map(|one| each(one, session)).collect())
        } else {
            statements.map(|one| each(one, session)).collect()
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

/// What must hold before anything is sent, and the span in which it is.
fn enter<S: Statement, C: ScopedConnection, A: Access>(
    statement: &S,
    session: &Session<C, A>,
) -> Result<tracing::Span> {
    session.check_tenant(statement.key())?;
    statement.check()?;
    Ok(session.statement_span(S::VERB))
}

/// Tells the SQL, with placeholders and never a value, to who listens. A text that is not
/// fixed is rendered in any case: what is refused in it is refused before diesel, and any
/// instrumentation of the application's, sees it.
fn tell<C: ScopedConnection>(query: &(impl QueryFragment<C::Backend> + QueryId)) -> Result<()> {
    fn is_fixed<Q: QueryId>(_: &Q) -> bool {
        Q::HAS_STATIC_QUERY_ID
    }

    let told = tracing::enabled!(target: "tenancy::sql", tracing::Level::DEBUG);
    if told || !is_fixed(query) {
        let mut text = <C::Backend as diesel::backend::Backend>::QueryBuilder::default();
        query.to_sql(&mut text, &C::Backend::default())?;
        if told {
            tracing::debug!(target: "tenancy::sql", sql = text.finish());
        }
    }
    Ok(())
}

fn explained<S: Statement>(error: diesel::result::Error) -> Error {
    S::explain(Error::from(error))
}

fn in_scope<U>(loaded: impl Fetch<U>) -> Result<U> {
    loaded.fetch().ok_or(Error::OutOfScope)
}
