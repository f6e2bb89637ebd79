//! Running pages.

use diesel::query_builder::{QueryFragment, QueryId};
use diesel::query_dsl::RunQueryDsl;
use diesel::query_dsl::methods::LoadQuery;

use super::connection::ScopedConnection;
use super::run::{enter, send};
use super::scoped_session::Session;
use crate::error::Result;
use crate::query::{
    CountStmt, KeyOrder, KeyPage, KeyRows, KeysetQuery, Loaded, Page, PagedStmt, Reads, Rows,
    ScopedPage, Statement,
};
use crate::scope::Access;

impl<S: Statement<Asks = Reads>> ScopedPage<S> {
    /// Loads the page, with the number of all rows.
    ///
    /// It is one statement. Only for an empty page behind the last one, which has no row to
    /// tell the number, a second one counts.
    ///
    /// # Errors
    ///
    /// As [`RunScopedDsl`](crate::RunScopedDsl), and
    /// [`Error::InvalidPage`](crate::Error::InvalidPage) if there cannot be such a page.
    pub fn load_page<'query, U, C, A>(self, session: &mut Session<C, A>) -> Result<Page<U>>
    where
        C: ScopedConnection,
        A: Access,
        S: Rows<C::Backend, U, Loaded = U>,
        PagedStmt<S::Query>: LoadQuery<'query, C, (U, i64)> + QueryFragment<C::Backend> + QueryId,
        CountStmt<S::Query>: LoadQuery<'query, C, i64> + QueryFragment<C::Backend> + QueryId,
    {
        let span = enter(&self, session)?;
        let _entered = span.enter();
        let (statement, window) = self.into_parts()?;
        let query = PagedStmt::new(statement.into_query(session.moment()), window);
        let count = query.is_behind_others().then(|| query.count());
        let loaded = send(session, query, RunQueryDsl::load::<(U, i64)>)?;
        let total = match (loaded.first(), count) {
            (Some((_, total)), _) => *total,
            (None, None) => 0,
            (None, Some(count)) => send(session, count, RunQueryDsl::get_result)?,
        };
        let rows = loaded.into_iter().map(|(row, _)| row).collect();
        Ok(Page::new(rows, total, window))
    }
}

impl<Q, QS, K, O, D, S, L> KeysetQuery<Q, QS, K, O, D, S, L>
where
    Self: Statement<Asks = Reads>,
    O: KeyOrder,
{
    /// Loads the page, with the cursors of its neighbours, in one statement.
    ///
    /// # Errors
    ///
    /// As [`RunScopedDsl`](crate::RunScopedDsl), and
    /// [`Error::InvalidPage`](crate::Error::InvalidPage) for a size that there cannot be.
    pub fn load_page<'query, U, C, A>(self, session: &mut Session<C, A>) -> Result<KeyPage<U, O>>
    where
        C: ScopedConnection,
        A: Access,
        Self: KeyRows<C::Backend, U, O>,
        <Self as KeyRows<C::Backend, U, O>>::Query:
            LoadQuery<'query, C, (U, O::Loaded)> + QueryFragment<C::Backend> + QueryId,
    {
        let span = enter(&self, session)?;
        let _entered = span.enter();
        let (query, cut) = self.into_query();
        let loaded = send(session, query, RunQueryDsl::load::<(U, O::Loaded)>)?;
        let rows = loaded
            .into_iter()
            .map(|(row, place)| (row, place.into_values()));
        cut.page(rows.collect())
    }
}
