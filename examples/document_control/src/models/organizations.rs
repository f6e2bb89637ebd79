//! The tenants, who works there, and how they sign in.

use diesel::prelude::*;
use tenancy::prelude::*;

use super::Project;
use crate::schema::{organizations, refresh_tokens, user_assignments, users};

/// The key of a tenant: the internal number of an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, TenantKey)]
pub struct OrganizationId(pub i32);

/// The tenant itself, who sees its own row.
#[derive(Debug, Clone, Queryable, Selectable, Scoped)]
#[diesel(table_name = organizations)]
#[scoped(tenant = id, key = OrganizationId, public_id = uuid, created = created_at)]
pub struct Organization {
    pub id: RowId<Organization>,
    #[diesel(column_name = uuid)]
    pub public_id: PublicId<Organization>,
    pub organization_code: String,
    pub organization_name: String,
}

#[derive(Debug, Clone, Queryable, Selectable, Scoped)]
#[diesel(table_name = users, primary_key(user_id))]
#[scoped(
    tenant = organization_id,
    key = OrganizationId,
    public_id = uuid,
    created = created_at,
    references(Organization, on = organization_id)
)]
pub struct User {
    pub user_id: RowId<User>,
    #[diesel(column_name = uuid)]
    pub public_id: PublicId<User>,
    pub username: String,
    pub full_name: String,
}

/// What a user signs in with, as a digest. It has no public id: nobody asks for it.
#[derive(Debug, Clone, Queryable, Selectable, Scoped)]
#[diesel(table_name = refresh_tokens)]
#[scoped(
    tenant = organization_id,
    key = OrganizationId,
    proof = digest,
    references(User, on = user_id)
)]
pub struct RefreshToken {
    pub id: RowId<RefreshToken>,
    pub user_id: RowId<User>,
    pub expires_at: chrono::NaiveDateTime,
}

/// What a user does in a project.
#[derive(Debug, Clone, Queryable, Selectable, Scoped)]
#[diesel(table_name = user_assignments)]
#[scoped(
    tenant = organization_id,
    key = OrganizationId,
    references(User, on = user_id),
    references(Project, on = project_id)
)]
pub struct UserAssignment {
    pub id: RowId<UserAssignment>,
    pub user_id: RowId<User>,
    pub project_id: RowId<Project>,
    pub role: String,
}
