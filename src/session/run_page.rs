//! Running pages. The connection and the access are parameters of the traits, so that the
//! methods have the type of the rows alone.

use diesel::query_builder::{QueryFragment, QueryId};
use diesel::query_dsl::RunQueryDsl;
use diesel::query_dsl::methods::LoadQuery;

use super::connection::ScopedConnection;
use super::scoped_session::Session;
use super::send::{enter, send};
use crate::error::Result;
use crate::query::{
    CountStmt, KeyOrder, KeyPage, KeyRows, KeysetQuery, Loaded, Page, PagedStmt, Reads, Rows,
    ScopedPage, Statement,
};
use crate::scope::Access;

/// Runs pages by number: what [`ScopedQuery::paginate`](crate::ScopedQuery::paginate) and
/// [`ScopedCombination::paginate`](crate::ScopedCombination::paginate) make.
pub trait RunPageDsl<C: ScopedConnection, A: Access>: Sized {
    #[doc(hidden)]
    type All: Statement<Asks = Reads>;

    #[doc(hidden)]
    fn into_page(self) -> ScopedPage<Self::All>;

    /// Loads the page, with the number of all rows.
    ///
    /// It is one statement. Only for an empty page behind the last one, which has no row to
    /// tell the number, a second one counts.
    ///
    /// # Errors
    ///
    /// As [`RunScopedDsl`](crate::RunScopedDsl), and
    /// [`Error::InvalidPage`](crate::Error::InvalidPage) if there cannot be such a page.
    fn load_page<'query, U>(self, session: &mut Session<C, A>) -> Result<Page<U>>
    where
        Self::All: Rows<C::Backend, U, Loaded = U>,
        PagedStmt<<Self::All as Rows<C::Backend, U>>::Query>:
            LoadQuery<'query, C, (U, i64)> + QueryFragment<C::Backend> + QueryId,
        CountStmt<<Self::All as Rows<C::Backend, U>>::Query>:
            LoadQuery<'query, C, i64> + QueryFragment<C::Backend> + QueryId,
    {
        let page = self.into_page();
        let span = enter(&page, session)?;
        let _entered = span.enter();
        let (statement, window) = page.into_parts()?;
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

impl<S, C, A> RunPageDsl<C, A> for ScopedPage<S>
where
    S: Statement<Asks = Reads>,
    C: ScopedConnection,
    A: Access,
{
    type All = S;

    fn into_page(self) -> Self {
        self
    }
}

/// Runs pages by key: what [`ScopedQuery::keyset`](crate::ScopedQuery::keyset) makes.
pub trait RunKeysetDsl<C: ScopedConnection, A: Access>: Statement<Asks = Reads> + Sized {
    #[doc(hidden)]
    type Order: KeyOrder;

    /// Loads the page, with the cursors of its neighbours, in one statement.
    ///
    /// # Errors
    ///
    /// As [`RunScopedDsl`](crate::RunScopedDsl), and
    /// [`Error::InvalidPage`](crate::Error::InvalidPage) for a size that there cannot be.
    fn load_page<'query, U>(self, session: &mut Session<C, A>) -> Result<KeyPage<U, Self::Order>>
    where
        Self: KeyRows<C::Backend, U, Self::Order>,
        <Self as KeyRows<C::Backend, U, Self::Order>>::Query: LoadQuery<'query, C, (U, <Self::Order as KeyOrder>::Loaded)>
            + QueryFragment<C::Backend>
            + QueryId,
    {
        let span = enter(&self, session)?;
        let _entered = span.enter();
        let (query, cut) = self.into_query();
        let loaded = send(
            session,
            query,
            RunQueryDsl::load::<(U, <Self::Order as KeyOrder>::Loaded)>,
        )?;
        let rows = loaded
            .into_iter()
            .map(|(row, place)| (row, place.into_values()));
        cut.page(rows.collect())
    }
}

impl<Q, QS, K, O, D, S, L, C, A> RunKeysetDsl<C, A> for KeysetQuery<Q, QS, K, O, D, S, L>
where
    Self: Statement<Asks = Reads>,
    O: KeyOrder,
    C: ScopedConnection,
    A: Access,
{
    type Order = O;
}
