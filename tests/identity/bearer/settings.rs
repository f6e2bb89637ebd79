//! The settings of a verifier, and that what it refuses sounds alike.

use std::time::Duration;

use serde_json::json;
use tenancy::Error;
use tenancy::jwt::{Jwks, Verifier, VerifierBuilder};

use crate::support::*;

fn is_refused_as_settings(builder: VerifierBuilder) -> bool {
    let built = builder.build(Jwks::new(|| Ok(String::new())));
    matches!(built, Err(Error::Configuration { .. }))
}

#[test]
fn settings_that_would_let_strangers_in_are_refused() {
    let bare = Verifier::builder;
    for builder in [
        bare(),
        bare().issuer(ISSUER),
        bare().audience(AUDIENCE),
        bare().issuer("").audience(AUDIENCE),
        bare().issuer("i".repeat(256)).audience(AUDIENCE),
        builder().audience(""),
        builder().algorithms([]),
        builder().leeway(Duration::from_secs(301)),
        builder().leeway(Duration::MAX),
        builder().max_length(1024 * 1024 + 1),
    ] {
        assert!(is_refused_as_settings(builder));
    }
    for builder in [
        bare().issuer(ISSUER).audience(AUDIENCE),
        builder().audience("other"),
        builder().leeway(Duration::ZERO),
        builder().leeway(Duration::from_secs(300)),
        builder().max_length(1024 * 1024),
    ] {
        assert!(!is_refused_as_settings(builder));
    }
}

#[test]
fn rs256_alone_is_allowed_unless_it_is_said() {
    let signer = Signer::ed("k");
    let rsa = Signer::rsa("r", jsonwebtoken::Algorithm::RS256);
    let document = document(&[signer.public(), rsa.public()]);
    let verifier = Verifier::builder()
        .issuer(ISSUER)
        .audience(AUDIENCE)
        .clock(SetClock::new())
        .build(Jwks::new(move || Ok(document.clone())))
        .unwrap();
    assert!(is_refused(&verifier.verify(&signer.token(&good()))));
    assert!(verifier.verify(&rsa.token(&good())).is_ok());
}

#[test]
fn one_of_several_audiences_is_enough() {
    let signer = Signer::ed("k");
    let document = document(&[signer.public()]);
    let verifier = builder()
        .audience("gear-app")
        .build(Jwks::new(move || Ok(document.clone())))
        .unwrap();
    for audience in [AUDIENCE, "gear-app"] {
        let token = signer.token(&good_but("aud", json!(audience)));
        assert!(verifier.verify(&token).is_ok());
    }
    let token = signer.token(&good_but("aud", json!("other")));
    assert!(is_refused(&verifier.verify(&token)));
}

#[test]
fn whatever_is_wrong_sounds_alike_and_quotes_nothing() {
    let signer = Signer::ed("k");
    let verifier = verifier_of(&signer);
    let mut critical = signer.header();
    critical["crit"] = json!(["exp"]);
    let tokens = [
        String::new(),
        "secret".to_owned(),
        Signer::other_ed("k").token(&good()),
        Signer::other_ed("unknown").token(&good()),
        Signer::secret("k", &[7; 32]).token(&good()),
        signer.token_with(&critical, &good()),
        signer.token(&good_but("exp", json!(NOW - 600))),
        signer.token(&good_but("nbf", json!(NOW + 600))),
        signer.token(&good_but("aud", json!("secret"))),
        signer.token(&good_but("iss", json!("secret"))),
        signer.token(&good_but("sub", json!(""))),
    ];
    for token in tokens {
        let error = verifier.verify(&token).unwrap_err();
        assert_eq!(error.to_string(), "the credential was not accepted");
        assert_eq!(format!("{error:?}"), "Unauthenticated");
    }
}
