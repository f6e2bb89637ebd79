//! The models of the audit's tables. A tenant reads the rows about itself, whatever the type of
//! its key is, and nobody writes them by a `Repo`.
//!
//! The tenant's key stands in a text, beside the kind of the key.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use uuid::Uuid;

use super::schema::{tenancy_audit_events, tenancy_audit_heads};
use crate::catalog::Writers;
use crate::id::RowId;
use crate::ownership::{ById, by_id, owned_by_text};

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
    /// The [kind](crate::TenantKey#the-kind-of-a-key) of the tenant's key; empty for what was read across
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
    /// The [kind](crate::TenantKey#the-kind-of-a-key) of the tenant's key; empty for the chain of the
    /// events across all tenants.
    pub tenant_kind: String,
    /// The place of the last event.
    pub sequence: i64,
    /// The hash of the last event.
    pub hash: Vec<u8>,
}

owned_by_text!(
    AuditEvent,
    tenancy_audit_events,
    id: RowId<AuditEvent> = tenancy_audit_events::id,
    by: ById<tenancy_audit_events::id, RowId<AuditEvent>> = by_id,
    made: &["id"],
    primary: &["id"],
    without: Hidden,
    writers: Writers::Operators(&["SELECT", "INSERT"])
);
owned_by_text!(
    AuditHead,
    tenancy_audit_heads,
    id: String = tenancy_audit_heads::tenant_id,
    by: ById<tenancy_audit_heads::tenant_id, String> = by_id,
    made: &[],
    primary: &["tenant_id", "tenant_kind"],
    without: Impossible,
    writers: Writers::Operators(&["SELECT", "INSERT", "UPDATE"])
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
