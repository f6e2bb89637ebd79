//! How each backend takes an aggregate of the rows for which a condition holds.

use diesel::backend::Backend;
use diesel::internal::sql_functions::FunctionFragment;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;

/// The backends that filter what an aggregate function of these arguments sees.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no FILTER for an aggregate of `{A}`",
    label = "no FILTER here",
    note = "MySQL and MariaDB have no FILTER: the condition comes into the argument, of which there can be one",
    note = "aggregate a `case_when` instead: `sum(case_when(condition, column))`"
)]
pub trait FilterDialect<A>: Backend {
    #[doc(hidden)]
    fn push_filtered<'b, F, P>(
        head: &'static str,
        function: &'b F,
        condition: &'b P,
        out: AstPass<'_, 'b, Self>,
    ) -> QueryResult<()>
    where
        F: FunctionFragment<Self>,
        P: QueryFragment<Self>;
}

#[cfg(any(feature = "sqlite", feature = "postgres"))]
macro_rules! with_filter {
    ($db:ty) => {
        impl<A> FilterDialect<A> for $db {
            fn push_filtered<'b, F, P>(
                head: &'static str,
                function: &'b F,
                condition: &'b P,
                mut out: AstPass<'_, 'b, Self>,
            ) -> QueryResult<()>
            where
                F: FunctionFragment<Self>,
                P: QueryFragment<Self>,
            {
                out.push_sql(F::FUNCTION_NAME);
                out.push_sql("(");
                out.push_sql(head);
                function.walk_arguments(out.reborrow())?;
                out.push_sql(") FILTER (WHERE (");
                condition.walk_ast(out.reborrow())?;
                out.push_sql("))");
                Ok(())
            }
        }
    };
}

#[cfg(feature = "sqlite")]
with_filter!(diesel::sqlite::Sqlite);
#[cfg(feature = "postgres")]
with_filter!(diesel::pg::Pg);

#[cfg(feature = "mysql")]
mod mysql {
    //! `count(CASE WHEN (condition) THEN column END)`: the aggregate leaves out what is NULL.

    use diesel::mysql::Mysql;
    use diesel::result::Error;

    use super::*;
    use crate::query::unsupported::Unsupported;

    /// What is known to leave NULL out. `JSON_ARRAYAGG`, for one, does not.
    const LEAVE_NULL_OUT: [&str; 17] = [
        "count",
        "sum",
        "avg",
        "min",
        "max",
        "group_concat",
        "bit_and",
        "bit_or",
        "bit_xor",
        "std",
        "stddev",
        "stddev_pop",
        "stddev_samp",
        "variance",
        "var_pop",
        "var_samp",
        "median",
    ];

    /// `count(*)`, which is `count(1)`.
    impl FilterDialect<()> for Mysql {
        fn push_filtered<'b, F, P>(
            head: &'static str,
            _: &'b F,
            condition: &'b P,
            mut out: AstPass<'_, 'b, Self>,
        ) -> QueryResult<()>
        where
            F: FunctionFragment<Self>,
            P: QueryFragment<Self>,
        {
            push_begin::<F, P>(head, condition, &mut out)?;
            out.push_sql("1 END)");
            Ok(())
        }
    }

    impl<A> FilterDialect<(A,)> for Mysql {
        fn push_filtered<'b, F, P>(
            head: &'static str,
            function: &'b F,
            condition: &'b P,
            mut out: AstPass<'_, 'b, Self>,
        ) -> QueryResult<()>
        where
            F: FunctionFragment<Self>,
            P: QueryFragment<Self>,
        {
            push_begin::<F, P>(head, condition, &mut out)?;
            function.walk_arguments(out.reborrow())?;
            out.push_sql(" END)");
            Ok(())
        }
    }

    fn push_begin<'b, F, P>(
        head: &'static str,
        condition: &'b P,
        out: &mut AstPass<'_, 'b, Mysql>,
    ) -> QueryResult<()>
    where
        F: FunctionFragment<Mysql>,
        P: QueryFragment<Mysql>,
    {
        let mut known = LEAVE_NULL_OUT.iter();
        if !known.any(|name| name.eq_ignore_ascii_case(F::FUNCTION_NAME)) {
            return Err(Error::QueryBuilderError(Box::new(Unsupported(
                "MySQL and MariaDB have no FILTER, and this aggregate may not leave NULL out",
            ))));
        }
        out.push_sql(F::FUNCTION_NAME);
        out.push_sql("(");
        out.push_sql(head);
        out.push_sql("CASE WHEN (");
        condition.walk_ast(out.reborrow())?;
        out.push_sql(") THEN ");
        Ok(())
    }
}
