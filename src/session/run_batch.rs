//! Running writes of many rows, and inserts that may write none.

use diesel::query_builder::{QueryFragment, QueryId};
use diesel::query_dsl::methods::LoadQuery;

use super::connection::ScopedConnection;
use super::run::RunScopedDsl;
use super::scoped_session::Session;
use crate::error::Result;
use crate::key::TenantKey;
use crate::ownership::ScopedTable;
use crate::query::{
    Batch, ConflictAction, ConflictTarget, CountRows, DoNothing, Effect, InsertOrNothing,
    ManyInserts, OneInsert, Rows, ScopedInsert, ScopedUpsert, Statement, Writes,
};
use crate::scope::CanWrite;

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
