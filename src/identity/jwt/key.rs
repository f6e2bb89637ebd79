//! One public key of a provider.

use jsonwebtoken::DecodingKey;
use jsonwebtoken::crypto::rust_crypto::DEFAULT_PROVIDER;
use serde::Deserialize;

use super::algorithm::Algorithm;
use super::text::bytes_of;

/// A key as the document has it (RFC 7517, section 4).
#[derive(Deserialize)]
struct Written {
    kty: String,
    alg: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    key_ops: Option<Vec<String>>,
    kid: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

/// A key that verifies signatures.
#[derive(PartialEq, Eq)]
pub(super) struct Key {
    id: Option<String>,
    algorithm: Option<Algorithm>,
    material: Material,
}

#[derive(PartialEq, Eq)]
enum Material {
    Rsa { modulus: Vec<u8>, exponent: Vec<u8> },
    P256(Vec<u8>),
    P384(Vec<u8>),
    Ed25519(Vec<u8>),
}

/// 2048 bits, and what the signatures' crate takes at most: 4096.
const MODULUS_BYTES: std::ops::RangeInclusive<usize> = 256..=512;

impl Key {
    /// The key, if it is one that verifies signatures of a kind that is known here. Others
    /// may stand beside it in a document.
    pub(super) fn of(json: serde_json::Value) -> Option<Self> {
        let written: Written = serde_json::from_value(json).ok()?;
        if !written.verifies() {
            return None;
        }
        let algorithm = match &written.alg {
            Some(name) => Some(Algorithm::of_name(name)?),
            None => None,
        };
        Some(Self {
            material: Material::of(&written)?,
            id: written.kid,
            algorithm,
        })
    }

    pub(super) fn has_id(&self, id: &str) -> bool {
        self.id.as_deref() == Some(id)
    }

    /// Whether a signature of this kind may be by this key: as its own material says, and as
    /// it was published.
    pub(super) fn fits(&self, algorithm: Algorithm) -> bool {
        self.material.fits(algorithm) && self.algorithm.is_none_or(|own| own == algorithm)
    }

    pub(super) fn has_signed(&self, text: &str, signature: &Vec<u8>, algorithm: Algorithm) -> bool {
        // Not by the process's default: another crate's features may take that away.
        (DEFAULT_PROVIDER.verifier_factory)(&algorithm.inner(), &self.material.decoding())
            .is_ok_and(|verifier| verifier.verify(text.as_bytes(), signature).is_ok())
    }
}

impl Written {
    fn verifies(&self) -> bool {
        let by_use = self.usage.as_deref().is_none_or(|usage| usage == "sig");
        let by_operations = self
            .key_ops
            .as_ref()
            .is_none_or(|all| all.iter().any(|operation| operation == "verify"));
        by_use && by_operations
    }
}

impl Material {
    fn of(written: &Written) -> Option<Self> {
        match (written.kty.as_str(), written.crv.as_deref()) {
            ("RSA", _) => rsa(number(&written.n)?, number(&written.e)?),
            ("EC", Some("P-256")) => point(written, 32).map(Self::P256),
            ("EC", Some("P-384")) => point(written, 48).map(Self::P384),
            ("OKP", Some("Ed25519")) => coordinate(&written.x, 32).map(Self::Ed25519),
            _ => None,
        }
    }

    fn fits(&self, algorithm: Algorithm) -> bool {
        use Algorithm::{EdDsa, Es256, Es384, Ps256, Ps384, Ps512, Rs256, Rs384, Rs512};
        match algorithm {
            Rs256 | Rs384 | Rs512 | Ps256 | Ps384 | Ps512 => matches!(self, Self::Rsa { .. }),
            Es256 => matches!(self, Self::P256(_)),
            Es384 => matches!(self, Self::P384(_)),
            EdDsa => matches!(self, Self::Ed25519(_)),
        }
    }

    fn decoding(&self) -> DecodingKey {
        match self {
            Self::Rsa { modulus, exponent } => {
                DecodingKey::from_rsa_raw_components(modulus, exponent)
            }
            Self::P256(point) | Self::P384(point) => DecodingKey::from_ec_der(point),
            Self::Ed25519(point) => DecodingKey::from_ed_der(point),
        }
    }
}

fn rsa(modulus: Vec<u8>, exponent: Vec<u8>) -> Option<Material> {
    let is_odd = |number: &[u8]| number.last().is_some_and(|byte| byte & 1 == 1);
    let is_sound = MODULUS_BYTES.contains(&modulus.len()) && is_odd(&modulus) && is_odd(&exponent);
    is_sound.then_some(Material::Rsa { modulus, exponent })
}

/// A number, without zeros before it.
fn number(text: &Option<String>) -> Option<Vec<u8>> {
    let bytes = bytes_of(text.as_deref()?)?;
    let first = bytes.iter().position(|byte| *byte != 0)?;
    Some(bytes[first..].to_vec())
}

/// A point of a curve, not compressed (SEC 1, section 2.3.3).
fn point(written: &Written, size: usize) -> Option<Vec<u8>> {
    let mut point = vec![4];
    point.extend(coordinate(&written.x, size)?);
    point.extend(coordinate(&written.y, size)?);
    Some(point)
}

fn coordinate(text: &Option<String>, size: usize) -> Option<Vec<u8>> {
    bytes_of(text.as_deref()?).filter(|bytes| bytes.len() == size)
}
