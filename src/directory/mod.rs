//! The crate's own tables: tenants, users, their logins and memberships, invitations, keys.

mod models;
pub mod schema;

pub use models::{
    ApiKey, Invitation, Login, Membership, Operator, RevokedToken, Tenant, User,
};
