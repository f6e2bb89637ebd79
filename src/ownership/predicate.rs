//! The nodes that ownership predicates are made of. Each renders one text for one
//! type.

use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, ValidGrouping, is_aggregate};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::Bool;

use crate::query::Dialect;

/// A predicate of the library.
pub trait Predicate {
    /// Whether it lets every row through, so that it need not be written.
    const FOR_EVERYONE: bool = false;
    /// How many values it binds.
    const BINDS: usize;
    /// Whether all rows that it lets through have the same value in the tenant column.
    const FIXES_TENANT: bool = false;
}

impl<C, E> Predicate for Is<C, E> {
    const BINDS: usize = 1;
    const FIXES_TENANT: bool = true;
}

impl<A: Predicate, B: Predicate> Predicate for Both<A, B> {
    const FOR_EVERYONE: bool = A::FOR_EVERYONE && B::FOR_EVERYONE;
    const FIXES_TENANT: bool = A::FIXES_TENANT || B::FIXES_TENANT;
    const BINDS: usize = A::BINDS + B::BINDS;
}

impl<A: Predicate, B: Predicate> Predicate for Either<A, B> {
    const BINDS: usize = A::BINDS + B::BINDS;
}

impl<C> Predicate for IsNobodys<C> {
    const BINDS: usize = 0;
}

impl Predicate for Everyone {
    const FOR_EVERYONE: bool = true;
    const BINDS: usize = 0;
}

/// `column = value`.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Is<C, E> {
    column: C,
    value: E,
}

impl<C, E> Is<C, E> {
    #[doc(hidden)]
    pub fn new(column: C, value: E) -> Self {
        Self { column, value }
    }
}

impl<C: Expression, E: Expression> Expression for Is<C, E> {
    type SqlType = Bool;
}

impl<QS, C: AppearsOnTable<QS>, E: AppearsOnTable<QS>> AppearsOnTable<QS> for Is<C, E> {}

impl<C, E, GB> ValidGrouping<GB> for Is<C, E> {
    type IsAggregate = is_aggregate::Never;
}

impl<DB: Dialect, C: QueryFragment<DB>, E: QueryFragment<DB>> QueryFragment<DB> for Is<C, E> {
    #[inline]
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" = ");
        out.push_sql(DB::STEADY);
        self.value.walk_ast(out)
    }
}

/// `(a AND b)`, of two predicates of the library.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Both<A, B> {
    a: A,
    b: B,
}

impl<A, B> Both<A, B> {
    #[doc(hidden)]
    pub fn new(a: A, b: B) -> Self {
        Self { a, b }
    }

    /// The same with another second half.
    pub(crate) fn and<C>(self, b: C) -> Both<A, C> {
        Both { a: self.a, b }
    }
}

impl<A: Expression, B: Expression> Expression for Both<A, B> {
    type SqlType = Bool;
}

impl<QS, A: AppearsOnTable<QS>, B: AppearsOnTable<QS>> AppearsOnTable<QS> for Both<A, B> {}

impl<A, B, GB> ValidGrouping<GB> for Both<A, B> {
    type IsAggregate = is_aggregate::Never;
}

impl<DB, A, B> QueryFragment<DB> for Both<A, B>
where
    DB: Backend,
    A: QueryFragment<DB> + Predicate,
    B: QueryFragment<DB> + Predicate,
{
    #[inline]
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if B::FOR_EVERYONE {
            return self.a.walk_ast(out);
        }
        if A::FOR_EVERYONE {
            return self.b.walk_ast(out);
        }
        out.push_sql("(");
        self.a.walk_ast(out.reborrow())?;
        out.push_sql(" AND ");
        self.b.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

/// `(a OR b)`, of two predicates of the library.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Either<A, B> {
    a: A,
    b: B,
}

impl<A, B> Either<A, B> {
    #[doc(hidden)]
    pub fn new(a: A, b: B) -> Self {
        Self { a, b }
    }
}

impl<A: Expression, B: Expression> Expression for Either<A, B> {
    type SqlType = Bool;
}

impl<QS, A: AppearsOnTable<QS>, B: AppearsOnTable<QS>> AppearsOnTable<QS> for Either<A, B> {}

impl<A, B, GB> ValidGrouping<GB> for Either<A, B> {
    type IsAggregate = is_aggregate::Never;
}

impl<DB: Backend, A: QueryFragment<DB>, B: QueryFragment<DB>> QueryFragment<DB> for Either<A, B> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("(");
        self.a.walk_ast(out.reborrow())?;
        out.push_sql(" OR ");
        self.b.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

/// `column IS NULL`: the row has no owner.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct IsNobodys<C>(C);

impl<C> IsNobodys<C> {
    #[doc(hidden)]
    pub fn new(column: C) -> Self {
        Self(column)
    }
}

impl<C: Expression> Expression for IsNobodys<C> {
    type SqlType = Bool;
}

impl<QS, C: AppearsOnTable<QS>> AppearsOnTable<QS> for IsNobodys<C> {}

impl<C, GB> ValidGrouping<GB> for IsNobodys<C> {
    type IsAggregate = is_aggregate::Never;
}

impl<DB: Backend, C: QueryFragment<DB>> QueryFragment<DB> for IsNobodys<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(" IS NULL");
        Ok(())
    }
}

/// The predicate of a global table: its rows are for every scope to read.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Everyone;

impl Expression for Everyone {
    type SqlType = Bool;
}

impl<QS> AppearsOnTable<QS> for Everyone {}

impl<GB> ValidGrouping<GB> for Everyone {
    type IsAggregate = is_aggregate::Never;
}

impl<DB: Backend> QueryFragment<DB> for Everyone {
    #[inline]
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("1 = 1");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Binds one value, and fixes the tenant.
    type Own = Is<(), ()>;
    /// Binds three, and does not.
    type Other = Either<Own, Both<Own, Own>>;

    #[test]
    fn what_two_predicates_bind_is_added_up() {
        assert_eq!(<Both<Own, Other>>::BINDS, 4);
        assert_eq!(<Either<Other, Other>>::BINDS, 6);
    }

    #[test]
    #[expect(clippy::assertions_on_constants, reason = "they are what is tested")]
    fn a_predicate_is_for_everyone_if_both_halves_are() {
        assert!(<Both<Everyone, Everyone>>::FOR_EVERYONE);
        assert!(!<Both<Everyone, Own>>::FOR_EVERYONE);
        assert!(!<Both<Own, Everyone>>::FOR_EVERYONE);
    }

    #[test]
    #[expect(clippy::assertions_on_constants, reason = "they are what is tested")]
    fn the_tenant_is_fixed_if_one_half_fixes_it() {
        assert!(<Both<Own, Everyone>>::FIXES_TENANT);
        assert!(<Both<Everyone, Own>>::FIXES_TENANT);
        assert!(!<Both<Everyone, Other>>::FIXES_TENANT);
        assert!(!<Either<Own, Own>>::FIXES_TENANT);
    }
}
