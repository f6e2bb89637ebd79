//! A token of one type of key is none of another, and keys come back as they were.

use tenancy::Claims;
use tenancy::jwt::Delegation;
use tenancy::prelude::*;
use uuid::Uuid;

use super::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, TenantKey)]
struct CustomerId(i64);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, TenantKey)]
struct SupplierId(i64);

#[derive(Debug, Clone, PartialEq, Eq, Hash, TenantKey)]
struct Name(String);

mod other {
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, tenancy::TenantKey)]
    pub(super) struct CustomerId(pub(super) i64);
}

fn token_of<K: TenantKey>(office: &Office, key: K) -> String {
    let scope = office.scope(Claims::new(key));
    let tokens = office.tokens::<K>();
    tokens.issue(&scope, Delegation::new("export")).unwrap()
}

fn accepts<K: TenantKey>(office: &Office, token: &str) -> bool {
    let tokens = office.tokens::<K>();
    let outcome = office.present(&tokens, "export", token);
    assert!(outcome.is_ok() || is_unauthenticated(&outcome));
    outcome.is_ok()
}

/// Which of the types takes the token.
fn takers(office: &Office, token: &str) -> [bool; 8] {
    [
        accepts::<i64>(office, token),
        accepts::<i32>(office, token),
        accepts::<String>(office, token),
        accepts::<Uuid>(office, token),
        accepts::<CustomerId>(office, token),
        accepts::<SupplierId>(office, token),
        accepts::<other::CustomerId>(office, token),
        accepts::<Name>(office, token),
    ]
}

#[test]
fn a_token_is_for_keys_of_one_type() {
    let office = Office::new();
    let id = Uuid::max();
    let tokens = [
        token_of(&office, 5_i64),
        token_of(&office, 5_i32),
        token_of(&office, "5".to_owned()),
        token_of(&office, id),
        token_of(&office, CustomerId(5)),
        token_of(&office, SupplierId(5)),
        token_of(&office, other::CustomerId(5)),
        token_of(&office, Name("5".to_owned())),
    ];
    for (at, token) in tokens.iter().enumerate() {
        let mut own = [false; 8];
        own[at] = true;
        assert_eq!(takers(&office, token), own, "{at}");
    }
}

fn comes_back<K: TenantKey + std::fmt::Debug>(office: &Office, key: K) {
    let token = token_of(office, key.clone());
    let tokens = office.tokens::<K>();
    let identity = office.present(&tokens, "export", &token).unwrap();
    assert_eq!(identity.tenant(), &key);
}

#[test]
fn keys_come_back_as_they_were() {
    let office = Office::new();
    for key in [1, 5, i64::MAX] {
        comes_back(&office, key);
        comes_back(&office, CustomerId(key));
    }
    comes_back(&office, i32::MAX);
    comes_back(&office, Uuid::max());
    comes_back(&office, Uuid::from_u128(1));
    for text in [
        " ",
        "5",
        "05",
        "ß",
        "SS",
        "\u{1f3d5}",
        "a\"b\\c\n",
        "é",
        "e\u{301}",
        "{}",
        ".",
    ] {
        comes_back(&office, text.to_owned());
        comes_back(&office, Name(text.to_owned()));
    }
}
