//! Tables of the library's own that serve tenants with keys of any type: the key stands in a text,
//! as the setting of the database has it, beside the kind of the key.
//!
//! What the derive would write for a model is written here. There is no `WritableBy`: no
//! [`Repo`](crate::Repo) writes such a table.

use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, AsExpression, Expression, ValidGrouping, is_aggregate};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{SqlType, Text};
use diesel::{Column, dsl};

use super::predicate::Is;
use crate::key::TenantKey;

/// A tenant's key as a text, as the setting of the database has it; or the kind of the key.
#[doc(hidden)]
#[derive(Debug, Clone, QueryId)]
pub struct KeyText(String);

impl KeyText {
    pub(crate) fn new<K: TenantKey>(key: &K) -> Self {
        Self(key.as_key().to_string())
    }

    pub(crate) fn kind_of<K: TenantKey>() -> Self {
        Self(K::lasting_kind().to_owned())
    }
}

impl Expression for KeyText {
    type SqlType = Text;
}

impl<QS> AppearsOnTable<QS> for KeyText {}

impl<GB> ValidGrouping<GB> for KeyText {
    type IsAggregate = is_aggregate::Never;
}

impl<DB: Backend> QueryFragment<DB> for KeyText
where
    String: ToSql<Text, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_bind_param::<Text, String>(&self.0)
    }
}

/// `column = id`.
pub(crate) type ById<C, I> = Is<C, dsl::AsExprOf<I, dsl::SqlTypeOf<C>>>;

pub(crate) fn by_id<C, I>(id: I) -> ById<C, I>
where
    C: Column<SqlType: SqlType> + Default,
    I: AsExpression<dsl::SqlTypeOf<C>>,
{
    Is::new(C::default(), id.as_expression())
}

macro_rules! owned_by_text {
    (
        $model:ident, $table:ident,
        id: $id:ty = $id_column:ty,
        by: $by_type:ty = $by:expr,
        made: $made:expr,
        primary: $primary:expr,
        without: $without:ident,
        writers: $writers:expr
    ) => {
        const _: () = {
            use diesel::internal::table_macro::StaticQueryFragment;
            use diesel::{QueryDsl as _, dsl};
            use $crate::__private::Seal;
            use $crate::catalog::{Declared, KeyKind, KeyType, Named, Owner, WithoutOwner};
            use $crate::key::{OneTenant, TenantKey};
            use $crate::ownership::{
                At, Both, EveryTenant, Everyone, Home, Is, JoinSource, Kept, KeyText, Nothing,
                Place, ReadableBy, Scoped, ScopedTable, Shown, shown,
            };

            impl $crate::__private::SealedModel for $model {}

            impl Scoped for $model {
                type Table = $table::table;
                type Id = $id;
                type Key = i64;
                type IdPredicate = $by_type;

                fn id_predicate(id: $id, _: Seal) -> Self::IdPredicate {
                    $by(id)
                }
            }

            impl $crate::__private::SealedTable for $table::table {}

            impl ScopedTable for $table::table {
                const NAME: &'static str = stringify!($table);
                const TENANT: &'static str = "tenant_id";
                const PRIMARY_KEY: &'static [&'static str] = $primary;
                const MADE_BY_THE_DATABASE: &'static [&'static str] = $made;
                const PARENT: &'static str = "";
                const KEPT: &'static [&'static str] = &[];
                type Kept = Kept<Nothing, Nothing, Nothing, Nothing, Nothing, Nothing>;
                type IdColumn = $id_column;
                type Live<P: Place> = Everyone;

                fn live<P: Place>(_: Seal) -> Everyone {
                    Everyone
                }

                fn declared(_: Seal) -> Declared {
                    Declared {
                        name: Named::name(<$table::table as StaticQueryFragment>::STATIC_COMPONENT),
                        primary_key: Self::PRIMARY_KEY,
                        owner: Owner::Tenant {
                            column: "tenant_id",
                            key: KeyType::Text,
                            kind: KeyKind::of::<String>(),
                            without: WithoutOwner::$without,
                        },
                        writers: $writers,
                        proof: None,
                        public_id: None,
                        text_id: None,
                        references: Vec::new(),
                    }
                }
            }

            impl<K: OneTenant> ReadableBy<K> for $table::table {
                type ReadPredicate<P: Place> = Both<
                    Is<At<$table::tenant_id, P>, KeyText>,
                    Is<At<$table::tenant_kind, P>, KeyText>,
                >;
                type Visible = dsl::Filter<$table::table, Shown<$table::table, K, Home>>;

                fn read_predicate<P: Place>(key: &K, _: Seal) -> Self::ReadPredicate<P> {
                    Both::new(
                        Is::new(At::new(), KeyText::new(key)),
                        Is::new(At::new(), KeyText::kind_of::<K>()),
                    )
                }

                fn visible(key: &K, seal: Seal) -> Self::Visible {
                    $table::table.filter(shown::<Self, K, Home>(key, seal))
                }
            }

            impl<K: OneTenant> JoinSource<K> for $table::table {
                type Joined = Shown<Self, K, Home>;

                fn joined(key: &K, seal: Seal) -> Self::Joined {
                    shown::<Self, K, Home>(key, seal)
                }
            }

            impl<K: TenantKey> ReadableBy<EveryTenant<K>> for $table::table {
                type ReadPredicate<P: Place> = Everyone;
                type Visible =
                    dsl::Filter<$table::table, Shown<$table::table, EveryTenant<K>, Home>>;

                fn read_predicate<P: Place>(_: &EveryTenant<K>, _: Seal) -> Everyone {
                    Everyone
                }

                fn visible(key: &EveryTenant<K>, seal: Seal) -> Self::Visible {
                    $table::table.filter(shown::<Self, EveryTenant<K>, Home>(key, seal))
                }
            }

            impl<K: TenantKey> JoinSource<EveryTenant<K>> for $table::table {
                type Joined = Shown<Self, EveryTenant<K>, Home>;

                fn joined(key: &EveryTenant<K>, seal: Seal) -> Self::Joined {
                    shown::<Self, EveryTenant<K>, Home>(key, seal)
                }
            }

            impl $crate::__private::OwnerColumn for $table::tenant_id {}
        };
    };
}
pub(crate) use owned_by_text;
