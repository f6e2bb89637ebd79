//! The parts of a signed token (RFC 7515, section 7.1), before anything of it is believed.

use serde::Deserialize;

use super::algorithm::Algorithm;
use super::text::{bytes_of, is_there};

/// The parts of a token.
pub(super) struct Parts<'a> {
    pub(super) header: Header,
    /// What the signature is of.
    pub(super) signed: &'a str,
    pub(super) payload: &'a str,
    pub(super) signature: Vec<u8>,
}

/// What a token says of its signature. Where it says where its key could be had (`jku`, `x5u`,
/// `jwk`, `x5c`) is not even read.
pub(super) struct Header {
    pub(super) algorithm: Algorithm,
    pub(super) key_id: Option<String>,
}

#[derive(Deserialize)]
struct Written {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    #[serde(default, rename = "crit", deserialize_with = "is_there")]
    has_demands: bool,
}

const LONGEST_KEY_ID: usize = 255;

/// The kinds of token that are for an application's own interface: an ID token or an access
/// token (RFC 9068). A logout token is not, nor a delegated one of ours. One that does not say
/// its kind is looked at further.
const TYPES: [&str; 2] = ["jwt", "at+jwt"];

impl<'a> Parts<'a> {
    pub(super) fn of(token: &'a str) -> Option<Self> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, payload) = signed.split_once('.')?;
        if payload.contains('.') || signature.is_empty() {
            return None;
        }
        Some(Self {
            header: Header::of(&bytes_of(header)?)?,
            signed,
            payload,
            signature: bytes_of(signature)?,
        })
    }
}

impl Header {
    fn of(json: &[u8]) -> Option<Self> {
        let written: Written = serde_json::from_slice(json).ok()?;
        let is_short = |id: &String| id.len() <= LONGEST_KEY_ID;
        // Whoever does not know what `crit` names must refuse the token: we know nothing of it.
        let is_plain = !written.has_demands
            && written.kid.as_ref().is_none_or(is_short)
            && written.typ.as_deref().is_none_or(is_ours);
        Some(Self {
            algorithm: Algorithm::of_name(&written.alg)?,
            key_id: written.kid,
        })
        .filter(|_| is_plain)
    }
}

fn is_ours(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    TYPES.contains(&name.strip_prefix("application/").unwrap_or(&name))
}
