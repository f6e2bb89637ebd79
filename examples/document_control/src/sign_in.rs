//! From a token to a user of an organization. Of the service, only this sees a raw connection.

use diesel::prelude::*;
use sha2::{Digest, Sha256};
use tenancy::{AuthError, Authenticator, Claims};

use crate::Conn;
use crate::models::OrganizationId;
use crate::schema::refresh_tokens;

/// Finds a token's row by its digest. A token is long and random, so that a digest gives nothing
/// away.
#[derive(Debug, Clone, Copy)]
pub struct Tokens;

impl Authenticator<Conn> for Tokens {
    type Credential<'a> = &'a str;
    type Key = OrganizationId;

    fn authenticate(
        &self,
        conn: &mut Conn,
        token: &str,
    ) -> Result<Claims<OrganizationId>, AuthError> {
        let digest = Sha256::digest(token).to_vec();
        let (organization, user, expires_at): (i32, i32, chrono::NaiveDateTime) =
            refresh_tokens::table
                .filter(refresh_tokens::digest.eq(digest))
                .select((
                    refresh_tokens::organization_id,
                    refresh_tokens::user_id,
                    refresh_tokens::expires_at,
                ))
                .first(conn)?;
        Ok(Claims::new(OrganizationId(organization))
            .subject(user.to_string())
            .expires_at(expires_at.and_utc()))
    }
}
