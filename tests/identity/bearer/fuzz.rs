//! Anything at all in place of a token, a part of one, or a document of keys.

use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Value, json};
use tenancy::jwt::{Jwks, Verifier};

use crate::support::*;

static SIGNER: LazyLock<Signer> = LazyLock::new(|| Signer::ed("k"));
static VERIFIER: LazyLock<Verifier> = LazyLock::new(|| {
    verifier(&[
        SIGNER.public(),
        Signer::p256("p").public(),
        Signer::rsa("r", jsonwebtoken::Algorithm::RS256).public(),
    ])
});
static TOKEN: LazyLock<String> = LazyLock::new(|| SIGNER.token(&good()));

/// Any JSON, with names and values that a token or a key could have.
fn any_json() -> impl Strategy<Value = Value> {
    let names = prop_oneof![
        prop::sample::select(vec![
            "alg", "kid", "typ", "crit", "kty", "crv", "x", "y", "n", "e", "use", "key_ops",
            "keys", "iss", "sub", "aud", "exp", "nbf", "iat", "scope", "scp", "email",
        ])
        .prop_map(str::to_owned),
        any::<String>(),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        prop::sample::select(vec![
            "EdDSA", "RS256", "ES256", "ES384", "HS256", "none", "k", "p", "r", "RSA", "EC", "OKP",
            "P-256", "P-384", "Ed25519", "sig", "verify", "AQAB", ISSUER, AUDIENCE,
        ])
        .prop_map(Value::from),
        prop::collection::vec(any::<u8>(), 0..520).prop_map(|bytes| text_of(bytes).into()),
        prop::sample::select(vec![31_usize, 32, 48, 256])
            .prop_flat_map(|size| prop::collection::vec(any::<u8>(), size))
            .prop_map(|bytes| text_of(bytes).into()),
    ];
    leaf.prop_recursive(3, 32, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(names.clone(), inner, 0..8)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// A key of a known kind, with parts that may be anything.
fn any_key() -> impl Strategy<Value = Value> {
    let part = || {
        prop_oneof![
            any_json(),
            prop::collection::vec(any::<u8>(), 256).prop_map(|bytes| text_of(bytes).into()),
            prop::collection::vec(any::<u8>(), 32).prop_map(|bytes| text_of(bytes).into()),
        ]
    };
    let kinds = prop::sample::select(vec![
        ("RSA", ""),
        ("EC", "P-256"),
        ("EC", "P-384"),
        ("OKP", "Ed25519"),
    ]);
    (kinds, part(), part()).prop_map(|((kty, crv), a, b)| {
        json!({"kty": kty, "crv": crv, "kid": "k", "n": &a, "e": &b, "x": &a, "y": &b})
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn no_text_is_a_token(text in any::<String>()) {
        prop_assert!(is_refused(&VERIFIER.verify(&text)));
    }

    #[test]
    fn nothing_in_the_signs_of_a_token_is_one(text in "[A-Za-z0-9_.-]{0,400}") {
        prop_assert!(is_refused(&VERIFIER.verify(&text)));
    }

    #[test]
    fn no_json_without_a_signature_is_a_token(
        header in any_json(),
        payload in any_json(),
        signature in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let parts = [text_of(header.to_string()), text_of(payload.to_string()), text_of(signature)];
        prop_assert!(is_refused(&VERIFIER.verify(&parts.join("."))));
    }

    #[test]
    fn a_signed_header_or_payload_of_any_kind_does_no_harm(
        header in any_json(),
        payload in any_json(),
    ) {
        let _ = VERIFIER.verify(&SIGNER.token_with(&header, &good()));
        let _ = VERIFIER.verify(&SIGNER.token(&payload));
        let mut claims = good();
        if let (Value::Object(claims), Value::Object(others)) = (&mut claims, payload) {
            claims.extend(others);
        }
        let _ = VERIFIER.verify(&SIGNER.token(&claims));
    }

    #[test]
    fn a_changed_token_is_none(changed in changed(&TOKEN)) {
        prop_assert_eq!(VERIFIER.verify(&changed).is_ok(), changed == *TOKEN);
    }

    #[test]
    fn two_changed_parts_are_none(
        parts in prop::collection::vec("[A-Za-z0-9_-]{0,80}", 3),
        kept in 0..7_usize,
    ) {
        let own: Vec<&str> = TOKEN.split('.').collect();
        let mixed: Vec<&str> = (0..3)
            .map(|at| if kept & (1 << at) != 0 { own[at] } else { &parts[at] })
            .collect();
        let mixed = mixed.join(".");
        prop_assert_eq!(VERIFIER.verify(&mixed).is_ok(), mixed == *TOKEN);
    }

    #[test]
    fn no_document_does_harm(text in any::<String>(), keys in prop::collection::vec(any_key(), 0..3), json in any_json()) {
        for text in [text, document(&keys), json.to_string(), json!({"keys": [json]}).to_string()] {
            let verifier = builder().build(Jwks::new(move || Ok(text.clone()))).unwrap();
            for name in ["RS256", "PS512", "ES256", "ES384", "EdDSA"] {
                let header = text_of(json!({"alg": name, "kid": "k"}).to_string());
                let token = format!("{header}.{}.{}", text_of(good().to_string()), text_of([1; 64]));
                prop_assert!(verifier.verify(&token).is_err());
            }
        }
    }
}
