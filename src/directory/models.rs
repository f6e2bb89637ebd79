//! The rows of the directory. Scopes read them; the functions of the
//! [`Directory`](super::Directory) write them.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use uuid::Uuid;

use super::schema::{
    tenancy_api_keys, tenancy_invitations, tenancy_logins, tenancy_memberships, tenancy_operators,
    tenancy_revoked_tokens, tenancy_tenants, tenancy_users, tenancy_visits,
};
use crate::Scoped;
use crate::id::{PublicId, RowId};

/// A tenant: who rents. Each scope sees its own. Times are UTC.
#[derive(Debug, Clone, Queryable, Selectable, Scoped)]
#[diesel(table_name = tenancy_tenants)]
#[scoped(tenant = id, written_by = directory, public_id = public_id, created = created_at, touch = updated_at, soft_delete = deleted_at)]
pub struct Tenant {
    /// The internal key: the key of the tenant's scopes.
    pub id: RowId<Tenant>,
    /// The id to show, UUIDv7 (RFC 9562).
    pub public_id: PublicId<Tenant>,
    /// What people call it.
    pub name: String,
    /// Since when nobody comes in.
    pub disabled_at: Option<NaiveDateTime>,
    /// When it was made.
    pub created_at: NaiveDateTime,
}

/// A user, in the tenant that is its home.
#[derive(Debug, Clone, Queryable, Selectable, Scoped)]
#[diesel(table_name = tenancy_users)]
#[scoped(
    tenant = tenant_id,
    written_by = directory,
    references(Tenant, on = tenant_id),
    public_id = public_id, created = created_at,
    touch = updated_at,
    soft_delete = deleted_at
)]
pub struct User {
    /// The internal key.
    pub id: RowId<User>,
    /// The id to show, UUIDv7. It is the subject of the user's scopes.
    pub public_id: PublicId<User>,
    /// The name to sign in with, as the provider of identities says it.
    pub username: Option<String>,
    /// The name to show.
    pub display_name: Option<String>,
    /// The address to write to. It proves nothing, and never leads to a user.
    pub email: Option<String>,
    /// Since when the user comes in nowhere.
    pub disabled_at: Option<NaiveDateTime>,
    /// When it was made.
    pub created_at: NaiveDateTime,
}

/// A way in: who a provider of identities says that somebody is.
#[derive(Debug, Clone, Queryable, Selectable, Scoped)]
#[diesel(table_name = tenancy_logins)]
#[scoped(
    tenant = tenant_id,
    written_by = directory,
    proof = proof,
    references(User, on = user_id),
    public_id = public_id, created = created_at,
    touch = updated_at,
    soft_delete = deleted_at
)]
pub struct Login {
    /// The internal key.
    pub id: RowId<Login>,
    /// The id to show, UUIDv7.
    pub public_id: PublicId<Login>,
    /// Whose it is.
    pub user_id: RowId<User>,
    /// Who says so: the `iss` of a token (RFC 7519, section 4.1.1).
    pub issuer: String,
    /// Who it is there: the `sub` of a token (RFC 7519, section 4.1.2).
    pub subject: String,
    /// When it was first used.
    pub created_at: NaiveDateTime,
}

/// What lets a user come into a tenant, and as what. Deleted, it ends.
#[derive(Debug, Clone, Queryable, Selectable, Scoped)]
#[diesel(table_name = tenancy_memberships)]
#[scoped(
    tenant = tenant_id,
    written_by = directory,
    references(Tenant, on = tenant_id),
    public_id = public_id, created = created_at,
    touch = updated_at,
    soft_delete = deleted_at
)]
pub struct Membership {
    /// The internal key.
    pub id: RowId<Membership>,
    /// The id to show, UUIDv7.
    pub public_id: PublicId<Membership>,
    /// The member's id to show.
    pub user_public_id: PublicId<User>,
    /// The name of a role of [`Roles`](crate::directory::Roles).
    pub role: String,
    /// What the tenant calls the member; its own word if it has none.
    pub display_name: Option<String>,
    /// When it began.
    pub created_at: NaiveDateTime,
}

/// Where a user who is at home here is a member too, so that it is found from here. It opens nothing:
/// the [`Membership`] there does. Each user reads its own, by
/// [`Directory::visits`](crate::directory::Directory::visits): no scope does, since it is no matter of
/// the others who are at home here.
#[derive(Debug, Clone, Queryable, Selectable, Scoped)]
#[diesel(table_name = tenancy_visits)]
#[scoped(
    tenant = tenant_id,
    written_by = directory_alone,
    references(User, on = user_id),
    created = created_at
)]
#[allow(
    missing_copy_implementations,
    reason = "rows are not copied by accident"
)]
pub struct Visit {
    /// The internal key.
    pub id: RowId<Visit>,
    /// Who comes in there.
    pub user_id: RowId<User>,
    /// The id of the tenant to show.
    pub visited_public_id: PublicId<Tenant>,
    /// Since when.
    pub created_at: NaiveDateTime,
}

/// Who was asked to come into a tenant.
#[derive(Debug, Clone, Queryable, Selectable, Scoped)]
#[diesel(table_name = tenancy_invitations)]
#[scoped(
    tenant = tenant_id,
    written_by = directory,
    proof = proof,
    references(Tenant, on = tenant_id),
    public_id = public_id, created = created_at,
    touch = updated_at,
    soft_delete = deleted_at
)]
pub struct Invitation {
    /// The internal key.
    pub id: RowId<Invitation>,
    /// The id to show, UUIDv7.
    pub public_id: PublicId<Invitation>,
    /// The role that the member is to have.
    pub role: String,
    /// For whom it is meant, in the words of who invites. It proves nothing.
    pub note: Option<String>,
    /// The user who invites. None if it was an operator: the audit says which.
    pub invited_by: Option<PublicId<User>>,
    /// The public id of the key or the login by which that user came in. It ends with it.
    pub made_with: Option<Uuid>,
    /// Until when it is good.
    pub expires_at: NaiveDateTime,
    /// When it was accepted: it is good once.
    pub accepted_at: Option<NaiveDateTime>,
    /// The user who accepted it.
    pub accepted_by: Option<PublicId<User>>,
}

/// A key for a program, without its secret. Deleted, it opens nothing any more.
#[derive(Debug, Clone, Queryable, Selectable, Scoped)]
#[diesel(table_name = tenancy_api_keys)]
#[scoped(
    tenant = tenant_id,
    written_by = directory,
    proof = proof,
    references(Tenant, on = tenant_id),
    public_id = public_id, created = created_at,
    touch = updated_at,
    soft_delete = deleted_at
)]
pub struct ApiKey {
    /// The internal key.
    pub id: RowId<ApiKey>,
    /// The id to show, UUIDv7.
    pub public_id: PublicId<ApiKey>,
    /// The member as whom it comes in.
    pub user_public_id: PublicId<User>,
    /// What people call it.
    pub name: String,
    /// What the key begins with, to tell it by.
    pub prefix: String,
    /// The permissions that it has at most, by name, with a space between; those of the member if
    /// there is no such list.
    pub scopes: Option<String>,
    /// Whether it only reads.
    pub read_only: bool,
    /// The public id of the key or the login by which who made it came in. It ends with it.
    pub made_with: Option<Uuid>,
    /// Until when it is good.
    pub expires_at: Option<NaiveDateTime>,
    /// When it was last used, up to the grain that
    /// [`ApiKeys`](crate::directory::ApiKeys) has.
    pub last_used_at: Option<NaiveDateTime>,
    /// When it was made.
    pub created_at: NaiveDateTime,
}

/// A delegated token that ended before its time.
#[derive(Debug, Clone, Queryable, Selectable, Scoped)]
#[diesel(table_name = tenancy_revoked_tokens)]
#[scoped(
    tenant = tenant_id,
    written_by = directory,
    references(Tenant, on = tenant_id),
    created = created_at
)]
#[allow(
    missing_copy_implementations,
    reason = "rows are not copied by accident"
)]
pub struct RevokedToken {
    /// The internal key.
    pub id: RowId<RevokedToken>,
    /// The id of the token.
    pub token_id: Uuid,
    /// When it would have ended by itself: from then on the row is of no use.
    pub expires_at: NaiveDateTime,
}

/// A user who is an operator. Migrations write it, and no scope; an operator reads it
/// [across the tenants](crate::Database::read_across), and no tenant does.
#[derive(Debug, Clone, Queryable, Selectable, Scoped)]
#[diesel(table_name = tenancy_operators, primary_key(tenant_id, user_id))]
#[scoped(tenant = tenant_id, written_by = migrations, references(User, on = user_id))]
#[allow(
    missing_copy_implementations,
    reason = "rows are not copied by accident"
)]
pub struct Operator {
    /// The tenant that is the user's home.
    pub tenant_id: i64,
    /// The user.
    pub user_id: RowId<User>,
    /// Since when.
    pub created_at: NaiveDateTime,
}
