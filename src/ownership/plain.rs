//! The left side of an assignment is a column itself, not something that stands for one.
//!
//! diesel lets anyone implement `Column` for `Box<column>` or `&column`, with a name of
//! their choice: such a target passes for the honest column everywhere, except in the SQL.

use diesel::insertable::Insertable;
use diesel::sql_types::{Bool, Nullable};

/// The SQL type of `column.eq(value)`, or of a tuple of them, which leads to its parts.
#[doc(hidden)]
pub trait Assignments<V, T> {
    /// Fails to compile if a target is more than a column. Columns have no size, so that
    /// an assignment is as large as the value that it inserts.
    const TARGETS_ARE_COLUMNS: ();
}

const fn target_is_column<V: Insertable<T>, T>() {
    assert!(
        size_of::<V>() == size_of::<V::Values>(),
        "the target of an assignment is a column of the table itself: write `items::name.eq(..)`, \
         not a box of the column or a reference to it"
    );
}

impl<V: Insertable<T>, T> Assignments<V, T> for Bool {
    const TARGETS_ARE_COLUMNS: () = target_is_column::<V, T>();
}

impl<V: Insertable<T>, T> Assignments<V, T> for Nullable<Bool> {
    const TARGETS_ARE_COLUMNS: () = target_is_column::<V, T>();
}

macro_rules! tuples {
    ($(($($value:ident $sql:ident)+))*) => { $(
        impl<T, $($value, $sql,)+> Assignments<($($value,)+), T> for ($($sql,)+)
        where
            $($sql: Assignments<$value, T>,)+
        {
            const TARGETS_ARE_COLUMNS: () = { $(let () = $sql::TARGETS_ARE_COLUMNS;)+ };
        }
    )* };
}

tuples! {
    (A1 B1)
    (A1 B1 A2 B2)
    (A1 B1 A2 B2 A3 B3)
    (A1 B1 A2 B2 A3 B3 A4 B4)
    (A1 B1 A2 B2 A3 B3 A4 B4 A5 B5)
    (A1 B1 A2 B2 A3 B3 A4 B4 A5 B5 A6 B6)
    (A1 B1 A2 B2 A3 B3 A4 B4 A5 B5 A6 B6 A7 B7)
    (A1 B1 A2 B2 A3 B3 A4 B4 A5 B5 A6 B6 A7 B7 A8 B8)
    (A1 B1 A2 B2 A3 B3 A4 B4 A5 B5 A6 B6 A7 B7 A8 B8 A9 B9)
    (A1 B1 A2 B2 A3 B3 A4 B4 A5 B5 A6 B6 A7 B7 A8 B8 A9 B9 A10 B10)
    (A1 B1 A2 B2 A3 B3 A4 B4 A5 B5 A6 B6 A7 B7 A8 B8 A9 B9 A10 B10 A11 B11)
    (A1 B1 A2 B2 A3 B3 A4 B4 A5 B5 A6 B6 A7 B7 A8 B8 A9 B9 A10 B10 A11 B11 A12 B12)
    (A1 B1 A2 B2 A3 B3 A4 B4 A5 B5 A6 B6 A7 B7 A8 B8 A9 B9 A10 B10 A11 B11 A12 B12 A13 B13)
    (A1 B1 A2 B2 A3 B3 A4 B4 A5 B5 A6 B6 A7 B7 A8 B8 A9 B9 A10 B10 A11 B11 A12 B12 A13 B13
        A14 B14)
    (A1 B1 A2 B2 A3 B3 A4 B4 A5 B5 A6 B6 A7 B7 A8 B8 A9 B9 A10 B10 A11 B11 A12 B12 A13 B13
        A14 B14 A15 B15)
    (A1 B1 A2 B2 A3 B3 A4 B4 A5 B5 A6 B6 A7 B7 A8 B8 A9 B9 A10 B10 A11 B11 A12 B12 A13 B13
        A14 B14 A15 B15 A16 B16)
}
