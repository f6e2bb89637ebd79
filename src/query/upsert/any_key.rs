//! ON DUPLICATE KEY UPDATE, which means whatever unique key: the row that is there is looked at
//! before it is changed, and the statement fails if it is not the one that is meant.

use diesel::backend::Backend;
use diesel::query_builder::AstPass;
use diesel::result::QueryResult;

use crate::__private::Seal;
use crate::ownership::ScopedTable;
use crate::query::conflict::ConflictTarget;

/// What fails when it is reached, and not before. The errors have names that nothing else has:
/// `error::raised`.
const CONFLICT: &str = "(SELECT * FROM JSON_TABLE('{}', '$' \
    COLUMNS (conflict INT PATH '$.x' ERROR ON EMPTY)) AS tenancy)";
const ANOTHER_KEY: &str = "(SELECT * FROM JSON_TABLE('{}', '$' \
    COLUMNS (another_key INT PATH '$.x' ERROR ON EMPTY)) AS tenancy)";

/// ` ON DUPLICATE KEY UPDATE id = id`, which fails unless the row that is there agrees in the
/// target's columns, and `may_change` holds. It is the first assignment: no other one has
/// changed the row that it looks at.
pub(super) fn push_guard<'b, DB, T, G>(
    out: &mut AstPass<'_, 'b, DB>,
    may_change: impl FnOnce(AstPass<'_, 'b, DB>) -> QueryResult<()>,
) -> QueryResult<()>
where
    DB: Backend,
    T: ScopedTable,
    G: ConflictTarget<T>,
{
    let unchanged = T::PRIMARY_KEY[0];
    out.push_sql(" ON DUPLICATE KEY UPDATE ");
    out.push_identifier(unchanged)?;
    out.push_sql(" = IF(IF(");
    push_same::<DB, T, G>(out)?;
    out.push_sql(", IF(");
    may_change(out.reborrow())?;
    out.push_sql(", 1, ");
    out.push_sql(CONFLICT);
    out.push_sql("), ");
    out.push_sql(ANOTHER_KEY);
    out.push_sql("), ");
    out.push_identifier(unchanged)?;
    out.push_sql(", ");
    out.push_identifier(unchanged)?;
    out.push_sql(")");
    Ok(())
}

/// A row that is there is left alone: the statement fails in any case.
pub(super) fn push_nothing<DB, T, G>(out: &mut AstPass<'_, '_, DB>) -> QueryResult<()>
where
    DB: Backend,
    T: ScopedTable,
    G: ConflictTarget<T>,
{
    push_guard::<DB, T, G>(out, |mut out| {
        out.push_sql("0");
        Ok(())
    })
}

fn push_same<DB, T, G>(out: &mut AstPass<'_, '_, DB>) -> QueryResult<()>
where
    DB: Backend,
    G: ConflictTarget<T>,
{
    for (index, column) in G::columns(Seal::new()).iter().enumerate() {
        if index > 0 {
            out.push_sql(" AND ");
        }
        out.push_identifier(column)?;
        out.push_sql(" = VALUES(");
        out.push_identifier(column)?;
        out.push_sql(")");
    }
    Ok(())
}
