//! Which key of the document a token is verified with.

use serde_json::{Value, json};
use tenancy::jwt::Jwks;

use crate::support::*;

fn without_id(signer: &Signer) -> String {
    let mut header = signer.header();
    header.as_object_mut().unwrap().remove("kid");
    signer.token_with(&header, &good())
}

#[test]
fn a_token_that_names_no_key_is_accepted_if_one_key_fits() {
    let signer = Signer::ed("k");
    let alone = verifier(&[signer.public(), Signer::p256("p").public()]);
    assert!(alone.verify(&without_id(&signer)).is_ok());
    let two = verifier(&[signer.public(), Signer::other_ed("other").public()]);
    assert!(is_refused(&two.verify(&without_id(&signer))));
    assert!(two.verify(&signer.token(&good())).is_ok());
}

#[test]
fn a_key_without_a_name_is_not_the_one_that_is_named() {
    let signer = Signer::ed("k");
    let mut key = signer.public();
    key.as_object_mut().unwrap().remove("kid");
    let verifier = verifier(&[key]);
    assert!(is_refused(&verifier.verify(&signer.token(&good()))));
    assert!(verifier.verify(&without_id(&signer)).is_ok());
}

#[test]
fn of_two_keys_with_one_name_none_is_meant() {
    let (one, other) = (Signer::ed("k"), Signer::other_ed("k"));
    for keys in [
        [one.public(), other.public()],
        [other.public(), one.public()],
    ] {
        let verifier = verifier(&keys);
        assert!(is_refused(&verifier.verify(&one.token(&good()))));
        assert!(is_refused(&verifier.verify(&other.token(&good()))));
    }
}

#[test]
fn one_name_for_keys_of_two_kinds_is_enough() {
    let (one, other) = (Signer::ed("k"), Signer::p256("k"));
    // By what they are, and not by what they are published for.
    let keys = [one.public(), other.public()].map(|mut key| {
        key.as_object_mut().unwrap().remove("alg");
        key
    });
    let verifier = verifier(&keys);
    assert!(verifier.verify(&one.token(&good())).is_ok());
    assert!(verifier.verify(&other.token(&good())).is_ok());
}

#[test]
fn a_key_that_stands_there_twice_is_one() {
    let signer = Signer::ed("k");
    let verifier = verifier(&[signer.public(), signer.public()]);
    assert!(verifier.verify(&signer.token(&good())).is_ok());
}

#[test]
fn keys_that_are_not_understood_stand_beside_others() {
    let signer = Signer::ed("k");
    let strange = [
        json!({"kty": "AKP", "kid": "k", "alg": "ML-DSA-65", "pub": "AA"}),
        json!({"kty": "RSA", "kid": "k"}),
        json!({"kty": "RSA", "kid": "k", "n": "", "e": ""}),
        json!({"kty": "RSA", "kid": "k", "n": "AAAA", "e": "AA"}),
        json!({"kty": "RSA", "kid": "k", "n": "*", "e": "AQAB"}),
        json!({"kty": "EC", "kid": "k", "crv": "P-521", "x": "AA", "y": "AA"}),
        json!({"kty": "EC", "kid": "k", "crv": "P-256", "x": "AA", "y": "AA"}),
        json!({"kty": "OKP", "kid": "k", "crv": "Ed25519", "x": "AA"}),
        json!({"kty": "OKP", "kid": "k", "crv": "Ed25519", "x": 5}),
        json!({"kty": 5}),
        json!([]),
        json!("k"),
        Value::Null,
    ];
    for key in strange {
        let verifier = verifier(&[key.clone(), signer.public()]);
        assert!(verifier.verify(&signer.token(&good())).is_ok(), "{key}");
    }
}

#[test]
fn a_key_that_is_no_point_or_number_accepts_nothing() {
    let zeros = text_of([0; 32]);
    let ones = text_of([255; 32]);
    for key in [
        json!({"kty": "OKP", "kid": "k", "crv": "Ed25519", "x": &ones}),
        json!({"kty": "OKP", "kid": "k", "crv": "Ed25519", "x": text_of([1; 31])}),
        json!({"kty": "OKP", "kid": "k", "crv": "Ed25519", "x": text_of([1; 33])}),
        json!({"kty": "EC", "kid": "k", "crv": "P-256", "x": &zeros, "y": &zeros}),
        json!({"kty": "EC", "kid": "k", "crv": "P-256", "x": &ones, "y": &ones}),
        json!({"kty": "RSA", "kid": "k", "n": text_of([255; 256]), "e": text_of([2])}),
        json!({"kty": "RSA", "kid": "k", "n": text_of([255; 256]), "e": text_of([1])}),
        json!({"kty": "RSA", "kid": "k", "n": text_of([254; 256]), "e": "AQAB"}),
        json!({"kty": "RSA", "kid": "k", "n": text_of([255; 256]), "e": text_of([255; 64])}),
        json!({"kty": "RSA", "kid": "k", "n": text_of([255; 513]), "e": "AQAB"}),
    ] {
        let verifier = verifier(std::slice::from_ref(&key));
        for name in ["RS256", "PS256", "ES256", "EdDSA"] {
            let header = text_of(json!({"alg": name, "kid": "k"}).to_string());
            for size in [32, 64, 256] {
                let signature = text_of(vec![0; size]);
                let token = format!("{header}.{}.{signature}", text_of(good().to_string()));
                assert!(is_refused(&verifier.verify(&token)), "{key}, {name}");
            }
        }
    }
}

#[test]
fn a_token_brings_no_key_and_says_not_where_one_is() {
    let (provider, forger) = (Signer::ed("k"), Signer::other_ed("k"));
    let asked = Count::default();
    let document = document(&[provider.public()]);
    let keys = Jwks::new({
        let asked = asked.clone();
        move || {
            asked.add();
            Ok(document.clone())
        }
    });
    let verifier = builder().build(keys).unwrap();
    let with_own_key = |signer: &Signer| {
        let mut header = signer.header();
        header["jwk"] = forger.public();
        header["jku"] = json!("https://evil.example.com/jwks.json");
        header["x5u"] = json!("https://evil.example.com/cert.pem");
        header["x5c"] = json!(["AA"]);
        signer.token_with(&header, &good())
    };
    assert!(is_refused(&verifier.verify(&with_own_key(&forger))));
    assert!(verifier.verify(&with_own_key(&provider)).is_ok());
    assert_eq!(asked.get(), 1);
}
