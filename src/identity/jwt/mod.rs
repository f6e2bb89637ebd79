//! Tokens that carry an identity: bearer tokens of an OpenID provider, and delegated ones for
//! background jobs. With the feature `jwt`.
//!
//! # Bearer tokens
//!
//! A [`Verifier`] knows one issuer, and [`Jwks`] keeps that issuer's keys; how they are fetched
//! the application says. What comes out is who somebody is, and not which tenant they belong
//! to: the application's [`Authenticator`](crate::Authenticator) looks the pair of issuer and
//! subject up in its own tables. An e-mail address or a name is for showing only, and joins
//! nobody to an account.
//!
//! ```
//! use tenancy::jwt::{Algorithm, Jwks, Verifier};
//!
//! # fn get(url: &str) -> Result<String, std::io::Error> { Err(std::io::ErrorKind::Other.into()) }
//! let keys = Jwks::new(|| Ok(get("https://id.example.com/jwks.json")?));
//! let verifier = Verifier::builder()
//!     .issuer("https://id.example.com")
//!     .audience("gear")
//!     .algorithms([Algorithm::Rs256, Algorithm::Es256])
//!     .build(keys)?;
//! # Ok::<(), tenancy::Error>(())
//! ```
//!
//! # Background jobs
//!
//! A scope cannot be put into a queue. [`DelegatedTokens`] issues a token for a part of it: for
//! one purpose, for some minutes, with the permissions that are named and no others. The
//! worker authenticates with it, as with any credential.
//!
//! | the token is | the worker gets |
//! |---|---|
//! | issued by a scope that only reads | a scope that only reads |
//! | for another purpose, or for keys of another type | `Error::Unauthenticated` |
//! | forged, altered, ended or revoked | `Error::Unauthenticated`, in the same words |
//! | presented while [`Revocations`] cannot say | `Error::AuthenticationUnavailable` |
//!
//! A session that is open when a token is revoked goes on until it ends: revocations are asked
//! when the token is presented.

mod algorithm;
mod claims;
mod delegated;
mod jwks;
mod key;
mod key_set;
mod source;
mod text;
mod token;
mod verified;
mod verifier;

pub use algorithm::Algorithm;
pub use delegated::{
    DelegatedTokens, Delegation, ForPurpose, NeverRevoked, PresentedToken, Revocations, SigningKey,
};
pub use jwks::Jwks;
pub use source::KeySource;
pub use verified::VerifiedToken;
pub use verifier::{Verifier, VerifierBuilder};
