//! The order of keyset pages: columns of one table, each ascending or descending.

use std::fmt::Debug;

use diesel::dsl::{Asc, Desc};
use diesel::internal::table_macro::StaticQueryFragment;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::query_source::Column;
use diesel::result::QueryResult;
use diesel::sql_types::{SqlType, is_nullable};

use super::stored::{KeyDialect, Stored};
use crate::__private::{Seal, same_name};
use crate::ownership::{Home, Predicate, ReadableBy, ScopedTable};
use crate::query::InScope;

/// What is known of one column of an order.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    pub(super) name: &'static str,
    pub(super) descending: bool,
    pub(super) nullable: bool,
}

/// Whether a SQL type has NULL.
pub trait Nullness {
    /// Whether it has.
    const NULLABLE: bool;
}

impl Nullness for is_nullable::NotNull {
    const NULLABLE: bool = false;
}

impl Nullness for is_nullable::IsNullable {
    const NULLABLE: bool = true;
}

/// `column.asc()` or `column.desc()`.
pub trait OrderPart: 'static {
    #[doc(hidden)]
    type Column: Column + Default;
    #[doc(hidden)]
    const PART: Part;
}

macro_rules! directions {
    ($($direction:ident $descending:literal)*) => { $(
        impl<C> OrderPart for $direction<C>
        where
            C: Column + Default + 'static,
            C::SqlType: SqlType<IsNull: Nullness>,
        {
            type Column = C;
            const PART: Part = Part {
                name: C::NAME,
                descending: $descending,
                nullable: <<C::SqlType as SqlType>::IsNull as Nullness>::NULLABLE,
            };
        }
    )* };
}

directions! { Asc false Desc true }

/// `column.asc()`, `column.desc()`, or a tuple of them, of one table.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an order that pages can be cut by",
    label = "not columns of one table, each ascending or descending",
    note = "such an order is one to six columns, as in `(Asc<items::name>, Desc<items::id>)` with `diesel::dsl::{{Asc, Desc}}`"
)]
pub trait KeyOrder: 'static {
    #[doc(hidden)]
    type Table: StaticQueryFragment<Component: Debug>;
    #[doc(hidden)]
    type Columns;
    /// The columns' values as they are loaded.
    #[doc(hidden)]
    type Loaded: Loaded;
    #[doc(hidden)]
    const PARTS: &'static [Part];
    #[doc(hidden)]
    fn columns(_: Seal) -> Self::Columns;
}

/// The SQL of an order's columns.
pub trait OrderSql<DB: KeyDialect>: KeyOrder {
    #[doc(hidden)]
    fn column<'b>(
        columns: &'b Self::Columns,
        at: usize,
        out: AstPass<'_, 'b, DB>,
    ) -> QueryResult<()>;
}

/// The values of an order's columns in one row.
pub trait Loaded {
    #[doc(hidden)]
    fn into_values(self) -> Vec<Stored>;
}

impl Loaded for Stored {
    fn into_values(self) -> Vec<Stored> {
        vec![self]
    }
}

macro_rules! stored {
    ($part:ident) => {
        Stored
    };
}

macro_rules! orders {
    ($(($first:ident $zero:tt $(, $part:ident $at:tt)*))*) => { $(
        #[diagnostic::do_not_recommend]
        impl<$first, $($part),*> KeyOrder for ($first, $($part,)*)
        where
            $first: OrderPart,
            <$first::Column as Column>::Table: StaticQueryFragment<Component: Debug>,
            $($part: OrderPart<Column: Column<Table = <$first::Column as Column>::Table>>,)*
        {
            type Table = <$first::Column as Column>::Table;
            type Columns = ($first::Column, $($part::Column,)*);
            type Loaded = (Stored, $(stored!($part),)*);
            const PARTS: &'static [Part] = &[$first::PART, $($part::PART),*];

            fn columns(_: Seal) -> Self::Columns {
                Default::default()
            }
        }

        impl<DB, $first, $($part),*> OrderSql<DB> for ($first, $($part,)*)
        where
            DB: KeyDialect,
            Self: KeyOrder<Columns = ($first::Column, $($part::Column,)*)>,
            $first: OrderPart<Column: QueryFragment<DB>>,
            $($part: OrderPart<Column: QueryFragment<DB>>,)*
        {
            fn column<'b>(
                columns: &'b Self::Columns,
                at: usize,
                out: AstPass<'_, 'b, DB>,
            ) -> QueryResult<()> {
                match at {
                    $zero => columns.$zero.walk_ast(out),
                    $($at => columns.$at.walk_ast(out),)*
                    _ => Ok(()),
                }
            }
        }

        impl Loaded for (stored!($first), $(stored!($part),)*) {
            fn into_values(self) -> Vec<Stored> {
                vec![self.$zero, $(self.$at),*]
            }
        }
    )* };
}

orders! {
    (A 0)
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
    (A 0, B 1, C 2, D 3, E 4)
    (A 0, B 1, C 2, D 3, E 4, F 5)
}

macro_rules! order_of_one {
    ($($direction:ident)*) => { $(
        #[diagnostic::do_not_recommend]
        impl<C> KeyOrder for $direction<C>
        where
            Self: OrderPart<Column = C>,
            C: Column<Table: StaticQueryFragment<Component: Debug>> + Default,
        {
            type Table = C::Table;
            type Columns = C;
            type Loaded = Stored;
            const PARTS: &'static [Part] = &[<Self as OrderPart>::PART];

            fn columns(_: Seal) -> C {
                C::default()
            }
        }

        impl<DB: KeyDialect, C: QueryFragment<DB>> OrderSql<DB> for $direction<C>
        where
            Self: KeyOrder<Columns = C>,
        {
            fn column<'b>(columns: &'b C, _: usize, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
                columns.walk_ast(out)
            }
        }
    )* };
}

order_of_one! { Asc Desc }

/// Whether a column of the order may be NULL.
pub(super) const fn nullable(parts: &[Part]) -> bool {
    let mut at = 0;
    while at < parts.len() {
        if parts[at].nullable {
            return true;
        }
        at += 1;
    }
    false
}

/// Whether all columns have one direction.
pub(super) const fn one_way(parts: &[Part]) -> bool {
    let mut at = 1;
    while at < parts.len() {
        if parts[at].descending != parts[0].descending {
            return false;
        }
        at += 1;
    }
    true
}

/// An order that rows of `QS` can be paged by.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an order that pages of `{QS}` can be cut by",
    label = "not columns of the table, each with `.asc()` or `.desc()`",
    note = "write up to six columns of the query's own table: `.keyset((items::name.asc(), items::id.desc()))`",
    note = "raw SQL, functions, subqueries and columns of other tables have no value that a cursor could hold and an index could find"
)]
pub trait OrderOf<QS>: KeyOrder {}

#[diagnostic::do_not_recommend]
impl<O, QS> OrderOf<QS> for O where O: KeyOrder<Table = QS> + InScope<QS> {}

/// Fails to compile if two rows of a scope can stand at the same place of an order, or if
/// a column of it is more than a column.
#[track_caller]
pub(in crate::query) const fn total<T: ReadableBy<K>, K, O: KeyOrder>() {
    // A type that diesel's `Column` was implemented for by hand could have any name.
    assert!(
        size_of::<O::Columns>() == 0,
        "an order of pages is made of columns of the table itself: write `items::name.asc()`, not \
         a box of the column"
    );
    let fixed = if <T::ReadPredicate<Home> as Predicate>::FIXES_TENANT {
        <T as ScopedTable>::TENANT
    } else {
        ""
    };
    assert!(
        tells_rows_apart(O::PARTS, <T as ScopedTable>::PRIMARY_KEY, fixed),
        "rows could be lost between two pages: the order must hold the primary key of the table. \
         Write it last: `.keyset((items::name.asc(), items::id.asc()))`"
    );
}

/// Whether the order has all columns of the primary key, but for one that is the same in
/// all rows.
const fn tells_rows_apart(parts: &[Part], primary_key: &[&str], fixed: &str) -> bool {
    let mut key = 0;
    while key < primary_key.len() {
        let mut found = same_name(primary_key[key], fixed);
        let mut at = 0;
        while at < parts.len() {
            found = found || same_name(parts[at].name, primary_key[key]);
            at += 1;
        }
        if !found {
            return false;
        }
        key += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(names: &[&'static str]) -> Vec<Part> {
        names
            .iter()
            .map(|name| Part {
                name,
                descending: false,
                nullable: false,
            })
            .collect()
    }

    #[test]
    fn an_order_is_total_if_it_holds_the_key() {
        assert!(tells_rows_apart(
            &parts(&["name", "id"]),
            &["id"],
            "tenant_id"
        ));
        assert!(!tells_rows_apart(&parts(&["name"]), &["id"], "tenant_id"));
        let composite = ["tenant_id", "key"];
        assert!(tells_rows_apart(&parts(&["key"]), &composite, "tenant_id"));
        assert!(!tells_rows_apart(
            &parts(&["tenant_id"]),
            &composite,
            "tenant_id"
        ));
    }

    #[test]
    fn a_key_whose_tenant_varies_needs_all_its_columns() {
        let composite = ["tenant_id", "key"];
        assert!(!tells_rows_apart(&parts(&["key"]), &composite, ""));
        assert!(tells_rows_apart(
            &parts(&["key", "tenant_id"]),
            &composite,
            ""
        ));
    }
}
