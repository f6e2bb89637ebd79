//! Signing in with an API key. This is the one place of the example that decides who
//! a caller is, and the only one that sees a raw connection.

use diesel::prelude::*;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use tenancy::{AuthError, Authenticator, Claims};

use crate::schema::api_keys;

/// Takes keys of the form `prefix.secret`. The prefix finds the row, and the secret
/// must have the hash that is stored there.
///
/// The secret is long and random, so that a plain SHA-256 is enough: there is nothing
/// to guess. A password would need a slow hash.
pub(crate) struct ApiKeys;

impl Authenticator<SqliteConnection> for ApiKeys {
    type Credential<'a> = &'a str;
    type Key = i64;

    fn authenticate(
        &self,
        conn: &mut SqliteConnection,
        presented: &str,
    ) -> Result<Claims<i64>, AuthError> {
        let (prefix, secret) = presented
            .split_once('.')
            .ok_or(AuthError::Unauthenticated)?;
        let (customer, hash, expires_at): (i64, Vec<u8>, chrono::NaiveDateTime) = api_keys::table
            .find(prefix)
            .select((
                api_keys::customer_id,
                api_keys::secret_hash,
                api_keys::expires_at,
            ))
            .first(conn)?; // no such row is `AuthError::Unauthenticated` too

        // In constant time: how long a comparison takes must not tell how much of the
        // secret was right.
        let same = Sha256::digest(secret).ct_eq(&hash);
        if !bool::from(same) {
            return Err(AuthError::Unauthenticated);
        }
        Ok(Claims::new(customer)
            .subject(prefix)
            .expires_at(expires_at.and_utc()))
    }
}
