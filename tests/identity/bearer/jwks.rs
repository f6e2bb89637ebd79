//! A provider's keys: when they are fetched, and what happens if they cannot be.

use std::error::Error as StdError;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tenancy::AuthError;
use tenancy::jwt::{Jwks, KeySource, Verifier};

use crate::support::*;

/// A source whose answer a test changes. None is a failure.
#[derive(Clone, Default)]
struct Provider {
    answer: Arc<Mutex<Option<String>>>,
    asked: Count,
}

impl Provider {
    fn of(signers: &[&Signer]) -> Self {
        let provider = Self::default();
        provider.publishes(signers);
        provider
    }

    fn publishes(&self, signers: &[&Signer]) {
        let keys: Vec<_> = signers.iter().map(|signer| signer.public()).collect();
        self.answers(Some(document(&keys)));
    }

    fn answers(&self, answer: Option<String>) {
        *self.answer.lock().unwrap() = answer;
    }
}

impl KeySource for Provider {
    fn fetch(&self) -> Result<String, Box<dyn StdError + Send + Sync>> {
        self.asked.add();
        let answer = self.answer.lock().unwrap().clone();
        answer.ok_or_else(|| "no answer".into())
    }
}

/// A verifier with an hour of leeway for nobody: the tokens of these tests do not end.
fn verifier(keys: Jwks, clock: &Arc<SetClock>) -> Verifier {
    builder().clock(Arc::clone(clock)).build(keys).unwrap()
}

fn lasting(signer: &Signer) -> String {
    signer.token(&good_but("exp", serde_json::json!(NOW + 1_000_000_000)))
}

#[test]
fn keys_are_fetched_once_for_many_tokens() {
    let (signer, clock) = (Signer::ed("k"), SetClock::new());
    let provider = Provider::of(&[&signer]);
    let verifier = verifier(Jwks::new(provider.clone()), &clock);
    assert_eq!(provider.asked.get(), 0);
    for _ in 0..20 {
        assert!(verifier.verify(&lasting(&signer)).is_ok());
        clock.pass(60);
    }
    assert_eq!(provider.asked.get(), 1);
}

#[test]
fn verifiers_may_share_the_keys() {
    let (signer, clock) = (Signer::ed("k"), SetClock::new());
    let provider = Provider::of(&[&signer]);
    let keys = Arc::new(Jwks::new(provider.clone()));
    for _ in 0..2 {
        let verifier = builder()
            .clock(Arc::clone(&clock))
            .build(Arc::clone(&keys))
            .unwrap();
        assert!(verifier.verify(&lasting(&signer)).is_ok());
    }
    assert_eq!(provider.asked.get(), 1);
}

#[test]
fn old_keys_are_fetched_again() {
    let (signer, clock) = (Signer::ed("k"), SetClock::new());
    let provider = Provider::of(&[&signer]);
    let keys = Jwks::new(provider.clone()).max_age(Duration::from_secs(600));
    let verifier = verifier(keys, &clock);
    assert!(verifier.verify(&lasting(&signer)).is_ok());
    provider.publishes(&[&Signer::other_ed("new")]);
    clock.pass(599);
    assert!(verifier.verify(&lasting(&signer)).is_ok());
    assert_eq!(provider.asked.get(), 1);
    clock.pass(1);
    assert!(is_refused(&verifier.verify(&lasting(&signer))), "withdrawn");
    assert_eq!(provider.asked.get(), 2);
}

#[test]
fn a_clock_that_is_set_back_keeps_no_key_young() {
    let (signer, clock) = (Signer::ed("k"), SetClock::new());
    let provider = Provider::of(&[&signer]);
    let verifier = verifier(Jwks::new(provider.clone()), &clock);
    clock.pass(1_000_000);
    assert!(verifier.verify(&lasting(&signer)).is_ok());
    clock.set(NOW);
    assert!(verifier.verify(&lasting(&signer)).is_ok());
    assert_eq!(provider.asked.get(), 2);
}

#[test]
fn a_new_key_is_looked_for_and_the_old_one_is_gone() {
    let (old, new, clock) = (Signer::ed("old"), Signer::other_ed("new"), SetClock::new());
    let provider = Provider::of(&[&old]);
    let verifier = verifier(Jwks::new(provider.clone()), &clock);
    assert!(verifier.verify(&lasting(&old)).is_ok());
    provider.publishes(&[&new]);
    clock.pass(30);
    assert!(verifier.verify(&lasting(&new)).is_ok());
    assert!(is_refused(&verifier.verify(&lasting(&old))));
    assert_eq!(provider.asked.get(), 2);
}

#[test]
fn unknown_keys_make_no_more_than_one_fetch_in_their_time() {
    let (signer, clock) = (Signer::ed("k"), SetClock::new());
    let provider = Provider::of(&[&signer]);
    let keys = Jwks::new(provider.clone()).refetch_after(Duration::from_secs(10));
    let verifier = verifier(keys, &clock);
    let strange = lasting(&Signer::other_ed("strange"));
    assert!(is_refused(&verifier.verify(&strange)));
    assert_eq!(provider.asked.get(), 1, "the first fetch was just now");
    for (pass, fetches) in [(9, 1), (1, 2), (0, 2), (9, 2), (1, 3)] {
        clock.pass(pass);
        for _ in 0..5 {
            assert!(is_refused(&verifier.verify(&strange)));
        }
        assert_eq!(provider.asked.get(), fetches);
    }
}

#[test]
fn the_time_between_two_fetches_is_never_nothing() {
    let (signer, clock) = (Signer::ed("k"), SetClock::new());
    let provider = Provider::of(&[&signer]);
    let keys = Jwks::new(provider.clone()).refetch_after(Duration::ZERO);
    let verifier = verifier(keys, &clock);
    for _ in 0..5 {
        assert!(is_refused(
            &verifier.verify(&lasting(&Signer::other_ed("x")))
        ));
    }
    assert_eq!(provider.asked.get(), 1);
}

#[test]
fn a_known_key_that_is_not_fit_makes_no_fetch() {
    let (signer, clock) = (Signer::ed("k"), SetClock::new());
    let provider = Provider::of(&[&signer]);
    let verifier = verifier(Jwks::new(provider.clone()), &clock);
    assert!(verifier.verify(&lasting(&signer)).is_ok());
    clock.pass(60);
    assert!(is_refused(&verifier.verify(&lasting(&Signer::p256("k")))));
    assert!(is_refused(
        &verifier.verify(&lasting(&Signer::other_ed("k")))
    ));
    assert_eq!(provider.asked.get(), 1);
}

#[test]
fn keys_stay_if_they_cannot_be_fetched_again() {
    let (signer, clock) = (Signer::ed("k"), SetClock::new());
    let provider = Provider::of(&[&signer]);
    let keys = Jwks::new(provider.clone()).keep_for(Duration::from_secs(10_000));
    let verifier = verifier(keys, &clock);
    assert!(verifier.verify(&lasting(&signer)).is_ok());
    for answer in [None, Some("<html>".to_owned()), Some("{}".to_owned())] {
        provider.answers(answer);
        clock.pass(3000);
        assert!(verifier.verify(&lasting(&signer)).is_ok());
        let strange = lasting(&Signer::other_ed("strange"));
        assert!(is_refused(&verifier.verify(&strange)), "not `Unavailable`");
    }
    clock.pass(999);
    assert!(verifier.verify(&lasting(&signer)).is_ok());
    clock.pass(1);
    assert!(
        is_unavailable(&verifier.verify(&lasting(&signer))),
        "too old"
    );
    provider.publishes(&[&signer]);
    clock.pass(30);
    assert!(verifier.verify(&lasting(&signer)).is_ok());
}

#[test]
fn without_a_first_fetch_nobody_can_say() {
    let (signer, clock) = (Signer::ed("k"), SetClock::new());
    let provider = Provider::default();
    let verifier = verifier(Jwks::new(provider.clone()), &clock);
    for _ in 0..5 {
        assert!(is_unavailable(&verifier.verify(&lasting(&signer))));
    }
    assert_eq!(provider.asked.get(), 1);
    assert!(
        is_refused(&verifier.verify("not a token")),
        "whatever the keys are"
    );
    provider.publishes(&[&signer]);
    clock.pass(30);
    assert!(verifier.verify(&lasting(&signer)).is_ok());
}

#[test]
fn a_document_that_is_none_is_not_quoted() {
    let (signer, clock) = (Signer::ed("k"), SetClock::new());
    let whole = document(&[signer.public()]);
    let twice = document(&[signer.public(), signer.public()]);
    for (text, bytes, keys) in [
        ("<html>anna</html>", 1000, 10),
        (r#"{"keys":"anna"}"#, 1000, 10),
        (r#"{"keys":5,"anna":1}"#, 1000, 10),
        (r#"{"anna":[]}"#, 1000, 10),
        ("anna", 1000, 10),
        ("", 1000, 10),
        (whole.as_str(), whole.len() - 1, 10),
        (twice.as_str(), 10_000, 1),
    ] {
        let provider = Provider::default();
        provider.answers(Some(text.to_owned()));
        let keys = Jwks::new(provider.clone()).at_most(bytes, keys);
        let outcome = verifier(keys, &clock).verify(&lasting(&signer));
        let Err(AuthError::Unavailable(source)) = outcome else {
            panic!("{outcome:?}");
        };
        let told = format!("{source} {source:?}");
        assert!(!told.contains("anna") && !told.contains("kty"), "{told}");
    }
    let provider = Provider::of(&[&signer]);
    let keys = Jwks::new(provider).at_most(whole.len(), 1);
    assert!(verifier(keys, &clock).verify(&lasting(&signer)).is_ok());
}

#[test]
fn a_document_without_keys_is_one() {
    let (signer, clock) = (Signer::ed("k"), SetClock::new());
    let provider = Provider::of(&[]);
    let verifier = verifier(Jwks::new(provider), &clock);
    assert!(is_refused(&verifier.verify(&lasting(&signer))));
}
