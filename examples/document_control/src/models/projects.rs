//! Projects and contracts, and who takes part in them.

use diesel::prelude::*;
use tenancy::prelude::*;

use super::{Organization, OrganizationId};
use crate::schema::{contract_organizations, contracts, project_organizations, projects};

#[derive(Debug, Clone, Queryable, Selectable, Scoped)]
#[diesel(table_name = projects)]
#[scoped(
    tenant = organization_id,
    key = OrganizationId,
    public_id = uuid,
    created = created_at,
    references(Organization, on = organization_id)
)]
pub struct Project {
    pub id: RowId<Project>,
    #[diesel(column_name = uuid)]
    pub public_id: PublicId<Project>,
    pub project_code: String,
    pub project_name: String,
}

/// Who takes part in a project: here the one organization that has it.
#[derive(Debug, Clone, Queryable, Selectable, Scoped)]
#[diesel(table_name = project_organizations, primary_key(organization_id, project_id))]
#[scoped(
    tenant = organization_id,
    key = OrganizationId,
    references(Project, on = project_id)
)]
pub struct ProjectOrganization {
    pub project_id: RowId<Project>,
    pub role: String,
}

#[derive(Debug, Clone, Queryable, Selectable, Scoped)]
#[diesel(table_name = contracts)]
#[scoped(
    tenant = organization_id,
    key = OrganizationId,
    public_id = uuid,
    created = created_at,
    references(Project, on = project_id)
)]
pub struct Contract {
    pub id: RowId<Contract>,
    #[diesel(column_name = uuid)]
    pub public_id: PublicId<Contract>,
    pub project_id: RowId<Project>,
    pub contract_code: String,
    pub contract_name: String,
}

#[derive(Debug, Clone, Queryable, Selectable, Scoped)]
#[diesel(table_name = contract_organizations, primary_key(organization_id, contract_id))]
#[scoped(
    tenant = organization_id,
    key = OrganizationId,
    references(Contract, on = contract_id)
)]
pub struct ContractOrganization {
    pub contract_id: RowId<Contract>,
    pub role: String,
}
