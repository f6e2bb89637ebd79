//! New rows, rendered from structs that derive `ScopedInsertable`.

use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;

use super::names::may_be_new;
use super::row_shape::{AsRow, RowShape, RowSql};
use super::times::{KeptRows, RowValues};
use crate::__private::Seal;
use crate::clock::Birth;
use crate::ownership::{
    IdSql, KeptColumns, KeySql, RowStamp, ScopedTable, StampSize, TimeSql, WritableBy,
};

/// `(tenant, columns) VALUES (key, values)`.
#[derive(Debug, Clone, Copy)]
pub struct StampedRow<T, S, R> {
    stamp: S,
    row: R,
    of: PhantomData<T>,
}

/// `(tenant, columns) VALUES (key, values), (key, values)`, of rows that name the
/// same columns.
#[derive(Debug, Clone)]
pub struct RowsChunk<T, S, R> {
    stamp: S,
    rows: Vec<R>,
    of: PhantomData<T>,
}

/// How many rows a statement inserts.
#[doc(hidden)]
pub trait CountRows: Sized {
    fn rows(&self) -> usize;
    /// Each of the rows for a statement of its own.
    fn singles(self) -> Vec<Self>;
}

impl<T, S: Clone, R> CountRows for RowsChunk<T, S, R> {
    fn rows(&self) -> usize {
        self.rows.len()
    }

    fn singles(self) -> Vec<Self> {
        let Self { stamp, rows, .. } = self;
        rows.into_iter()
            .map(|row| Self {
                stamp: stamp.clone(),
                rows: vec![row],
                of: PhantomData,
            })
            .collect()
    }
}

/// One row of a batch, in a statement of its own.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct SingleRow<V>(V);

impl<V> SingleRow<V> {
    pub(super) fn new(values: V) -> Self {
        Self(values)
    }
}

impl<V> CountRows for SingleRow<V> {
    fn rows(&self) -> usize {
        1
    }

    fn singles(self) -> Vec<Self> {
        vec![self]
    }
}

impl<T, K, V: RowValues<T, K>> RowValues<T, K> for SingleRow<V> {
    type Ready = V::Ready;

    fn ready(self, key: &K, birth: Birth<'_>) -> Self::Ready {
        self.0.ready(key, birth)
    }
}

/// Stamps one derived row.
#[doc(hidden)]
pub fn derived_one<T: WritableBy<K>, K, R: RowShape<AsRow>>(
    row: R,
    key: &K,
    seal: Seal,
) -> StampedRow<T, T::RowStamp, R> {
    const { may_be_new::<T, R>() };
    StampedRow {
        stamp: T::row_stamp(key, seal),
        row,
        of: PhantomData,
    }
}

/// Stamps derived rows, in statements of as few shapes as can be: runs of rows that
/// name the same columns, cut into powers of two.
#[doc(hidden)]
pub fn derived_many<T: WritableBy<K>, K, R: RowShape<AsRow>>(
    rows: Vec<R>,
    key: &K,
    seal: Seal,
) -> Vec<RowsChunk<T, T::RowStamp, R>> {
    const { may_be_new::<T, R>() };
    let most = largest_chunk(R::COLUMNS + T::RowStamp::BINDS + T::Kept::BINDS);
    let mut chunks = Vec::new();
    for mut run in runs(rows) {
        while !run.is_empty() {
            let size = most.min(1 << run.len().ilog2());
            let rest = run.split_off(size);
            chunks.push(RowsChunk {
                stamp: T::row_stamp(key, seal),
                rows: run,
                of: PhantomData,
            });
            run = rest;
        }
    }
    chunks
}

/// The number of values that every backend takes in one statement: SQLite's limit is
/// 32766 (<https://www.sqlite.org/limits.html>), the others' are higher.
const MOST_BINDS: usize = 32_766;
const MOST_ROWS: usize = 128;

fn largest_chunk(columns: usize) -> usize {
    let fitting = (MOST_BINDS / columns).clamp(1, MOST_ROWS);
    1 << fitting.ilog2()
}

fn runs<R: RowShape<AsRow>>(rows: Vec<R>) -> Vec<Vec<R>> {
    let mut runs: Vec<Vec<R>> = Vec::new();
    for row in rows {
        match runs.last_mut() {
            Some(run) if run.last().is_some_and(|last| last.same_columns(&row)) => run.push(row),
            _ => runs.push(vec![row]),
        }
    }
    runs
}

impl<T, S, R> QueryId for StampedRow<T, S, R>
where
    T: QueryId + 'static,
    S: QueryId,
    R: RowShape<AsRow>,
{
    type QueryId = StampedRow<T, S::QueryId, R::Shape>;
    const HAS_STATIC_QUERY_ID: bool = S::HAS_STATIC_QUERY_ID && R::STATIC;
}

/// The text differs with the number of rows.
impl<T, S, R> QueryId for RowsChunk<T, S, R> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<T: ScopedTable, S, R, K> RowValues<T, K> for StampedRow<T, S, R> {
    type Ready = Ready<Self, T::Kept>;

    fn ready(self, _: &K, birth: Birth<'_>) -> Self::Ready {
        Ready::new(self, 1, birth)
    }
}

impl<T: ScopedTable, S, R, K> RowValues<T, K> for RowsChunk<T, S, R> {
    type Ready = Ready<Self, T::Kept>;

    fn ready(self, _: &K, birth: Birth<'_>) -> Self::Ready {
        let rows = self.rows.len();
        Ready::new(self, rows, birth)
    }
}

/// Stamped rows, and what the library keeps in each.
#[doc(hidden)]
#[derive(Debug, Clone)]
pub struct Ready<R, Kp> {
    rows: R,
    kept: KeptRows<Kp>,
}

impl<R, Kp: KeptColumns> Ready<R, Kp> {
    fn new(rows: R, count: usize, birth: Birth<'_>) -> Self {
        Self {
            rows,
            kept: KeptRows::new(birth, count),
        }
    }
}

impl<R: QueryId, Kp: 'static> QueryId for Ready<R, Kp> {
    type QueryId = Ready<R::QueryId, Kp>;
    const HAS_STATIC_QUERY_ID: bool = R::HAS_STATIC_QUERY_ID;
}

fn open_columns<DB: Backend, Kp: KeptColumns>(
    stamp: &impl RowStamp<DB>,
    kept: &KeptRows<Kp>,
    row: &impl RowSql<DB>,
    mut out: AstPass<'_, '_, DB>,
) -> QueryResult<()> {
    out.push_sql("(");
    let begun = stamp.column(out.reborrow())?;
    let begun = kept.columns(begun, out.reborrow())?;
    row.columns(begun, out.reborrow())?;
    out.push_sql(") VALUES ");
    Ok(())
}

fn row_values<'b, DB, Kp>(
    stamp: &'b impl RowStamp<DB>,
    (kept, at): (&'b KeptRows<Kp>, usize),
    row: &'b impl RowSql<DB>,
    mut out: AstPass<'_, 'b, DB>,
) -> QueryResult<()>
where
    DB: Backend,
    Kp: KeptColumns<Key: KeySql<DB>, Public: IdSql<DB>, Created: TimeSql<DB>, Touched: TimeSql<DB>>,
{
    out.push_sql("(");
    let begun = stamp.key(out.reborrow())?;
    let begun = kept.values(at, begun, out.reborrow())?;
    row.values(stamp, begun, out.reborrow())?;
    out.push_sql(")");
    Ok(())
}

impl<DB, T, S, R, Kp> QueryFragment<DB> for Ready<StampedRow<T, S, R>, Kp>
where
    DB: Backend,
    S: RowStamp<DB>,
    R: RowSql<DB>,
    Kp: KeptColumns<Key: KeySql<DB>, Public: IdSql<DB>, Created: TimeSql<DB>, Touched: TimeSql<DB>>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let StampedRow { stamp, row, .. } = &self.rows;
        open_columns(stamp, &self.kept, row, out.reborrow())?;
        row_values(stamp, (&self.kept, 0), row, out)
    }
}

impl<DB, T, S, R, Kp> QueryFragment<DB> for Ready<RowsChunk<T, S, R>, Kp>
where
    DB: Backend,
    S: RowStamp<DB>,
    R: RowSql<DB>,
    Kp: KeptColumns<Key: KeySql<DB>, Public: IdSql<DB>, Created: TimeSql<DB>, Touched: TimeSql<DB>>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let RowsChunk { stamp, rows, .. } = &self.rows;
        for (index, row) in rows.iter().enumerate() {
            if index == 0 {
                open_columns(stamp, &self.kept, row, out.reborrow())?;
            } else {
                out.push_sql(", ");
            }
            row_values(stamp, (&self.kept, index), row, out.reborrow())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use diesel::prelude::*;

    use super::*;
    use crate::RowId;

    diesel::table! {
        notes (id) {
            id -> BigInt,
            tenant_id -> BigInt,
            made_at -> Timestamp,
        }
    }

    #[derive(Debug, Queryable, Selectable, crate::Scoped)]
    #[scoped(tenant = tenant_id, created = made_at)]
    #[expect(dead_code, reason = "stands for its table only")]
    struct Note {
        id: RowId<Note>,
    }

    /// A row that leaves room for one other only, but for what is added to it.
    struct Wide;

    impl RowShape<AsRow> for Wide {
        type Shape = Wide;
        const STATIC: bool = true;
        const COLUMNS: usize = MOST_BINDS / 2 - 1;
        const NAMES: &'static [&'static str] = &["name"];
        const ALWAYS: &'static [&'static str] = &["name"];

        fn same_columns(&self, _: &Self) -> bool {
            true
        }

        fn is_empty(&self) -> bool {
            false
        }
    }

    #[test]
    fn what_is_added_to_a_row_is_bound_too() {
        let wide = || vec![Wide, Wide];
        let chunks = derived_many::<notes::table, i64, _>(wide(), &1, Seal::new());
        let rows: Vec<usize> = chunks.iter().map(CountRows::rows).collect();
        assert_eq!(rows, [1, 1]);
    }

    #[derive(Debug, PartialEq)]
    struct Row(bool);

    impl RowShape<AsRow> for Row {
        type Shape = Row;
        const STATIC: bool = false;
        const COLUMNS: usize = 1;
        const NAMES: &'static [&'static str] = &["name"];
        const ALWAYS: &'static [&'static str] = &["name"];

        fn same_columns(&self, other: &Self) -> bool {
            self.0 == other.0
        }

        fn is_empty(&self) -> bool {
            !self.0
        }
    }

    #[test]
    fn rows_are_grouped_without_a_change_of_order() {
        let lengths: Vec<usize> = runs(vec![Row(true), Row(true), Row(false), Row(true)])
            .iter()
            .map(Vec::len)
            .collect();
        assert_eq!(lengths, [2, 1, 1]);
    }

    #[test]
    fn a_chunk_is_a_power_of_two_that_fits() {
        assert_eq!(largest_chunk(2), 128);
        assert_eq!(largest_chunk(1_000), 32);
        assert_eq!(largest_chunk(32_766), 1);
        assert_eq!(largest_chunk(100_000), 1);
    }
}
