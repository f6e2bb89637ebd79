//! The keys of delegated tokens, and how they change.

use tenancy::Error;
use tenancy::jwt::{DelegatedTokens, Delegation, NeverRevoked, SigningKey};

use super::*;

fn is_wrong<T>(outcome: &Result<T, Error>) -> bool {
    matches!(outcome, Err(Error::Configuration { .. }))
}

#[test]
fn a_key_has_32_bytes_at_least() {
    for length in [0, 1, 16, 31] {
        assert!(is_wrong(&SigningKey::new("1", &vec![7; length])));
    }
    for length in [32, 33, 64, 200] {
        assert!(SigningKey::new("1", &vec![7; length]).is_ok());
    }
}

#[test]
fn a_key_has_a_plain_name() {
    for id in [
        "",
        " ",
        "a b",
        "a\"",
        "ß",
        "a/b",
        "a\n",
        "a\0",
        &"k".repeat(65),
    ] {
        assert!(is_wrong(&SigningKey::new(id, &SECRET)), "{id}");
    }
    for id in ["1", "2026-11", "a.b_c", &"k".repeat(64)] {
        assert!(SigningKey::new(id, &SECRET).is_ok(), "{id}");
    }
}

#[test]
fn there_is_a_key_and_no_two_have_one_name() {
    assert!(is_wrong(&DelegatedTokens::<i64, _>::new([], NeverRevoked)));
    let doubled = [key("1"), key("2"), other_key("1")];
    assert!(is_wrong(&DelegatedTokens::<i64, _>::new(
        doubled,
        NeverRevoked
    )));
}

#[test]
fn the_newest_key_signs_and_each_verifies() {
    let office = Office::new();
    let scope = office.scope_of(1);
    let before = office.tokens_of::<i64, _>([key("old")], NeverRevoked);
    let during = office.tokens_of::<i64, _>([other_key("new"), key("old")], NeverRevoked);
    let after = office.tokens_of::<i64, _>([other_key("new")], NeverRevoked);
    let old = before.issue(&scope, Delegation::new("export")).unwrap();
    let new = during.issue(&scope, Delegation::new("export")).unwrap();
    assert!(office.present(&during, "export", &old).is_ok());
    assert!(office.present(&during, "export", &new).is_ok());
    assert!(office.is_refused(&before, "export", &new));
    assert!(office.is_refused(&after, "export", &old));
    assert!(office.present(&after, "export", &new).is_ok());
}

#[test]
fn a_key_is_known_by_its_bytes_too() {
    let office = Office::new();
    let scope = office.scope_of(1);
    let tokens = office.tokens::<i64>();
    let strangers = office.tokens_of::<i64, _>([other_key("1")], NeverRevoked);
    let token = strangers.issue(&scope, Delegation::new("export")).unwrap();
    assert!(office.is_refused(&tokens, "export", &token));
    let renamed = office.tokens_of::<i64, _>([key("2")], NeverRevoked);
    let token = renamed.issue(&scope, Delegation::new("export")).unwrap();
    assert!(office.is_refused(&tokens, "export", &token));
}

#[test]
fn no_secret_is_shown() {
    let office = Office::new();
    let tokens = office.tokens::<i64>();
    let shown = format!(
        "{:?} {:?} {tokens:?}",
        key("1"),
        tokens.for_purpose("export")
    );
    let as_list = format!("{SECRET:?}");
    assert!(
        !shown.contains("a secret") && !shown.contains(&as_list[1..20]),
        "{shown}"
    );
    let token = tokens
        .issue(&office.scope_of(1), Delegation::new("export"))
        .unwrap();
    let error = office.present(&tokens, "import", &token).unwrap_err();
    assert_eq!(format!("{error:?}"), "Unauthenticated");
}
