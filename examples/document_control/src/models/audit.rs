//! What users did. It is read inside only, so that it names rows by their numbers.

use diesel::prelude::*;
use tenancy::prelude::*;

use super::{OrganizationId, User};
use crate::schema::audit_logs;

#[derive(Debug, Clone, Queryable, Selectable, Scoped)]
#[diesel(table_name = audit_logs)]
#[scoped(
    tenant = organization_id,
    key = OrganizationId,
    created = created_at,
    references(User, on = user_id)
)]
pub struct AuditLog {
    pub id: RowId<AuditLog>,
    pub user_id: RowId<User>,
    pub action: String,
    pub entity_type: String,
    pub entity_id: i64,
}
