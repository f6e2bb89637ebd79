//! What the tests of tokens share: a provider that signs, its document, and a clock to move.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm as Inner, EncodingKey};
use proptest::prelude::*;
use serde_json::{Value, json};
use tenancy::jwt::{Algorithm, Jwks, VerifiedToken, Verifier, VerifierBuilder};
use tenancy::{AuthError, Clock};

use crate::keys;

/// A moment long ago: who asks the machine's clock finds every token ended.
pub(crate) const NOW: i64 = 1_000_000_000;
pub(crate) const ISSUER: &str = "https://id.example.com";
pub(crate) const AUDIENCE: &str = "gear";

/// A clock that a test moves.
#[derive(Debug)]
pub(crate) struct SetClock(AtomicI64);

impl SetClock {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(NOW * 1000)))
    }

    pub(crate) fn set(&self, seconds: i64) {
        self.0.store(seconds * 1000, Ordering::SeqCst);
    }

    pub(crate) fn set_millis(&self, millis: i64) {
        self.0.store(millis, Ordering::SeqCst);
    }

    pub(crate) fn pass(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1000, Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

pub(crate) fn text_of(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn moment(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

/// One key of a provider, with its secret half.
pub(crate) struct Signer {
    pub(crate) id: &'static str,
    pub(crate) algorithm: Inner,
    pub(crate) key: EncodingKey,
}

impl Signer {
    pub(crate) fn rsa(id: &'static str, algorithm: Inner) -> Self {
        let key = EncodingKey::from_rsa_der(&keys::bytes(keys::RSA));
        Self { id, algorithm, key }
    }

    pub(crate) fn other_rsa(id: &'static str, algorithm: Inner) -> Self {
        let key = EncodingKey::from_rsa_der(&keys::bytes(keys::OTHER_RSA));
        Self { id, algorithm, key }
    }

    pub(crate) fn weak_rsa(id: &'static str) -> Self {
        let key = EncodingKey::from_rsa_der(&keys::bytes(keys::WEAK_RSA));
        let algorithm = Inner::RS256;
        Self { id, algorithm, key }
    }

    pub(crate) fn p256(id: &'static str) -> Self {
        let key = EncodingKey::from_ec_der(&keys::bytes(keys::P256));
        let algorithm = Inner::ES256;
        Self { id, algorithm, key }
    }

    pub(crate) fn p384(id: &'static str) -> Self {
        let key = EncodingKey::from_ec_der(&keys::bytes(keys::P384));
        let algorithm = Inner::ES384;
        Self { id, algorithm, key }
    }

    pub(crate) fn ed(id: &'static str) -> Self {
        let key = EncodingKey::from_ed_der(&keys::bytes(keys::ED25519));
        let algorithm = Inner::EdDSA;
        Self { id, algorithm, key }
    }

    pub(crate) fn other_ed(id: &'static str) -> Self {
        let key = EncodingKey::from_ed_der(&keys::bytes(keys::OTHER_ED25519));
        let algorithm = Inner::EdDSA;
        Self { id, algorithm, key }
    }

    pub(crate) fn secret(id: &'static str, secret: &[u8]) -> Self {
        let key = EncodingKey::from_secret(secret);
        let algorithm = Inner::HS256;
        Self { id, algorithm, key }
    }

    /// The public half, as a document has it.
    pub(crate) fn public(&self) -> Value {
        let mut key =
            serde_json::to_value(Jwk::from_encoding_key(&self.key, self.algorithm).unwrap())
                .unwrap();
        key["kid"] = json!(self.id);
        key["use"] = json!("sig");
        key
    }

    pub(crate) fn header(&self) -> Value {
        json!({"alg": format!("{:?}", self.algorithm), "typ": "JWT", "kid": self.id})
    }

    pub(crate) fn token(&self, claims: &Value) -> String {
        self.token_with(&self.header(), claims)
    }

    pub(crate) fn token_with(&self, header: &Value, claims: &Value) -> String {
        self.sign(&text_of(header.to_string()), &text_of(claims.to_string()))
    }

    pub(crate) fn sign(&self, header: &str, payload: &str) -> String {
        let signed = format!("{header}.{payload}");
        let signature =
            jsonwebtoken::crypto::sign(signed.as_bytes(), &self.key, self.algorithm).unwrap();
        format!("{signed}.{signature}")
    }
}

/// Claims that are accepted now.
pub(crate) fn good() -> Value {
    json!({"iss": ISSUER, "aud": AUDIENCE, "sub": "anna", "iat": NOW, "exp": NOW + 600})
}

/// The same, with one that is another.
pub(crate) fn good_but(name: &str, value: Value) -> Value {
    let mut claims = good();
    claims[name] = value;
    claims
}

pub(crate) fn good_without(name: &str) -> Value {
    let mut claims = good();
    claims.as_object_mut().unwrap().remove(name);
    claims
}

pub(crate) fn document(keys: &[Value]) -> String {
    json!({ "keys": keys }).to_string()
}

pub(crate) const ALL: [Algorithm; 9] = [
    Algorithm::Rs256,
    Algorithm::Rs384,
    Algorithm::Rs512,
    Algorithm::Ps256,
    Algorithm::Ps384,
    Algorithm::Ps512,
    Algorithm::Es256,
    Algorithm::Es384,
    Algorithm::EdDsa,
];

pub(crate) fn builder() -> VerifierBuilder {
    Verifier::builder()
        .issuer(ISSUER)
        .audience(AUDIENCE)
        .algorithms(ALL)
        .clock(SetClock::new())
}

/// A verifier that knows these keys.
pub(crate) fn verifier(keys: &[Value]) -> Verifier {
    let document = document(keys);
    builder()
        .build(Jwks::new(move || Ok(document.clone())))
        .unwrap()
}

/// A verifier of one signer's tokens.
pub(crate) fn verifier_of(signer: &Signer) -> Verifier {
    verifier(&[signer.public()])
}

pub(crate) fn is_refused(outcome: &Result<VerifiedToken, AuthError>) -> bool {
    matches!(outcome, Err(AuthError::Unauthenticated))
}

pub(crate) fn is_unavailable(outcome: &Result<VerifiedToken, AuthError>) -> bool {
    matches!(outcome, Err(AuthError::Unavailable(_)))
}

/// Counts what is done.
#[derive(Debug, Default, Clone)]
pub(crate) struct Count(Arc<AtomicUsize>);

impl Count {
    pub(crate) fn add(&self) -> usize {
        self.0.fetch_add(1, Ordering::SeqCst)
    }

    pub(crate) fn get(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

/// A token in which one sign is another one, more, or missing: the same, now and then.
pub(crate) fn changed(token: &str) -> impl Strategy<Value = String> + use<> {
    let signs: Vec<char> = token.chars().collect();
    let sign = prop_oneof![any::<char>(), prop::char::range('-', 'z')];
    (0..signs.len(), sign, 0..3).prop_map(move |(at, sign, kind)| {
        let mut signs = signs.clone();
        match kind {
            0 => signs[at] = sign,
            1 => signs.insert(at, sign),
            _ => {
                signs.remove(at);
            }
        }
        signs.into_iter().collect()
    })
}
