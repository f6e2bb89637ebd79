//! The rows behind a place in an order, and the order itself.

use std::marker::PhantomData;

use diesel::expression::expression_types::NotSelectable;
use diesel::expression::{AppearsOnTable, Expression, ValidGrouping, is_aggregate};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::Bool;

use super::order::{KeyOrder, OrderSql, Part, nullable, one_way};
use super::stored::{KeyDialect, Stored};
use crate::__private::Seal;

/// Which way an order is walked.
pub trait Way: 'static {
    /// Whether it is walked from its end.
    const BACK: bool;
}

/// As the order says.
#[derive(Debug, Clone, Copy)]
pub enum Forth {}

/// From its end.
#[derive(Debug, Clone, Copy)]
pub enum Back {}

impl Way for Forth {
    const BACK: bool = false;
}

impl Way for Back {
    const BACK: bool = true;
}

/// ORDER BY: the columns of an order, walked one way.
#[derive(Debug)]
pub struct Walk<O: KeyOrder, W> {
    columns: O::Columns,
    way: PhantomData<fn() -> W>,
}

/// The condition for the rows behind a place.
#[derive(Debug)]
pub struct Seek<O: KeyOrder, W> {
    columns: O::Columns,
    values: Vec<Stored>,
    way: PhantomData<fn() -> W>,
}

impl<O: KeyOrder, W> Walk<O, W> {
    pub(super) fn new() -> Self {
        Self {
            columns: O::columns(Seal::new()),
            way: PhantomData,
        }
    }
}

impl<O: KeyOrder, W> Seek<O, W> {
    pub(super) fn new(values: Vec<Stored>) -> Self {
        Self {
            columns: O::columns(Seal::new()),
            values,
            way: PhantomData,
        }
    }
}

impl<O: KeyOrder, W> Expression for Walk<O, W> {
    type SqlType = NotSelectable;
}

impl<O: KeyOrder, W> Expression for Seek<O, W> {
    type SqlType = Bool;
}

impl<QS, O: KeyOrder + AppearsOnTable<QS>, W> AppearsOnTable<QS> for Walk<O, W> {}

impl<QS, O: KeyOrder + AppearsOnTable<QS>, W> AppearsOnTable<QS> for Seek<O, W> {}

impl<GB, O: KeyOrder, W> ValidGrouping<GB> for Walk<O, W> {
    type IsAggregate = is_aggregate::No;
}

impl<GB, O: KeyOrder, W> ValidGrouping<GB> for Seek<O, W> {
    type IsAggregate = is_aggregate::No;
}

impl<O: KeyOrder, W: Way> QueryId for Walk<O, W> {
    type QueryId = Walk<O, W>;
}

impl<O: KeyOrder, W: Way> QueryId for Seek<O, W> {
    type QueryId = Seek<O, W>;
    // NULL is compared in other words than a value.
    const HAS_STATIC_QUERY_ID: bool = !nullable(O::PARTS);
}

impl<DB: KeyDialect, O: OrderSql<DB>, W: Way> QueryFragment<DB> for Walk<O, W> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        for (at, part) in O::PARTS.iter().enumerate() {
            if at > 0 {
                out.push_sql(", ");
            }
            O::column(&self.columns, at, out.reborrow())?;
            out.push_sql(if part.descending == W::BACK {
                " ASC"
            } else {
                " DESC"
            });
        }
        Ok(())
    }
}

impl<DB: KeyDialect, O: OrderSql<DB>, W: Way> QueryFragment<DB> for Seek<O, W> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("(");
        if O::PARTS.len() > 1 && one_way(O::PARTS) && !nullable(O::PARTS) {
            self.row(out.reborrow())?;
        } else {
            self.columns(out.reborrow())?;
        }
        out.push_sql(")");
        Ok(())
    }
}

/// How a column's value stands to that of the place.
#[derive(Clone, Copy, PartialEq)]
enum Relation {
    Behind,
    AtOrBehind,
    At,
}

impl<O: KeyOrder, W: Way> Seek<O, W> {
    /// `(a, b) > (1, 2)`: one range of one index.
    fn row<'b, DB>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        DB: KeyDialect,
        O: OrderSql<DB>,
    {
        for at in 0..O::PARTS.len() {
            out.push_sql(if at == 0 { "(" } else { ", " });
            O::column(&self.columns, at, out.reborrow())?;
        }
        out.push_sql(")");
        let first = O::PARTS.first().is_some_and(Self::falls);
        out.push_sql(operator(Relation::Behind, first));
        for (at, value) in self.values.iter().enumerate() {
            out.push_sql(if at == 0 { "(" } else { ", " });
            DB::push_stored(&mut out, value)?;
        }
        out.push_sql(")");
        Ok(())
    }

    /// `a >= 1 AND (a > 1 OR (a = 1 AND (b < 2 OR (b = 2 AND c > 3))))`. The first
    /// comparison says nothing new: it is the range for an index.
    fn columns<'b, DB>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        DB: KeyDialect,
        O: OrderSql<DB>,
    {
        let last = O::PARTS.len() - 1;
        if last > 0 {
            self.column(0, Relation::AtOrBehind, out.reborrow())?;
            out.push_sql(" AND ");
        }
        for at in 0..last {
            out.push_sql("(");
            self.column(at, Relation::Behind, out.reborrow())?;
            out.push_sql(" OR (");
            self.column(at, Relation::At, out.reborrow())?;
            out.push_sql(" AND ");
        }
        self.column(last, Relation::Behind, out.reborrow())?;
        out.push_sql(&"))".repeat(last));
        Ok(())
    }

    /// One column's comparison, which is never NULL where the column or the value is.
    fn column<'b, DB>(
        &'b self,
        at: usize,
        relation: Relation,
        mut out: AstPass<'_, 'b, DB>,
    ) -> QueryResult<()>
    where
        DB: KeyDialect,
        O: OrderSql<DB>,
    {
        let (Some(part), Some(value)) = (O::PARTS.get(at), self.values.get(at)) else {
            return Ok(());
        };
        let nulls_first = DB::NULLS_FIRST != Self::falls(part);
        let column = |out: AstPass<'_, 'b, DB>| O::column(&self.columns, at, out);
        if *value == Stored::Null {
            let condition = match (relation, nulls_first) {
                (Relation::Behind, true) => " IS NOT NULL",
                (Relation::Behind, false) => return never(out),
                (Relation::AtOrBehind, true) => return always(out),
                (Relation::AtOrBehind, false) | (Relation::At, _) => " IS NULL",
            };
            column(out.reborrow())?;
            out.push_sql(condition);
            return Ok(());
        }
        let nulls_too = part.nullable && !nulls_first && relation != Relation::At;
        if nulls_too {
            out.push_sql("(");
        }
        column(out.reborrow())?;
        out.push_sql(operator(relation, Self::falls(part)));
        DB::push_stored(&mut out, value)?;
        if nulls_too {
            out.push_sql(" OR ");
            column(out.reborrow())?;
            out.push_sql(" IS NULL)");
        }
        Ok(())
    }

    /// Whether the column's values fall on this way.
    fn falls(part: &Part) -> bool {
        part.descending != W::BACK
    }
}

fn never<DB: KeyDialect>(mut out: AstPass<'_, '_, DB>) -> QueryResult<()> {
    out.push_sql("1 = 0");
    Ok(())
}

fn always<DB: KeyDialect>(mut out: AstPass<'_, '_, DB>) -> QueryResult<()> {
    out.push_sql("1 = 1");
    Ok(())
}

fn operator(relation: Relation, falls: bool) -> &'static str {
    match (relation, falls) {
        (Relation::At, _) => " = ",
        (Relation::Behind, false) => " > ",
        (Relation::Behind, true) => " < ",
        (Relation::AtOrBehind, false) => " >= ",
        (Relation::AtOrBehind, true) => " <= ",
    }
}
