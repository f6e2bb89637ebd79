//! The models of the audit's tables. A tenant reads the rows about itself, whatever the type of
//! its key is, and nobody writes them by a `Repo`.
//!
//! So what the derive would write is written here: the tenant's key stands in a text, as the
//! setting of the database has it, beside the kind of the key, and there is no `WritableBy`.

use chrono::NaiveDateTime;
use diesel::dsl;
use diesel::expression::{AppearsOnTable, Expression, ValidGrouping, is_aggregate};
use diesel::internal::table_macro::StaticQueryFragment;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::Text;
use uuid::Uuid;

use super::schema::{tenancy_audit_events, tenancy_audit_heads};
use crate::__private::Seal;
use crate::catalog::{Declared, KeyKind, KeyType, Named, Owner, WithoutOwner, Writers};
use crate::id::RowId;
use crate::key::{OneTenant, TenantKey};
use crate::ownership::{
    At, Both, EveryTenant, Everyone, Home, Is, JoinSource, Kept, Nothing, Place, ReadableBy,
    Scoped, ScopedTable, Shown, shown,
};

/// What an operator did: the beginning of an act, or its end.
///
/// A tenant reads those about itself by `Repo::<AuditEvent>`; there is no insert, update or
/// delete. An operator reads all of them
/// [across the tenants](crate::Database::read_across).
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Identifiable)]
#[diesel(table_name = tenancy_audit_events)]
#[non_exhaustive]
pub struct AuditEvent {
    /// Its number in the table.
    pub id: RowId<AuditEvent>,
    /// Its public id.
    pub public_id: Uuid,
    /// The tenant, as a text. None for what was read across all tenants.
    pub tenant_id: Option<String>,
    /// The [kind](TenantKey#the-kind-of-a-key) of the tenant's key; empty for what was read across
    /// all tenants.
    pub tenant_kind: String,
    /// Its place in the chain of the tenant's events, or of those across all tenants: from 1 on.
    pub sequence: i64,
    /// Of the end of an act: the place of its beginning.
    pub opened_by: Option<i64>,
    /// Who acted: the subject of the operator's identity.
    pub actor: String,
    /// What kind of access: `act`, `read`, `read across`, `for each`, `move out` or `move in`.
    pub kind: String,
    /// Of the end of an act: `done`, `failed` or `panicked`.
    pub outcome: Option<String>,
    /// Of the end of an act: a line for each table, with what was done, as `items: read, write`. Of
    /// a move, both events begin with a line that names the other tenant, as `to the tenant 2`.
    pub tables: String,
    /// Why.
    pub reason: String,
    /// The ticket, if there is one.
    pub ticket: Option<String>,
    /// When, in UTC.
    pub at: NaiveDateTime,
    /// The hash of the event before it in the chain.
    pub previous_hash: Vec<u8>,
    /// Its own.
    pub hash: Vec<u8>,
}

/// Where the chain of a tenant's events ends.
///
/// A tenant reads its own by `Repo::<AuditHead>`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Identifiable)]
#[diesel(table_name = tenancy_audit_heads, primary_key(tenant_id, tenant_kind))]
#[non_exhaustive]
pub struct AuditHead {
    /// The tenant, as a text; empty for the chain of the events across all tenants.
    pub tenant_id: String,
    /// The [kind](TenantKey#the-kind-of-a-key) of the tenant's key; empty for the chain of the
    /// events across all tenants.
    pub tenant_kind: String,
    /// The place of the last event.
    pub sequence: i64,
    /// The hash of the last event.
    pub hash: Vec<u8>,
}

/// A tenant's key as a text, as the setting of the database has it; or the kind of the key.
#[doc(hidden)]
#[derive(Debug, Clone, QueryId)]
pub struct KeyText(String);

impl KeyText {
    fn new<K: TenantKey>(key: &K) -> Self {
        Self(key.as_key().to_string())
    }

    fn kind_of<K: TenantKey>() -> Self {
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

impl<DB: diesel::backend::Backend> QueryFragment<DB> for KeyText
where
    String: ToSql<Text, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_bind_param::<Text, String>(&self.0)
    }
}

macro_rules! audited {
    ($model:ident, $table:ident, $id:ident: $id_type:ty, $made:expr, $primary:expr, $without:ident, $rights:expr) => {
        impl crate::__private::SealedModel for $model {}

        impl Scoped for $model {
            type Table = $table::table;
            type Id = $id_type;
            type Key = i64;
            type IdPredicate =
                Is<$table::$id, dsl::AsExprOf<$id_type, dsl::SqlTypeOf<$table::$id>>>;

            fn id_predicate(id: $id_type, _: Seal) -> Self::IdPredicate {
                use diesel::expression::AsExpression;
                Is::new(
                    $table::$id,
                    AsExpression::<dsl::SqlTypeOf<$table::$id>>::as_expression(id),
                )
            }
        }

        impl crate::__private::SealedTable for $table::table {}

        impl ScopedTable for $table::table {
            const NAME: &'static str = stringify!($table);
            const TENANT: &'static str = "tenant_id";
            const PRIMARY_KEY: &'static [&'static str] = $primary;
            const MADE_BY_THE_DATABASE: &'static [&'static str] = $made;
            const PARENT: &'static str = "";
            const KEPT: &'static [&'static str] = &[];
            type Kept = Kept<Nothing, Nothing, Nothing, Nothing, Nothing>;
            type IdColumn = $table::$id;
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
                    writers: Writers::Operators($rights),
                    proof: None,
                    public_id: None,
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
            type Visible = dsl::Filter<$table::table, Shown<$table::table, EveryTenant<K>, Home>>;

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

        impl crate::__private::OwnerColumn for $table::tenant_id {}
    };
}

audited!(
    AuditEvent,
    tenancy_audit_events,
    id: RowId<AuditEvent>,
    &["id"],
    &["id"],
    Hidden,
    &["SELECT", "INSERT"]
);
audited!(
    AuditHead,
    tenancy_audit_heads,
    tenant_id: String,
    &[],
    &["tenant_id", "tenant_kind"],
    Impossible,
    &["SELECT", "INSERT", "UPDATE"]
);

/// What is inserted. The hash is made of all of it.
#[derive(Debug, Insertable)]
#[diesel(table_name = tenancy_audit_events)]
pub(super) struct NewEvent<'a> {
    public_id: NewId,
    tenant_id: Option<&'a str>,
    tenant_kind: &'a str,
    sequence: i64,
    opened_by: Option<i64>,
    actor: &'a str,
    kind: &'a str,
    outcome: Option<&'a str>,
    tables: &'a str,
    reason: &'a str,
    ticket: Option<&'a str>,
    at: NaiveDateTime,
    previous_hash: &'a [u8],
    hash: &'a [u8],
}

/// A public id, as diesel's derive takes one.
type NewId = diesel::internal::derives::as_expression::Bound<crate::sql_types::Id128, Uuid>;

impl<'a> From<&'a AuditEvent> for NewEvent<'a> {
    fn from(event: &'a AuditEvent) -> Self {
        Self {
            public_id: crate::sql_types::id128(event.public_id),
            tenant_id: event.tenant_id.as_deref(),
            tenant_kind: &event.tenant_kind,
            sequence: event.sequence,
            opened_by: event.opened_by,
            actor: &event.actor,
            kind: &event.kind,
            outcome: event.outcome.as_deref(),
            tables: &event.tables,
            reason: &event.reason,
            ticket: event.ticket.as_deref(),
            at: event.at,
            previous_hash: &event.previous_hash,
            hash: &event.hash,
        }
    }
}
