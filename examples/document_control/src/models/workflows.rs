//! Workflows. Their keys were UUIDs from the beginning, as texts, and are what is shown.

use diesel::prelude::*;
use tenancy::prelude::*;

use super::{Correspondence, Organization, OrganizationId};
use crate::schema::{workflow_definitions, workflow_histories, workflow_instances};

#[derive(Debug, Clone, Queryable, Selectable, Scoped)]
#[diesel(table_name = workflow_definitions)]
#[scoped(
    tenant = organization_id,
    key = OrganizationId,
    references(Organization, on = organization_id)
)]
pub struct WorkflowDefinition {
    pub id: String,
    pub workflow_code: String,
    pub first_state: String,
}

#[derive(Debug, Clone, Queryable, Selectable, Scoped)]
#[diesel(table_name = workflow_instances)]
#[scoped(
    tenant = organization_id,
    key = OrganizationId,
    references(WorkflowDefinition, on = definition_id),
    references(Correspondence, on = correspondence_id)
)]
pub struct WorkflowInstance {
    pub id: String,
    pub correspondence_id: RowId<Correspondence>,
    pub current_state: String,
}

#[derive(Debug, ScopedInsertable)]
#[diesel(table_name = workflow_instances)]
pub struct NewInstance<'a> {
    pub id: String,
    pub definition_id: &'a str,
    pub correspondence_id: RowId<Correspondence>,
    pub current_state: &'a str,
}

#[derive(Debug, Clone, Queryable, Selectable, Scoped)]
#[diesel(table_name = workflow_histories)]
#[scoped(parent(WorkflowInstance, on = instance_id), created = created_at)]
pub struct WorkflowHistory {
    pub id: String,
    pub from_state: Option<String>,
    pub to_state: String,
    pub action: String,
}

#[derive(Debug, ScopedInsertable)]
#[diesel(table_name = workflow_histories, treat_none_as_default_value = false)]
pub struct NewHistory<'a> {
    pub id: String,
    pub instance_id: &'a str,
    pub from_state: Option<&'a str>,
    pub to_state: &'a str,
    pub action: &'a str,
}
