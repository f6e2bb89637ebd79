//! The keys that delegated tokens are signed with.

use std::fmt;

use jsonwebtoken::crypto::rust_crypto::DEFAULT_PROVIDER;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};

use super::super::text::text_of;
use super::misconfigured;
use crate::error::Result;

/// A secret key, under a name: with it a service signs delegated tokens for itself.
///
/// ```
/// use tenancy::Error;
/// use tenancy::jwt::SigningKey;
///
/// # let secret = [7_u8; 32];
/// let key = SigningKey::new("2026-11", &secret)?; // 32 random bytes, out of a vault
/// assert!(matches!(
///     SigningKey::new("2026-11", b"hunter2"),
///     Err(Error::Configuration { .. })
/// ));
/// # Ok::<(), tenancy::Error>(())
/// ```
pub struct SigningKey {
    id: String,
    /// The only header that a token of this key has.
    header: String,
    signs: EncodingKey,
    verifies: DecodingKey,
}

/// As long as the hash (RFC 7518, section 3.2).
const SHORTEST: usize = 32;
const LONGEST_ID: usize = 64;

impl SigningKey {
    /// A key of at least 32 random bytes. Its name stands in the tokens.
    ///
    /// # Errors
    ///
    /// [`Error::Configuration`](crate::Error::Configuration) if the key is shorter, or if the name is not one to 64 letters,
    /// digits, points, hyphens and underscores of ASCII.
    pub fn new(id: impl Into<String>, secret: &[u8]) -> Result<Self> {
        let id = id.into();
        if secret.len() < SHORTEST {
            return Err(misconfigured(
                "a key that signs delegated tokens has at least 32 bytes",
            ));
        }
        if !is_id(&id) {
            return Err(misconfigured(
                "the name of a key is one to 64 letters, digits, points, hyphens and underscores",
            ));
        }
        Ok(Self {
            header: text_of(header(&id).as_bytes()),
            id,
            signs: EncodingKey::from_secret(secret),
            verifies: DecodingKey::from_secret(secret),
        })
    }

    pub(super) fn has_name_of(&self, other: &Self) -> bool {
        self.id == other.id
    }

    /// Whether this is the header of this key's tokens, to the byte. Nothing of a stranger's
    /// header is read.
    pub(super) fn has_header(&self, header: &str) -> bool {
        self.header == header
    }

    /// The token with this payload.
    pub(super) fn sign(&self, payload: &[u8]) -> Result<String> {
        let failed = |_| misconfigured("a delegated token could not be signed");
        let signed = format!("{}.{}", self.header, text_of(payload));
        let signer = (DEFAULT_PROVIDER.signer_factory)(&Algorithm::HS256, &self.signs)
            .map_err(|_| misconfigured("the key signs no delegated token"))?;
        let signature = signer.try_sign(signed.as_bytes()).map_err(failed)?;
        Ok(format!("{signed}.{}", text_of(&signature)))
    }

    /// In constant time, as far as the signature goes.
    pub(super) fn has_signed(&self, text: &str, signature: &Vec<u8>) -> bool {
        (DEFAULT_PROVIDER.verifier_factory)(&Algorithm::HS256, &self.verifies)
            .is_ok_and(|verifier| verifier.verify(text.as_bytes(), signature).is_ok())
    }
}

/// The type says that it is no bearer token.
fn header(id: &str) -> String {
    format!(r#"{{"alg":"HS256","typ":"tenancy-delegated+jwt","kid":"{id}"}}"#)
}

fn is_id(id: &str) -> bool {
    let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    (1..=LONGEST_ID).contains(&id.len()) && id.bytes().all(is_sign)
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
