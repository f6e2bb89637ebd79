//! Ids for the rows that are there, in batches. Each batch is a transaction, and begins with the
//! rows that have none: so it can be stopped and started again.

use std::ops::ControlFlow;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary};
use uuid::Uuid;

use super::{Batch, Result, WITH_PUBLIC_ID};
use crate::Conn;

/// So few that the output has something to show. A service takes thousands.
const ROWS_OF_A_BATCH: usize = 3;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

pub(super) fn all(
    conn: &mut Conn,
    mut new_id: impl FnMut() -> Uuid,
    mut told: impl FnMut(Batch) -> ControlFlow<()>,
) -> Result<ControlFlow<()>> {
    for (table, key) in WITH_PUBLIC_ID {
        loop {
            let rows = conn.immediate_transaction(|conn| batch(conn, (table, key), &mut new_id))?;
            if rows == 0 {
                break;
            }
            if told(Batch { table, rows }).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
    }
    Ok(ControlFlow::Continue(()))
}

fn batch(
    conn: &mut Conn,
    (table, key): (&str, &str),
    new_id: &mut impl FnMut() -> Uuid,
) -> QueryResult<usize> {
    let next = format!(
        "SELECT {key} AS id FROM {table} WHERE uuid IS NULL ORDER BY {key} LIMIT {ROWS_OF_A_BATCH}"
    );
    let rows: Vec<Row> = diesel::sql_query(next).load(conn)?;
    for row in &rows {
        diesel::sql_query(format!("UPDATE {table} SET uuid = ? WHERE {key} = ?"))
            .bind::<Binary, _>(new_id().as_bytes().to_vec())
            .bind::<BigInt, _>(row.id)
            .execute(conn)?;
    }
    Ok(rows.len())
}
