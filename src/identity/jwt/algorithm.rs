//! The kinds of signature that a bearer token may have.

use jsonwebtoken::Algorithm as Inner;

/// A kind of signature, by a key whose other half nobody else has.
///
/// There is no `none` here, and no kind whose key both signs and verifies: a published key
/// can never be taken for a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256. What most providers sign with.
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    Rs512,
    /// RSASSA-PSS with SHA-256.
    Ps256,
    /// RSASSA-PSS with SHA-384.
    Ps384,
    /// RSASSA-PSS with SHA-512.
    Ps512,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// Ed25519.
    EdDsa,
}

impl Algorithm {
    /// The algorithm of a name in a token or in a key. The case counts.
    pub(super) fn of_name(name: &str) -> Option<Self> {
        Some(match name {
            "RS256" => Self::Rs256,
            "RS384" => Self::Rs384,
            "RS512" => Self::Rs512,
            "PS256" => Self::Ps256,
            "PS384" => Self::Ps384,
            "PS512" => Self::Ps512,
            "ES256" => Self::Es256,
            "ES384" => Self::Es384,
            "EdDSA" => Self::EdDsa,
            _ => return None,
        })
    }

    pub(super) fn inner(self) -> Inner {
        match self {
            Self::Rs256 => Inner::RS256,
            Self::Rs384 => Inner::RS384,
            Self::Rs512 => Inner::RS512,
            Self::Ps256 => Inner::PS256,
            Self::Ps384 => Inner::PS384,
            Self::Ps512 => Inner::PS512,
            Self::Es256 => Inner::ES256,
            Self::Es384 => Inner::ES384,
            Self::EdDsa => Inner::EdDSA,
        }
    }
}
