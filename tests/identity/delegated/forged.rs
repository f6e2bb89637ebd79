//! Tokens that nobody issued.

use std::sync::LazyLock;

use jsonwebtoken::Algorithm as Inner;
use proptest::prelude::*;
use serde_json::{Value, json};
use tenancy::jwt::Delegation;

use super::worker::payload_of;
use super::*;

fn issued(office: &Office) -> String {
    let tokens = office.tokens::<i64>();
    tokens
        .issue(&office.scope_of(1), Delegation::new("export"))
        .unwrap()
}

#[test]
fn a_token_with_any_sign_changed_is_none() {
    let office = Office::new();
    let tokens = office.tokens::<i64>();
    let token = issued(&office);
    for at in 0..token.len() {
        for sign in ["A", "_", ".", "=", "\0", "ß", ""] {
            let changed = format!("{}{sign}{}", &token[..at], &token[at + 1..]);
            if changed != token {
                assert!(office.is_refused(&tokens, "export", &changed), "{changed}");
            }
        }
        assert!(office.is_refused(&tokens, "export", &token[..at]));
    }
    for around in [
        format!(" {token}"),
        format!("{token}."),
        format!("{token}.AA"),
    ] {
        assert!(office.is_refused(&tokens, "export", &around));
    }
    assert!(office.present(&tokens, "export", &token).is_ok());
}

#[test]
fn the_payload_of_another_token_does_not_fit() {
    let office = Office::new();
    let tokens = office.tokens::<i64>();
    let annas = issued(&office);
    let bens = tokens
        .issue(&office.scope_of(2), Delegation::new("export"))
        .unwrap();
    let parts = |token: &str| token.split('.').map(str::to_owned).collect::<Vec<_>>();
    let (annas, bens) = (parts(&annas), parts(&bens));
    let mixed = format!("{}.{}.{}", annas[0], bens[1], annas[2]);
    assert!(office.is_refused(&tokens, "export", &mixed));
}

/// A token with the right signature, and another header.
fn with_header(header: &Value, payload: &Value) -> String {
    Signer::secret("1", &SECRET).token_with(header, payload)
}

fn own_header() -> String {
    text_of(r#"{"alg":"HS256","typ":"tenancy-delegated+jwt","kid":"1"}"#)
}

#[test]
fn the_header_is_the_one_that_is_written_here() {
    let office = Office::new();
    let tokens = office.tokens::<i64>();
    let token = issued(&office);
    assert_eq!(token.split('.').next().unwrap(), own_header());
    let payload = payload_of(&token);
    for header in [
        json!({"alg": "HS256", "typ": "JWT", "kid": "1"}),
        json!({"alg": "HS256", "kid": "1"}),
        json!({"alg": "none", "typ": "tenancy-delegated+jwt", "kid": "1"}),
        json!({"alg": "HS256", "typ": "tenancy-delegated+jwt"}),
        json!({"alg": "HS256", "typ": "tenancy-delegated+jwt", "kid": "2"}),
        json!({"alg": "HS256", "typ": "tenancy-delegated+jwt", "kid": "1", "crit": ["exp"]}),
    ] {
        let token = with_header(&header, &payload);
        assert!(office.is_refused(&tokens, "export", &token), "{header}");
    }
    let unsigned = format!("{}.{}.", own_header(), text_of(payload.to_string()));
    assert!(office.is_refused(&tokens, "export", &unsigned));
}

/// A service that signs other things with the same key makes no delegated token by it.
#[test]
fn what_the_key_signs_for_others_is_no_token() {
    let office = Office::new();
    let tokens = office.tokens::<i64>();
    let payload = payload_of(&issued(&office));
    let signed = |payload: &Value| {
        Signer::secret("1", &SECRET).sign(&own_header(), &text_of(payload.to_string()))
    };
    assert!(office.present(&tokens, "export", &signed(&payload)).is_ok());
    for (name, value) in [
        ("iss", json!("https://id.example.com")),
        ("iss", Value::Null),
        ("aud", json!("gear")),
        ("aud", json!(["tenancy:delegated"])),
        ("jti", json!("1")),
        ("jti", json!("")),
        ("sub", json!(5)),
        ("iat", json!(NOW + 61)),
        ("iat", json!("now")),
        ("iat", json!(i64::MAX)),
        ("iat", json!(i64::MIN)),
        ("exp", json!(NOW)),
        ("exp", json!(i64::MIN)),
        ("exp", json!(i64::MAX)),
        ("exp", Value::Null),
        ("tenant", json!("01")),
        ("tenant", json!("+1")),
        ("tenant", json!("0")),
        ("tenant", json!("-1")),
        ("tenant", json!("")),
        ("tenant", json!(1)),
        ("kind", json!("i32")),
        ("kind", Value::Null),
        ("purpose", json!("import")),
        ("read_only", Value::Null),
        ("read_only", json!("false")),
        ("permissions", Value::Null),
        ("permissions", json!([5])),
        ("operator", json!(true)),
    ] {
        let mut other = payload.clone();
        other[name] = value.clone();
        let token = signed(&other);
        assert!(
            office.is_refused(&tokens, "export", &token),
            "{name}: {value}"
        );
    }
    for name in payload
        .as_object()
        .unwrap()
        .keys()
        .filter(|name| *name != "sub")
    {
        let mut other = payload.clone();
        other.as_object_mut().unwrap().remove(name);
        assert!(
            office.is_refused(&tokens, "export", &signed(&other)),
            "{name}"
        );
    }
}

#[test]
fn a_bearer_token_is_no_delegated_one_nor_the_other_way_round() {
    let office = Office::new();
    let tokens = office.tokens::<i64>();
    let delegated = issued(&office);
    let provider = Signer::ed("1");
    let mut secret = Signer::secret("1", &SECRET).public();
    secret["alg"] = json!("HS256");
    let verifier = verifier(&[provider.public(), secret]);
    assert!(is_refused(&verifier.verify(&delegated)));
    let payload = payload_of(&delegated);
    let header = json!({"alg": "EdDSA", "typ": "tenancy-delegated+jwt", "kid": "1"});
    for bearer in [
        provider.token(&good()),
        provider.token(&payload),
        provider.token_with(&header, &payload),
        provider.sign(&own_header(), &text_of(payload.to_string())),
        Signer::rsa("1", Inner::RS256).token(&payload),
    ] {
        assert!(office.is_refused(&tokens, "export", &bearer));
    }
}

#[test]
fn what_is_too_long_is_not_looked_at() {
    let office = Office::new();
    let tokens = office.tokens::<i64>();
    let mut payload = payload_of(&issued(&office));
    payload["permissions"] = json!(["p".repeat(8 * 1024)]);
    let token = Signer::secret("1", &SECRET).sign(&own_header(), &text_of(payload.to_string()));
    assert!(office.is_refused(&tokens, "export", &token));
    assert!(office.is_refused(&tokens, "export", &"A".repeat(10_000_000)));
}

/// Nothing of a token needs the database.
static TOKENS: LazyLock<Tokens<i64>> = LazyLock::new(|| {
    DelegatedTokens::new([key("1")], NeverRevoked)
        .unwrap()
        .clock(SetClock::new())
});
static TOKEN: LazyLock<String> = LazyLock::new(|| issued(&Office::new()));

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_is_a_token(text in any::<String>(), signs in "[A-Za-z0-9_.-]{0,400}") {
        prop_assert!(TOKENS.read(&text).is_err());
        prop_assert!(TOKENS.read(&signs).is_err());
        let behind_the_header = format!("{}.{signs}", own_header());
        prop_assert!(TOKENS.read(&behind_the_header).is_err());
    }

    #[test]
    fn a_changed_token_is_none(changed in changed(&TOKEN)) {
        prop_assert_eq!(TOKENS.read(&changed).is_ok(), changed == *TOKEN);
    }

    #[test]
    fn a_signed_payload_of_any_bytes_does_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let token = Signer::secret("1", &SECRET).sign(&own_header(), &text_of(bytes));
        prop_assert!(TOKENS.read(&token).is_err());
    }
}
