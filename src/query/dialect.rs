//! What the backends write, and read, in different ways.

use diesel::backend::Backend;
use diesel::query_builder::AstPass;
use diesel::result::QueryResult;

/// How a backend writes and reads SQL.
pub trait Dialect: Backend {
    /// The limit that an offset without one needs.
    const UNLIMITED: &'static str;
    /// The characters that begin and end a quoted text or name.
    const QUOTES: &'static str;

    /// What stands before the tenant's key. It changes no value, and keeps the database from
    /// planning a statement again for each key.
    const STEADY: &'static str;

    #[doc(hidden)]
    fn push_number<'b>(out: &mut AstPass<'_, 'b, Self>, number: &'b i64) -> QueryResult<()>;
}

#[cfg(feature = "sqlite")]
impl Dialect for diesel::sqlite::Sqlite {
    const UNLIMITED: &'static str = " LIMIT -1";
    const QUOTES: &'static str = "'\"`";
    // After ANALYZE, SQLite with STAT4 looks at the value of a bare `column = ?`.
    const STEADY: &'static str = "+";

    fn push_number<'b>(out: &mut AstPass<'_, 'b, Self>, number: &'b i64) -> QueryResult<()> {
        out.push_bind_param::<diesel::sql_types::BigInt, i64>(number)?;
        // With a bare `LIMIT ?` the statement is prepared again on each call.
        out.push_sql(" + 0");
        Ok(())
    }
}
