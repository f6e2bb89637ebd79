//! The rows that the directory reads before a tenant is known, with what no model shows.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use uuid::Uuid;

use super::schema::{
    tenancy_api_keys, tenancy_invitations, tenancy_logins, tenancy_memberships, tenancy_users,
};

/// A key, with what proves it.
#[derive(Queryable, Selectable)]
#[diesel(table_name = tenancy_api_keys)]
#[doc(hidden)]
#[allow(missing_debug_implementations, reason = "holds what a log must not")]
pub struct KeyRow {
    pub(super) id: i64,
    pub(super) public_id: Uuid,
    pub(super) tenant_id: i64,
    pub(super) user_public_id: Uuid,
    pub(super) prefix: String,
    pub(super) secret_hash: Vec<u8>,
    pub(super) scopes: Option<String>,
    pub(super) read_only: bool,
    pub(super) expires_at: Option<NaiveDateTime>,
    pub(super) last_used_at: Option<NaiveDateTime>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = tenancy_logins)]
#[doc(hidden)]
#[allow(missing_debug_implementations, reason = "holds what a log must not")]
pub struct LoginRow {
    pub(super) public_id: Uuid,
    pub(super) tenant_id: i64,
    pub(super) user_id: i64,
    pub(super) issuer: String,
    pub(super) subject: String,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = tenancy_invitations)]
#[doc(hidden)]
#[allow(missing_debug_implementations, reason = "holds what a log must not")]
pub struct InvitationRow {
    pub(super) id: i64,
    pub(super) tenant_id: i64,
    pub(super) tenant_public_id: Uuid,
    pub(super) role: String,
    pub(super) secret_hash: Vec<u8>,
    pub(super) invited_by: Option<Uuid>,
    pub(super) made_with: Option<Uuid>,
    pub(super) expires_at: NaiveDateTime,
    pub(super) accepted_at: Option<NaiveDateTime>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = tenancy_memberships)]
#[doc(hidden)]
#[allow(missing_debug_implementations, reason = "holds what a log must not")]
pub struct MemberRow {
    pub(super) tenant_id: i64,
    pub(super) tenant_public_id: Uuid,
    pub(super) user_home_id: i64,
    pub(super) user_id: i64,
    pub(super) user_public_id: Uuid,
    pub(super) role: String,
    pub(super) display_name: Option<String>,
    #[cfg_attr(
        not(feature = "jwt"),
        allow(dead_code, reason = "tokens alone are older than a membership")
    )]
    pub(super) created_at: NaiveDateTime,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = tenancy_users)]
#[doc(hidden)]
#[allow(missing_debug_implementations, reason = "holds what a log must not")]
pub struct UserRow {
    pub(super) id: i64,
    pub(super) public_id: Uuid,
    pub(super) tenant_id: i64,
    pub(super) username: Option<String>,
    pub(super) display_name: Option<String>,
}

/// A member's user, and where it is at home.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct UserOf {
    pub(super) tenant: i64,
    pub(super) tenant_public_id: Uuid,
    pub(super) home: i64,
    pub(super) user: i64,
    pub(super) public_id: Uuid,
}

/// Where a user becomes a member, for its home.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct NewVisit {
    pub(super) home: i64,
    pub(super) user: i64,
    pub(super) tenant: i64,
    pub(super) public_id: Uuid,
    pub(super) at: NaiveDateTime,
}
