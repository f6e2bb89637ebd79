//! Whose signature a token may have, and of which kind.

use jsonwebtoken::Algorithm as Inner;
use serde_json::{Value, json};
use tenancy::jwt::{Algorithm, Jwks};

use crate::keys;
use crate::support::*;

#[test]
fn each_kind_of_signature_is_accepted_where_it_is_allowed() {
    let rsa = [
        Inner::RS256,
        Inner::RS384,
        Inner::RS512,
        Inner::PS256,
        Inner::PS384,
        Inner::PS512,
    ];
    let others = [Signer::p256("k"), Signer::p384("k"), Signer::ed("k")];
    let signers = rsa.map(|algorithm| Signer::rsa("k", algorithm));
    for (signer, allowed) in signers.iter().chain(&others).zip(ALL) {
        let document = document(&[signer.public()]);
        let keys = Jwks::new(move || Ok(document.clone()));
        let verifier = builder().algorithms([allowed]).build(keys).unwrap();
        let token = verifier.verify(&signer.token(&good())).unwrap();
        assert_eq!((token.issuer(), token.subject()), (ISSUER, "anna"));
    }
}

#[test]
fn a_kind_that_is_not_allowed_is_refused() {
    let signer = Signer::ed("k");
    let document = document(&[signer.public()]);
    let keys = Jwks::new(move || Ok(document.clone()));
    let others = ALL.into_iter().filter(|kind| *kind != Algorithm::EdDsa);
    let verifier = builder().algorithms(others).build(keys).unwrap();
    assert!(is_refused(&verifier.verify(&signer.token(&good()))));
}

#[test]
fn no_signature_is_none() {
    let signer = Signer::ed("k");
    let verifier = verifier_of(&signer);
    for name in [
        "none", "None", "NONE", "nOnE", "", "HS256", "eddsa", "EdDSA",
    ] {
        let header = text_of(json!({"alg": name, "kid": "k"}).to_string());
        let payload = text_of(good().to_string());
        for token in [
            format!("{header}.{payload}."),
            format!("{header}.{payload}"),
            format!("{header}.{payload}.AA"),
        ] {
            assert!(is_refused(&verifier.verify(&token)), "{token}");
        }
    }
}

#[test]
fn a_header_without_an_algorithm_is_refused() {
    let signer = Signer::ed("k");
    let verifier = verifier_of(&signer);
    for header in [
        json!({"kid": "k"}),
        json!({"alg": null, "kid": "k"}),
        json!({"alg": ["EdDSA"], "kid": "k"}),
    ] {
        let token = signer.token_with(&header, &good());
        assert!(is_refused(&verifier.verify(&token)), "{header}");
    }
}

#[test]
fn a_public_key_is_no_secret() {
    let provider = Signer::rsa("k", Inner::RS256);
    let verifier = verifier_of(&provider);
    let public = provider.public();
    let modulus = public["n"].as_str().unwrap();
    let secrets = [
        modulus.as_bytes().to_vec(),
        public.to_string().into_bytes(),
        document(std::slice::from_ref(&public)).into_bytes(),
        keys::bytes(keys::RSA),
        Vec::new(),
    ];
    for secret in secrets {
        let forger = Signer::secret("k", &secret);
        assert!(is_refused(&verifier.verify(&forger.token(&good()))));
        let header = provider.header();
        let token = forger.token_with(&header, &good());
        assert!(is_refused(&verifier.verify(&token)));
    }
}

#[test]
fn a_secret_in_the_document_verifies_nothing() {
    let signer = Signer::secret("k", &[7; 32]);
    let mut key = signer.public();
    let verifier = verifier(&[key.clone()]);
    assert!(is_refused(&verifier.verify(&signer.token(&good()))));
    key["alg"] = json!("EdDSA");
    let verifier = crate::support::verifier(&[key]);
    let token = signer.token_with(&json!({"alg": "EdDSA", "kid": "k"}), &good());
    assert!(is_refused(&verifier.verify(&token)));
}

#[test]
fn another_keys_signature_is_refused() {
    let verifier = verifier(&[Signer::ed("k").public(), Signer::other_ed("other").public()]);
    let stranger = Signer::other_ed("k");
    assert!(is_refused(&verifier.verify(&stranger.token(&good()))));
    let rsa = Signer::rsa("r", Inner::RS256);
    let verifier = verifier_of(&rsa);
    let stranger = Signer::other_rsa("r", Inner::RS256);
    assert!(is_refused(&verifier.verify(&stranger.token(&good()))));
}

#[test]
fn a_key_that_is_too_short_is_no_key() {
    let weak = Signer::weak_rsa("k");
    let verifier = verifier_of(&weak);
    assert!(is_refused(&verifier.verify(&weak.token(&good()))));
}

/// One algorithm's signature under another's name.
fn under_another_name(signer: &Signer, name: &str) -> String {
    let mut header = signer.header();
    header["alg"] = json!(name);
    signer.token_with(&header, &good())
}

#[test]
fn the_header_and_the_key_agree_in_kind() {
    let all = [
        Signer::rsa("k", Inner::RS256),
        Signer::p256("k"),
        Signer::p384("k"),
        Signer::ed("k"),
    ];
    for key in &all {
        let mut public = key.public();
        public.as_object_mut().unwrap().remove("alg");
        let verifier = verifier(&[public]);
        for signer in all.iter().filter(|other| other.algorithm != key.algorithm) {
            assert!(is_refused(&verifier.verify(&signer.token(&good()))));
            let name = format!("{:?}", key.algorithm);
            let token = under_another_name(signer, &name);
            assert!(is_refused(&verifier.verify(&token)), "{name}");
        }
    }
}

#[test]
fn what_a_key_was_published_for_is_kept_to() {
    let signer = Signer::rsa("k", Inner::RS256);
    let verifier_with = |name: &str, value: Value| {
        let mut key = signer.public();
        key[name] = value;
        verifier(&[key])
    };
    let token = signer.token(&good());
    for (name, value) in [
        ("alg", json!("RS512")),
        ("alg", json!("PS256")),
        ("alg", json!("RSA-OAEP")),
        ("alg", json!("HS256")),
        ("alg", json!("none")),
        ("use", json!("enc")),
        ("use", json!("")),
        ("key_ops", json!([])),
        ("key_ops", json!(["sign", "encrypt"])),
        ("kty", json!("oct")),
        ("kty", json!("EC")),
    ] {
        let verifier = verifier_with(name, value.clone());
        assert!(is_refused(&verifier.verify(&token)), "{name}: {value}");
    }
    for (name, value) in [
        ("alg", Value::Null),
        ("use", Value::Null),
        ("key_ops", json!(["verify"])),
    ] {
        assert!(verifier_with(name, value).verify(&token).is_ok(), "{name}");
    }
}
