//! Tokens that carry an identity: bearer tokens of an OpenID provider, and delegated ones for
//! background jobs.

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
