//! How the documents of a project are numbered.

use diesel::prelude::*;
use tenancy::prelude::*;

use super::{OrganizationId, Project};
use crate::schema::{document_number_counters, document_number_formats};

#[derive(Debug, Clone, Queryable, Selectable, Scoped)]
#[diesel(table_name = document_number_formats)]
#[scoped(
    tenant = organization_id,
    key = OrganizationId,
    references(Project, on = project_id)
)]
pub struct DocumentNumberFormat {
    pub id: RowId<DocumentNumberFormat>,
    pub project_id: RowId<Project>,
    pub type_code: String,
    pub format_template: String,
}

/// The last number of a type of documents in a project.
#[derive(Debug, Clone, Queryable, Selectable, Scoped)]
#[diesel(
    table_name = document_number_counters,
    primary_key(organization_id, project_id, type_code)
)]
#[scoped(
    tenant = organization_id,
    key = OrganizationId,
    references(Project, on = project_id)
)]
pub struct DocumentNumberCounter {
    pub project_id: RowId<Project>,
    pub type_code: String,
    pub last_number: i32,
}
