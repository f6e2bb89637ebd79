//! What the backends write, and read, in different ways.

use diesel::backend::Backend;
use diesel::expression::QueryMetadata;
use diesel::query_builder::AstPass;
use diesel::result::QueryResult;

/// How a backend writes and reads SQL.
pub trait Dialect: Backend {
    /// The limit that an offset without one needs.
    const UNLIMITED: &'static str;
    /// The characters that begin and end a quoted text or name.
    const QUOTES: &'static str;
    /// Whether diesel writes the places of values with numbers, `$1`, and not as `?`.
    const NUMBERED: bool = false;
    /// What stands around a query that a set operation combines, so that it can have an
    /// order and a limit of its own.
    const AROUND_COMBINED: (&'static str, &'static str);

    /// What stands before the tenant's key. It changes no value, and keeps the database from
    /// planning a statement again for each key.
    const STEADY: &'static str;

    /// What stands around the key of a parent that may not be there, so that a row without
    /// one fails, whatever the column does with NULL.
    const AROUND_PARENT: (&'static str, &'static str);

    /// What stands around the query that finds the rows to write, so that it runs once.
    const AROUND_FOUND: (&'static str, &'static str);

    /// Whether a function over a window may have a frame. Where it may not, the frame would
    /// mean nothing.
    #[doc(hidden)]
    #[must_use]
    fn has_frame(_function: &str) -> bool {
        true
    }

    /// What stands around a query that says which values are wanted.
    const AROUND_WANTED: (&'static str, &'static str) = ("", "");

    /// Writes a query as a table, with a name.
    #[doc(hidden)]
    fn push_derived<'b, S>(
        out: &mut AstPass<'_, 'b, Self>,
        name: &str,
        query: impl FnOnce(AstPass<'_, 'b, Self>) -> QueryResult<()>,
    ) -> QueryResult<()>
    where
        Self: QueryMetadata<S>,
    {
        out.push_sql("(");
        query(out.reborrow())?;
        out.push_sql(") AS ");
        out.push_identifier(name)
    }

    #[doc(hidden)]
    fn push_number<'b>(out: &mut AstPass<'_, 'b, Self>, number: &'b i64) -> QueryResult<()>;
}

#[cfg(feature = "sqlite")]
impl Dialect for diesel::sqlite::Sqlite {
    const AROUND_FOUND: (&'static str, &'static str) = ("", "");
    const UNLIMITED: &'static str = " LIMIT -1";
    const QUOTES: &'static str = "'\"`";
    const AROUND_COMBINED: (&'static str, &'static str) = ("SELECT * FROM (", ")");
    // An `INTEGER PRIMARY KEY` takes NULL for "the next number", also with NOT NULL. A path
    // that is none fails with a message that nothing else has: `is_no_parent`.
    const AROUND_PARENT: (&'static str, &'static str) =
        ("coalesce(", ", json_extract('{}', 'tenancy: no parent'))");
    // After ANALYZE, SQLite with STAT4 looks at the value of a bare `column = ?`.
    const STEADY: &'static str = "+";

    fn push_number<'b>(out: &mut AstPass<'_, 'b, Self>, number: &'b i64) -> QueryResult<()> {
        out.push_bind_param::<diesel::sql_types::BigInt, i64>(number)?;
        // With a bare `LIMIT ?` the statement is prepared again on each call.
        out.push_sql(" + 0");
        Ok(())
    }
}

#[cfg(feature = "postgres")]
impl Dialect for diesel::pg::Pg {
    // The planner may run a bare subquery more than once, and with SKIP LOCKED each run finds
    // other rows.
    const AROUND_FOUND: (&'static str, &'static str) = (
        "WITH tenancy_found AS MATERIALIZED (",
        ") SELECT * FROM tenancy_found",
    );
    const AROUND_PARENT: (&'static str, &'static str) = ("", "");
    const STEADY: &'static str = "";
    const UNLIMITED: &'static str = "";
    const QUOTES: &'static str = "'\"";
    const NUMBERED: bool = true;
    const AROUND_COMBINED: (&'static str, &'static str) = ("(", ")");

    fn push_number<'b>(out: &mut AstPass<'_, 'b, Self>, number: &'b i64) -> QueryResult<()> {
        out.push_bind_param::<diesel::sql_types::BigInt, i64>(number)
    }
}

#[cfg(feature = "mysql")]
impl Dialect for diesel::mysql::Mysql {
    // MariaDB takes no LIMIT in the subquery of an IN, and MySQL no table that is written.
    const AROUND_FOUND: (&'static str, &'static str) = ("SELECT * FROM (", ") AS tenancy_found");
    // An AUTO_INCREMENT column takes NULL for "the next number".
    const AROUND_PARENT: (&'static str, &'static str) =
        ("coalesce(", ", (SELECT 1 UNION ALL SELECT 2))");
    const STEADY: &'static str = "";
    // MariaDB takes no LIMIT in the subquery of an IN.
    const AROUND_WANTED: (&'static str, &'static str) = ("SELECT * FROM (", ") AS tenancy_wanted");

    // The columns of a table have names of their own, and those of a join may be the same.
    fn push_derived<'b, S>(
        out: &mut AstPass<'_, 'b, Self>,
        name: &str,
        query: impl FnOnce(AstPass<'_, 'b, Self>) -> QueryResult<()>,
    ) -> QueryResult<()>
    where
        Self: QueryMetadata<S>,
    {
        let mut columns = Vec::new();
        <Self as QueryMetadata<S>>::row_metadata(&mut (), &mut columns);
        out.push_sql("(WITH ");
        out.push_identifier(name)?;
        for number in 0..columns.len() {
            out.push_sql(if number == 0 { " (" } else { ", " });
            out.push_identifier(&format!("c{number}"))?;
        }
        out.push_sql(") AS (");
        query(out.reborrow())?;
        out.push_sql(") SELECT * FROM ");
        out.push_identifier(name)?;
        out.push_sql(") AS ");
        out.push_identifier(name)
    }

    // These look at the whole partition, whatever the frame. MariaDB refuses one.
    fn has_frame(function: &str) -> bool {
        const WITHOUT: [&str; 8] = [
            "row_number",
            "rank",
            "dense_rank",
            "percent_rank",
            "cume_dist",
            "ntile",
            "lag",
            "lead",
        ];
        !WITHOUT
            .iter()
            .any(|name| name.eq_ignore_ascii_case(function))
    }

    // The manual's own words for it: the largest number there is.
    const UNLIMITED: &'static str = " LIMIT 18446744073709551615";
    const QUOTES: &'static str = "'\"`";
    const AROUND_COMBINED: (&'static str, &'static str) = ("(", ")");

    fn push_number<'b>(out: &mut AstPass<'_, 'b, Self>, number: &'b i64) -> QueryResult<()> {
        out.push_bind_param::<diesel::sql_types::BigInt, i64>(number)
    }
}
