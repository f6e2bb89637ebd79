//! What an upsert may set: what an update may, and the columns of the row that was to be
//! inserted.

use diesel::expression::Expression;
use diesel::query_builder::{AsChangeset, QueryId};

use crate::__private::Seal;
use crate::ownership::Assignments;
use crate::query::changes::{ChangesFragment, InlineChanges, IntoChanges};
use crate::query::guard::door;
use crate::query::proposed::MayUpsert;
use crate::query::row_shape::{AsChanges, RowShape};

/// What [`UpsertOf::set`](crate::UpsertOf::set) takes: what
/// [`UpdateOf::set`](crate::UpdateOf::set) takes, and [`proposed`](crate::proposed) columns
/// in it.
///
/// `By` says which of them it is; the compiler finds it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot change rows of the tenant's table `{T}` in an upsert",
    label = "not a changeset of `{T}`",
    note = "put `#[derive(ScopedChangeset)]` on the struct, or give `column.eq(value)`, alone or in a tuple",
    note = "a row stays with its tenant and keeps its key: leave the tenant column, the column that leads to the parent and the primary key out",
    note = "values come from the row that is there, and with `tenancy::proposed(column)` from the row that was to be inserted: a subquery among them could read any tenant's rows"
)]
pub trait UpsertChanges<T, K, By> {
    #[doc(hidden)]
    type Changes: ChangesFragment;
    #[doc(hidden)]
    fn upsert_changes(self, key: &K, seal: Seal) -> Self::Changes;
}

/// The marker of changes that a struct says.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum ByStruct {}

/// The marker of changes by `column.eq(value)`.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum ByColumns {}

#[diagnostic::do_not_recommend]
impl<V, T, K> UpsertChanges<T, K, ByStruct> for V
where
    V: RowShape<AsChanges> + IntoChanges<T, K>,
{
    type Changes = V::Changes;

    fn upsert_changes(self, key: &K, seal: Seal) -> Self::Changes {
        self.into_changes(key, seal)
    }
}

#[diagnostic::do_not_recommend]
impl<V, T, K> UpsertChanges<T, K, ByColumns> for V
where
    V: Expression<SqlType: Assignments<V, T>> + AsChangeset<Target = T> + MayUpsert<T> + QueryId,
{
    type Changes = InlineChanges<V, V::Changeset>;

    fn upsert_changes(self, _: &K, _: Seal) -> Self::Changes {
        const { door::<V>() };
        const { V::SqlType::TARGETS_ARE_COLUMNS };
        InlineChanges::new(self.as_changeset())
    }
}
