//! What diesel needs of an id in a column, whatever the id is of.

/// An id as a value for a column of this SQL type, which may also be `Nullable`, and as what is
/// loaded from it. The module that calls it says how the id itself is written and read.
macro_rules! id_column {
    ($id:ident, $sql:ty, $bind:ident) => {
        impl<T: ?Sized> AsExpression<$sql> for $id<T> {
            type Expression = $bind<$sql, T>;

            fn as_expression(self) -> Self::Expression {
                $bind::new(self)
            }
        }

        impl<T: ?Sized> AsExpression<$sql> for &$id<T> {
            type Expression = $bind<$sql, T>;

            fn as_expression(self) -> Self::Expression {
                $bind::new(*self)
            }
        }

        impl<T: ?Sized> AsExpression<Nullable<$sql>> for $id<T> {
            type Expression = $bind<Nullable<$sql>, T>;

            fn as_expression(self) -> Self::Expression {
                $bind::new(self)
            }
        }

        impl<T: ?Sized> AsExpression<Nullable<$sql>> for &$id<T> {
            type Expression = $bind<Nullable<$sql>, T>;

            fn as_expression(self) -> Self::Expression {
                $bind::new(*self)
            }
        }

        impl<T: ?Sized, DB: Backend> ToSql<Nullable<$sql>, DB> for $id<T>
        where
            $id<T>: ToSql<$sql, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                ToSql::<$sql, DB>::to_sql(self, out)
            }
        }

        impl<T: ?Sized, DB: Backend> Queryable<$sql, DB> for $id<T>
        where
            $id<T>: FromStaticSqlRow<$sql, DB>,
        {
            type Row = Self;

            fn build(row: Self) -> deserialize::Result<Self> {
                Ok(row)
            }
        }
    };
}

pub(crate) use id_column;
