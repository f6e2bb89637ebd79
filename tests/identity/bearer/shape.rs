//! What has not the shape of a token.

use base64::Engine as _;
use serde_json::{Value, json};
use tenancy::jwt::Jwks;

use crate::support::*;

#[test]
fn a_token_that_was_cut_off_is_refused() {
    let signer = Signer::ed("k");
    let verifier = verifier_of(&signer);
    let token = signer.token(&good());
    assert!(verifier.verify(&token).is_ok());
    for end in 0..token.len() {
        assert!(is_refused(&verifier.verify(&token[..end])), "{end}");
        assert!(is_refused(&verifier.verify(&token[end + 1..])), "{end}");
    }
}

#[test]
fn a_token_with_something_around_it_is_refused() {
    let signer = Signer::ed("k");
    let verifier = verifier_of(&signer);
    let token = signer.token(&good());
    for other in [
        format!(" {token}"),
        format!("{token} "),
        format!("{token}\n"),
        format!("{token}\0"),
        format!("{token}="),
        format!("{token}."),
        format!(".{token}"),
        format!("{token}.AA"),
        format!("Bearer {token}"),
        token.replacen('.', "..", 1),
        token.replacen('.', "\u{ff0e}", 1),
        token.replacen('.', ".\u{200b}", 1),
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        "...".to_owned(),
        "\u{1f3d5}.\u{1f3d5}.\u{1f3d5}".to_owned(),
        "\u{0}".repeat(3),
    ] {
        assert!(is_refused(&verifier.verify(&other)), "{other}");
    }
}

#[test]
fn a_signature_is_written_in_one_way_only() {
    let signer = Signer::ed("k");
    let verifier = verifier_of(&signer);
    let token = signer.token(&good());
    // The last sign of 64 bytes carries two bits that stand for nothing.
    let (rest, last) = token.split_at(token.len() - 1);
    let signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let accepted: Vec<char> = signs
        .chars()
        .filter(|sign| verifier.verify(&format!("{rest}{sign}")).is_ok())
        .collect();
    assert_eq!(accepted, last.chars().collect::<Vec<_>>());
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let padded = format!("{signed}.{signature}==");
    assert!(is_refused(&verifier.verify(&padded)));
}

#[test]
fn what_is_too_long_is_not_looked_at() {
    let signer = Signer::ed("k");
    let token = signer.token(&good());
    let fetches = Count::default();
    let verifier_for = |length: usize| {
        let document = document(&[signer.public()]);
        let fetches = fetches.clone();
        let keys = Jwks::new(move || {
            fetches.add();
            Ok(document.clone())
        });
        builder().max_length(length).build(keys).unwrap()
    };
    assert!(is_refused(&verifier_for(token.len() - 1).verify(&token)));
    assert_eq!(fetches.get(), 0);
    assert!(verifier_for(token.len()).verify(&token).is_ok());
    let long = "A".repeat(10_000_000);
    assert!(is_refused(&verifier_of(&signer).verify(&long)));
}

#[test]
fn demands_that_are_critical_are_not_met() {
    let signer = Signer::ed("k");
    let verifier = verifier_of(&signer);
    for crit in [
        json!(["exp"]),
        json!(["b64"]),
        json!([]),
        json!(5),
        Value::Null,
    ] {
        let mut header = signer.header();
        header["crit"] = crit;
        header["b64"] = json!(true);
        let token = signer.token_with(&header, &good());
        assert!(is_refused(&verifier.verify(&token)), "{header}");
    }
}

#[test]
fn a_token_is_of_a_type_that_is_for_us() {
    let signer = Signer::ed("k");
    let verifier = verifier_of(&signer);
    let with_type = |name: Value| {
        let mut header = signer.header();
        header["typ"] = name;
        signer.token_with(&header, &good())
    };
    for name in ["JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt"] {
        assert!(verifier.verify(&with_type(json!(name))).is_ok(), "{name}");
    }
    assert!(verifier.verify(&with_type(Value::Null)).is_ok());
    for name in [
        "logout+jwt",
        "secevent+jwt",
        "tenancy-delegated+jwt",
        "dpop+jwt",
        "",
    ] {
        assert!(
            is_refused(&verifier.verify(&with_type(json!(name)))),
            "{name}"
        );
    }
}

/// A token of a sign-out may come without a type, and has no other mark.
#[test]
fn a_token_that_tells_of_events_lets_nobody_in() {
    let signer = Signer::ed("k");
    let verifier = verifier_of(&signer);
    let sign_out = json!({"http://schemas.openid.net/event/backchannel-logout": {}});
    for events in [sign_out, json!({}), json!([]), Value::Null] {
        for name in [Value::Null, json!("JWT")] {
            let mut header = signer.header();
            header["typ"] = name;
            let mut claims = good();
            claims["events"] = events.clone();
            let token = signer.token_with(&header, &claims);
            assert!(is_refused(&verifier.verify(&token)), "{events}");
        }
    }
}

#[test]
fn a_name_of_a_key_is_short() {
    let id: &'static str = "k".repeat(256).leak();
    let long = Signer::ed(id);
    assert!(is_refused(&verifier_of(&long).verify(&long.token(&good()))));
    let short = Signer::ed(&id[1..]);
    assert!(verifier_of(&short).verify(&short.token(&good())).is_ok());
}

#[test]
fn json_that_says_something_twice_is_refused() {
    let signer = Signer::ed("k");
    let verifier = verifier_of(&signer);
    let payload = good().to_string();
    let payload = format!(r#"{{"sub":"ben",{}"#, &payload[1..]);
    let header = text_of(signer.header().to_string());
    let token = signer.sign(&header, &text_of(payload));
    assert!(is_refused(&verifier.verify(&token)));
    let header = r#"{"alg":"none","alg":"EdDSA","kid":"k"}"#;
    let token = signer.sign(&text_of(header), &text_of(good().to_string()));
    assert!(is_refused(&verifier.verify(&token)));
}

#[test]
fn a_payload_that_is_not_json_is_refused() {
    let signer = Signer::ed("k");
    let verifier = verifier_of(&signer);
    let header = text_of(signer.header().to_string());
    let deep = format!("{}{}", "[".repeat(4000), "]".repeat(4000));
    let deep = format!(r#"{{"name":{deep},{}"#, &good().to_string()[1..]);
    let standard = base64::engine::general_purpose::STANDARD.encode(good().to_string());
    for payload in [
        text_of(""),
        text_of("[]"),
        text_of("{}"),
        text_of("null"),
        text_of([0xff, 0xfe]),
        text_of(format!("{}x", good())),
        text_of(deep),
        format!("{standard}="),
        "*".to_owned(),
        "\u{1f3d5}".to_owned(),
    ] {
        let token = signer.sign(&header, &payload);
        assert!(is_refused(&verifier.verify(&token)), "{payload}");
    }
}
