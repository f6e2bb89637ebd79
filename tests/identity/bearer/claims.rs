//! What a token may say: from whom, for whom, and when.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tenancy::AuthError;
use tenancy::jwt::{Jwks, VerifiedToken, Verifier};

use crate::support::*;

fn verify(claims: &Value) -> Result<VerifiedToken, AuthError> {
    let signer = Signer::ed("k");
    verifier_of(&signer).verify(&signer.token(claims))
}

fn at(clock: &Arc<SetClock>, leeway: u64) -> (Signer, Verifier) {
    let signer = Signer::ed("k");
    let document = document(&[signer.public()]);
    let verifier = builder()
        .clock(Arc::clone(clock))
        .leeway(Duration::from_secs(leeway))
        .build(Jwks::new(move || Ok(document.clone())))
        .unwrap();
    (signer, verifier)
}

#[test]
fn a_token_ends_with_its_end_and_the_leeway() {
    let clock = SetClock::new();
    for leeway in [0, 60, 300] {
        let (signer, verifier) = at(&clock, leeway);
        let token = signer.token(&good());
        let end = NOW + 600 + i64::try_from(leeway).unwrap();
        clock.set_millis(end * 1000 - 1);
        let verified = verifier.verify(&token).unwrap();
        assert_eq!(verified.expires_at(), moment(end));
        clock.set(end);
        assert!(is_refused(&verifier.verify(&token)), "{leeway}");
        clock.set(end + 1_000_000);
        assert!(is_refused(&verifier.verify(&token)), "{leeway}");
    }
}

#[test]
fn a_token_begins_with_its_beginning_less_the_leeway() {
    let clock = SetClock::new();
    for name in ["nbf", "iat"] {
        for leeway in [0, 60, 300] {
            let (signer, verifier) = at(&clock, leeway);
            let token = signer.token(&good_but(name, json!(NOW + 400)));
            let begin = NOW + 400 - i64::try_from(leeway).unwrap();
            clock.set_millis(begin * 1000 - 1);
            assert!(is_refused(&verifier.verify(&token)), "{name} {leeway}");
            clock.set(begin);
            assert!(verifier.verify(&token).is_ok(), "{name} {leeway}");
            clock.set(NOW);
        }
    }
}

#[test]
fn a_token_without_an_end_is_refused() {
    assert!(is_refused(&verify(&good_without("exp"))));
    for end in [
        Value::Null,
        json!("2000000000"),
        json!(""),
        json!([NOW + 600]),
        json!(true),
        json!(-1),
        json!(-1.5),
        json!(1e300),
        json!(i64::MAX),
        json!(u64::MAX),
    ] {
        assert!(is_refused(&verify(&good_but("exp", end.clone()))), "{end}");
    }
}

#[test]
fn a_moment_may_have_a_fraction() {
    let token = verify(&good_but("exp", json!(1_000_000_600.75))).unwrap();
    assert_eq!(token.expires_at(), moment(NOW + 660));
    assert!(verify(&good_but("iat", json!(1_000_000_000.5))).is_ok());
    for begin in [json!("soon"), json!(-5), json!({})] {
        assert!(
            is_refused(&verify(&good_but("nbf", begin.clone()))),
            "{begin}"
        );
        assert!(
            is_refused(&verify(&good_but("iat", begin.clone()))),
            "{begin}"
        );
    }
}

#[test]
fn what_need_not_be_there_may_be_missing() {
    assert_eq!(verify(&good_without("iat")).unwrap().issued_at(), None);
    assert_eq!(verify(&good()).unwrap().issued_at(), Some(moment(NOW)));
}

#[test]
fn the_issuer_is_exactly_the_one_that_is_expected() {
    assert!(is_refused(&verify(&good_without("iss"))));
    for issuer in [
        json!("https://id.example.com/"),
        json!("https://ID.example.com"),
        json!("https://id.example.com.evil.example"),
        json!("https://id.example.co"),
        json!(""),
        json!([ISSUER]),
        Value::Null,
    ] {
        let token = verify(&good_but("iss", issuer.clone()));
        assert!(is_refused(&token), "{issuer}");
    }
}

#[test]
fn the_audience_is_one_that_is_expected() {
    assert!(is_refused(&verify(&good_without("aud"))));
    for audience in [
        json!("Gear"),
        json!("gear "),
        json!("other"),
        json!(""),
        json!([]),
        json!(["other"]),
        json!([["gear"]]),
        json!(["gear", 5]),
        json!({"gear": "gear"}),
        Value::Null,
    ] {
        let token = verify(&good_but("aud", audience.clone()));
        assert!(is_refused(&token), "{audience}");
    }
    for audience in [json!(["gear"]), json!(["other", "gear"])] {
        assert!(verify(&good_but("aud", audience)).is_ok());
    }
}

#[test]
fn a_subject_is_a_short_text() {
    assert!(is_refused(&verify(&good_without("sub"))));
    for subject in [
        json!(""),
        json!("a".repeat(256)),
        json!("ß".repeat(128)),
        json!("anna\0"),
        json!("anna\n"),
        json!("\u{85}anna"),
        json!(5),
        json!(["anna"]),
        Value::Null,
    ] {
        let token = verify(&good_but("sub", subject.clone()));
        assert!(is_refused(&token), "{subject}");
    }
    for subject in ["a".repeat(255), "ß".repeat(127), " anna ".to_owned()] {
        let token = verify(&good_but("sub", json!(&subject))).unwrap();
        assert_eq!(token.subject(), subject);
    }
}

#[test]
fn names_are_shown_where_there_are_some() {
    let mut claims = good();
    claims["email"] = json!("anna@example.com");
    claims["name"] = json!("Anna");
    claims["preferred_username"] = json!("anna7");
    let token = verify(&claims).unwrap();
    assert_eq!(token.email(), Some("anna@example.com"));
    assert_eq!(token.name(), Some("Anna"));
    assert_eq!(token.username(), Some("anna7"));
    for strange in [
        json!(5),
        json!({"a": []}),
        Value::Null,
        json!("a".repeat(256)),
    ] {
        for name in ["email", "name", "preferred_username"] {
            let token = verify(&good_but(name, strange.clone())).unwrap();
            assert_eq!(
                (token.email(), token.name(), token.username()),
                (None, None, None)
            );
        }
    }
}

#[test]
fn scopes_come_as_words_or_as_a_list() {
    let scopes = |name: &str, value: Value| -> Vec<String> {
        let token = verify(&good_but(name, value)).unwrap();
        token.scopes().map(str::to_owned).collect()
    };
    for name in ["scope", "scp"] {
        assert_eq!(scopes(name, json!("write read read")), ["read", "write"]);
        assert_eq!(scopes(name, json!(["write", "read"])), ["read", "write"]);
        assert_eq!(scopes(name, json!(["read", 5, null])), ["read"]);
        for none in [
            json!(""),
            json!(5),
            json!({"read": true}),
            Value::Null,
            json!([]),
        ] {
            assert_eq!(scopes(name, none), Vec::<String>::new());
        }
    }
    let token = verify(&good_but("scope", json!("read"))).unwrap();
    assert!(token.has_scope("read"));
    for other in ["Read", "rea", "read ", ""] {
        assert!(!token.has_scope(other));
    }
}

#[test]
fn a_verified_token_tells_no_address_in_a_log() {
    let token = verify(&good_but("email", json!("anna@example.com"))).unwrap();
    assert!(!format!("{token:?}").contains("anna@"), "{token:?}");
}
