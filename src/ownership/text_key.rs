//! The primary key that the library makes: a text with the prefix of its model.

use std::fmt;
use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::dsl::SqlTypeOf;
use diesel::expression::{
    AppearsOnTable, Expression, TypedExpressionType, ValidGrouping, is_aggregate,
};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::query_source::Column;
use diesel::result::{Error, QueryResult};
use diesel::serialize::ToSql;
use diesel::sql_types::{SqlType, Text};

use super::kept::{Nothing, Slot, stamped_value};
use crate::clock::Birth;
use crate::id::{Coin, MadeText, TextId};
use crate::query::NestedId;

/// The SQL types of columns that hold a text id: the primary key of a model that says `text_id`
/// or `type_id`.
#[diagnostic::on_unimplemented(
    message = "a text id cannot be kept in a column of type `{Self}`",
    label = "not the type of a text id",
    note = "the primary key of a model with `text_id` or `type_id` is of type `Text`, and never `Nullable`"
)]
pub trait TextIdColumnType: SqlType + TypedExpressionType {}

impl TextIdColumnType for Text {}

/// Compiles for columns that can hold a text id.
#[doc(hidden)]
pub fn keeps_text_id<C: Column>()
where
    SqlTypeOf<C>: TextIdColumnType,
{
}

/// The type of the field for the primary key of `T`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the key of a row of `{T}` is not a `{Self}`",
    label = "not `TextId<{T}>`",
    note = "with `text_id` or `type_id`, the field for the primary key is of type `TextId` of the model itself"
)]
pub trait IsTextIdOf<T: ?Sized> {}

impl<T: ?Sized> IsTextIdOf<T> for TextId<T> {}

/// Compiles for the type of such a field.
#[doc(hidden)]
pub fn is_text_id_of<I: IsTextIdOf<T>, T: ?Sized>() {}

/// The column `C` of the key that the library makes, and how, `M`.
#[doc(hidden)]
pub struct Coined<C, M>(PhantomData<fn() -> (C, M)>);

impl<C, M> Clone for Coined<C, M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C, M> Copy for Coined<C, M> {}

impl<C, M> Default for Coined<C, M> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<C, M> fmt::Debug for Coined<C, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Coined")
    }
}

impl<C: Column + 'static, M: 'static> Slot for Coined<C, M> {
    const NAME: Option<&'static str> = Some(C::NAME);
}

/// Whose keys the library makes.
#[doc(hidden)]
pub trait KeySlot: Slot {
    /// Whether a key begins with the time.
    const BY_TIME: bool;
    /// The keys of so many new rows; none at all, if the library makes none.
    fn make(birth: Birth<'_>, rows: usize) -> Vec<MadeText>;
}

impl KeySlot for Nothing {
    const BY_TIME: bool = false;

    fn make(_: Birth<'_>, _: usize) -> Vec<MadeText> {
        Vec::new()
    }
}

impl<C, M: Coin> KeySlot for Coined<C, M>
where
    Self: Slot,
{
    const BY_TIME: bool = M::BY_TIME;

    fn make(birth: Birth<'_>, rows: usize) -> Vec<MadeText> {
        (0..rows).map(|_| birth.text_id::<M>()).collect()
    }
}

/// How the key of a new row is rendered. Nothing renders nothing.
#[doc(hidden)]
pub trait KeySql<DB: Backend>: KeySlot {
    fn push<'b>(made: &'b MadeText, out: AstPass<'_, 'b, DB>) -> QueryResult<()>;
}

impl<DB: Backend> KeySql<DB> for Nothing {
    fn push<'b>(_: &'b MadeText, _: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        Ok(())
    }
}

impl<DB, C, M> KeySql<DB> for Coined<C, M>
where
    Self: KeySlot,
    DB: Backend,
    str: ToSql<Text, DB>,
{
    fn push<'b>(made: &'b MadeText, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        push(made, out)
    }
}

/// A key that could not be made ends the statement before it is sent.
fn push<'b, DB: Backend>(made: &'b MadeText, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()>
where
    str: ToSql<Text, DB>,
{
    match made {
        Ok(text) => out.push_bind_param::<Text, str>(text.as_str()),
        Err(none) => Err(Error::QueryBuilderError(Box::new(*none))),
    }
}

/// The key of a new row that diesel renders, for a column of type `ST`.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct MadeKey<ST> {
    made: MadeText,
    of: PhantomData<fn() -> ST>,
}

impl<ST> MadeKey<ST> {
    #[doc(hidden)]
    #[must_use]
    pub fn new(made: MadeText) -> Self {
        Self {
            made,
            of: PhantomData,
        }
    }
}

// What may be refused shows, so that the statement is walked through before diesel sees it.
stamped_value!(MadeKey, NestedId<Self>);

impl<DB: Backend, ST> QueryFragment<DB> for MadeKey<ST>
where
    str: ToSql<Text, DB>,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        push(&self.made, out)
    }
}
