//! Many callers at once, while keys are fetched.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Barrier, Mutex, OnceLock, Weak};
use std::time::Duration;

use serde_json::json;
use tenancy::jwt::{Jwks, Verifier};

use crate::support::*;

const THREADS: usize = 50;

fn lasting(signer: &Signer) -> String {
    signer.token(&good_but("exp", json!(NOW + 1_000_000_000)))
}

/// What 50 threads get that present the token at the same time.
fn at_once(verifier: &Verifier, token: &str) -> Vec<bool> {
    let barrier = Barrier::new(THREADS);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|_| {
                scope.spawn(|| {
                    barrier.wait();
                    verifier.verify(token).is_ok()
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    })
}

#[test]
fn fifty_first_tokens_make_one_fetch() {
    let signer = Signer::ed("k");
    let (asked, document) = (Count::default(), document(&[signer.public()]));
    let keys = Jwks::new({
        let asked = asked.clone();
        move || {
            asked.add();
            Ok(document.clone())
        }
    });
    let verifier = builder().build(keys).unwrap();
    assert_eq!(at_once(&verifier, &lasting(&signer)), [true; THREADS]);
    assert_eq!(asked.get(), 1);
}

#[test]
fn fifty_tokens_of_an_unknown_key_make_one_fetch() {
    let (old, new, clock) = (Signer::ed("old"), Signer::other_ed("new"), SetClock::new());
    let asked = Count::default();
    let documents = [
        document(&[old.public()]),
        document(&[old.public(), new.public()]),
    ];
    let keys = Jwks::new({
        let asked = asked.clone();
        move || Ok(documents[asked.add().min(1)].clone())
    });
    let verifier = builder().clock(Arc::clone(&clock)).build(keys).unwrap();
    assert!(verifier.verify(&lasting(&old)).is_ok());
    assert_eq!(
        at_once(&verifier, &lasting(&new)),
        [false; THREADS],
        "too early"
    );
    assert_eq!(asked.get(), 1);
    clock.pass(30);
    assert_eq!(at_once(&verifier, &lasting(&new)), [true; THREADS]);
    assert_eq!(asked.get(), 2);
    let strange = lasting(&Signer::p256("strange"));
    for fetches in 3..6 {
        clock.pass(30);
        assert_eq!(at_once(&verifier, &strange), [false; THREADS]);
        assert_eq!(asked.get(), fetches);
    }
}

/// A source that answers at once, and from then on when it is told to.
fn held(document: String) -> (Jwks, Receiver<()>, Sender<String>) {
    let (begun, has_begun) = channel();
    let (answer, answers) = channel::<String>();
    let (begun, answers) = (Mutex::new(begun), Mutex::new(answers));
    let asked = Count::default();
    let keys = Jwks::new(move || {
        if asked.add() == 0 {
            return Ok(document.clone());
        }
        begun.lock().unwrap().send(())?;
        Ok(answers.lock().unwrap().recv()?)
    });
    (keys, has_begun, answer)
}

/// How long a test waits before it fails. One that passes does not wait.
const FOR_EVER: Duration = Duration::from_secs(100);

#[test]
fn tokens_of_known_keys_do_not_wait() {
    let (signer, clock) = (Signer::ed("k"), SetClock::new());
    let (keys, has_begun, answer) = held(document(&[signer.public()]));
    let keys = keys.patience(FOR_EVER * 2);
    let verifier = builder().clock(Arc::clone(&clock)).build(keys).unwrap();
    let token = lasting(&signer);
    assert!(verifier.verify(&token).is_ok());
    // The keys are old now: who comes first fetches, and the others take what is there.
    clock.pass(10_000);
    std::thread::scope(|scope| {
        let first = scope.spawn(|| verifier.verify(&token).is_ok());
        has_begun.recv().unwrap();
        let (done, is_done) = channel();
        let (verifier, token) = (&verifier, &token);
        scope.spawn(move || done.send(verifier.verify(token).is_ok()));
        let second = is_done.recv_timeout(FOR_EVER);
        answer.send(document(&[signer.public()])).unwrap();
        assert_eq!(second, Ok(true));
        assert!(first.join().unwrap());
    });
}

#[test]
fn tokens_of_unknown_keys_wait_for_the_fetch_that_is_under_way() {
    let (old, new, clock) = (Signer::ed("old"), Signer::other_ed("new"), SetClock::new());
    let (keys, has_begun, answer) = held(document(&[old.public()]));
    let keys = keys.patience(Duration::from_secs(600));
    let verifier = builder().clock(Arc::clone(&clock)).build(keys).unwrap();
    assert!(verifier.verify(&lasting(&old)).is_ok());
    clock.pass(30);
    std::thread::scope(|scope| {
        let verify = || verifier.verify(&lasting(&new)).is_ok();
        let first = scope.spawn(verify);
        has_begun.recv().unwrap();
        let others: Vec<_> = (0..5).map(|_| scope.spawn(verify)).collect();
        answer.send(document(&[new.public()])).unwrap();
        assert!(first.join().unwrap());
        assert!(others.into_iter().all(|other| other.join().unwrap()));
    });
}

#[test]
fn who_has_no_patience_is_told_that_nobody_can_say() {
    let (signer, clock) = (Signer::ed("k"), SetClock::new());
    let (keys, has_begun, answer) = held(document(&[signer.public()]));
    let keys = keys.patience(Duration::ZERO);
    let verifier = builder().clock(Arc::clone(&clock)).build(keys).unwrap();
    assert!(verifier.verify(&lasting(&signer)).is_ok());
    clock.pass(30);
    let strange = lasting(&Signer::other_ed("strange"));
    std::thread::scope(|scope| {
        let first = scope.spawn(|| is_refused(&verifier.verify(&strange)));
        has_begun.recv().unwrap();
        let unknown = verifier.verify(&strange);
        let known = verifier.verify(&lasting(&signer));
        answer.send(document(&[signer.public()])).unwrap();
        assert!(is_unavailable(&unknown));
        assert!(known.is_ok());
        assert!(first.join().unwrap());
    });
}

#[test]
fn a_panic_while_keys_are_fetched_loses_nothing() {
    let (signer, new, clock) = (Signer::ed("k"), Signer::other_ed("new"), SetClock::new());
    let asked = Count::default();
    let documents = [
        document(&[signer.public()]),
        document(&[signer.public(), new.public()]),
    ];
    let keys = Jwks::new(move || match asked.add() {
        0 | 2 => panic!("the client fell over"),
        1 => Ok(documents[0].clone()),
        _ => Ok(documents[1].clone()),
    });
    let verifier = builder().clock(Arc::clone(&clock)).build(keys).unwrap();
    let panics = |token: &str| catch_unwind(AssertUnwindSafe(|| verifier.verify(token))).is_err();
    assert!(panics(&lasting(&signer)));
    assert!(is_unavailable(&verifier.verify(&lasting(&signer))));
    clock.pass(30);
    assert!(verifier.verify(&lasting(&signer)).is_ok());
    clock.pass(30);
    assert!(panics(&lasting(&new)));
    assert!(verifier.verify(&lasting(&signer)).is_ok());
    assert!(is_refused(&verifier.verify(&lasting(&new))));
    clock.pass(30);
    assert!(verifier.verify(&lasting(&new)).is_ok());
}

#[test]
fn a_source_that_verifies_a_token_itself_does_not_wait_for_itself() {
    let signer = Signer::ed("k");
    let own: Arc<OnceLock<Weak<Verifier>>> = Arc::default();
    let (document, token) = (document(&[signer.public()]), lasting(&signer));
    let keys = Jwks::new({
        let (own, token) = (Arc::clone(&own), token.clone());
        move || {
            let verifier = own.get().and_then(Weak::upgrade).ok_or("no verifier")?;
            assert!(is_unavailable(&verifier.verify(&token)));
            Ok(document.clone())
        }
    });
    let keys = keys.patience(Duration::ZERO);
    let verifier = Arc::new(builder().build(keys).unwrap());
    own.set(Arc::downgrade(&verifier)).unwrap();
    assert!(verifier.verify(&token).is_ok());
}
