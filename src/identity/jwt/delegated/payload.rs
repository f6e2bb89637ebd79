//! What a delegated token says.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::delegation::Delegation;
use super::presented::PresentedToken;
use crate::key::{TenantKey, from_text};

/// What stands behind the signature. Every field is there (but for the key and the login), and no other.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Payload {
    iss: String,
    aud: String,
    jti: String,
    sub: Option<String>,
    iat: i64,
    exp: i64,
    tenant: String,
    /// The type of the tenant's key: customer 5 is not supplier 5.
    kind: String,
    purpose: String,
    read_only: bool,
    permissions: Vec<String>,
    /// The key of the directory's that it was delegated with, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    /// The login of the directory's that it was delegated with, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    login: Option<String>,
}

/// Who issues these tokens, and whom they are for: no bearer token says so of itself.
const ISSUER: &str = "tenancy";
const AUDIENCE: &str = "tenancy:delegated";

impl Payload {
    pub(super) fn new<K: TenantKey>(token: &PresentedToken<K>, delegation: Delegation) -> Self {
        Self {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            jti: token.id.to_string(),
            sub: token.subject.clone(),
            iat: token.issued_at.timestamp(),
            exp: token.expires_at.timestamp(),
            tenant: token.tenant.as_key().to_string(),
            kind: K::key_kind().to_owned(),
            purpose: delegation.purpose,
            read_only: token.is_read_only,
            permissions: delegation.permissions,
            key: token.key.map(|key| key.to_string()),
            login: token.login.map(|login| login.to_string()),
        }
    }

    /// The token that says this, if it is one for keys of this type.
    pub(super) fn read<K: TenantKey>(self) -> Option<PresentedToken<K>> {
        if self.iss != ISSUER || self.aud != AUDIENCE || self.kind != K::key_kind() {
            return None;
        }
        Some(PresentedToken {
            key: maybe_id(self.key.as_deref())?,
            login: maybe_id(self.login.as_deref())?,
            tenant: from_text(&self.tenant)?,
            issued_at: moment(self.iat)?,
            expires_at: moment(self.exp)?,
            id: Uuid::try_parse(&self.jti).ok()?,
            subject: self.sub,
            purpose: self.purpose,
            is_read_only: self.read_only,
            permissions: self.permissions,
        })
    }
}

/// None if there is a text, and it is no id.
fn maybe_id(text: Option<&str>) -> Option<Option<Uuid>> {
    match text {
        Some(text) => Uuid::try_parse(text).ok().map(Some),
        None => Some(None),
    }
}

fn moment(seconds: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(seconds, 0)
}
