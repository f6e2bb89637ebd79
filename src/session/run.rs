//! Running statements: the methods that diesel users know, on a session.

use std::mem;

use diesel::connection::DefaultLoadingMode;
use diesel::query_builder::{QueryFragment, QueryId};
use diesel::query_dsl::RunQueryDsl;
use diesel::query_dsl::methods::LoadQuery;

use super::connection::ScopedConnection;
use super::lent::{Lent, OneByOne};
use super::scoped_session::Session;
use super::send::{ends_transaction, enter, explained, has_closed, in_scope, load_and, run, send};
use crate::error::{Error, Result};
use crate::query::{Effect, IntoFirst, Reads, Rows, Statement, Writes};
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
        let operated = session.operated.as_deref();
        let conn = &mut *session.conn;
        let rows = run(&session.tenant, operated, conn, query, |query, conn| {
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
