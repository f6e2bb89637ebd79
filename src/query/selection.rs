//! What a query selects.

use diesel::dsl;
use diesel::expression::SelectableExpression;
use diesel::query_dsl::methods::SelectDsl;

use crate::__private::Seal;

/// What can be selected from a query over `QS`: what diesel selects from it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be selected from this query",
    label = "not a selection of this query",
    note = "what is selected of a left-joined table is NULL where there is no partner: write `column.nullable()`, and `Option::<Model>::as_select()`",
    note = "behind `group_by`, columns of the group and aggregates are selected, and no others; without it, columns or aggregates, and not both"
)]
pub trait Selection<Q, QS> {
    #[doc(hidden)]
    type Query;
    #[doc(hidden)]
    fn select_from(self, query: Q, seal: Seal) -> Self::Query;
}

#[diagnostic::do_not_recommend]
impl<S, Q, QS> Selection<Q, QS> for S
where
    S: SelectableExpression<QS>,
    Q: SelectDsl<S>,
{
    type Query = dsl::Select<Q, S>;

    fn select_from(self, query: Q, _: Seal) -> Self::Query {
        query.select(self)
    }
}

/// Nothing was selected: the loaded struct says its columns.
#[derive(Debug, Clone, Copy)]
pub enum Unselected {}

/// The user selected.
#[derive(Debug, Clone, Copy)]
pub enum Selected {}
