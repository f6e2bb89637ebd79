//! Tokens that were taken back.

use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use tenancy::jwt::{Delegation, NeverRevoked, PresentedToken, Revocations};
use tenancy::{AuthError, Error};
use uuid::Uuid;

use super::*;

type Asked = (Uuid, i64, Option<String>, DateTime<Utc>, String);

/// A list of ids, which notes what it is asked.
#[derive(Clone, Default)]
struct List {
    ids: Arc<Mutex<Vec<Uuid>>>,
    asked: Arc<Mutex<Vec<Asked>>>,
    fails: bool,
}

impl Revocations<Conn, i64> for List {
    fn is_revoked(&self, conn: &mut Conn, token: &PresentedToken<i64>) -> Result<bool, AuthError> {
        conn.batch_execute("SELECT 1")?;
        self.asked.lock().unwrap().push((
            token.id(),
            *token.tenant(),
            token.subject().map(str::to_owned),
            token.issued_at(),
            token.purpose().to_owned(),
        ));
        if self.fails {
            return Err(AuthError::Unavailable("no list".into()));
        }
        Ok(self.ids.lock().unwrap().contains(&token.id()))
    }
}

#[test]
fn a_token_that_was_taken_back_is_refused() {
    let office = Office::new();
    let list = List::default();
    let tokens = office.tokens_of([key("1")], list.clone());
    let issue = |tenant| {
        let scope = office.scope_of(tenant);
        tokens.issue(&scope, Delegation::new("export")).unwrap()
    };
    let (annas, again, bens) = (issue(1), issue(1), issue(2));
    assert!(office.present(&tokens, "export", &annas).is_ok());
    let id = tokens.read(&annas).unwrap().id();
    list.ids.lock().unwrap().push(id);
    assert!(is_unauthenticated(
        &office.present(&tokens, "export", &annas)
    ));
    assert!(office.present(&tokens, "export", &again).is_ok());
    assert!(office.present(&tokens, "export", &bens).is_ok());
    let asked = list.asked.lock().unwrap();
    let seen = (
        id,
        1,
        Some("someone".to_owned()),
        moment(NOW),
        "export".to_owned(),
    );
    assert_eq!(asked[0], seen);
    assert_eq!(asked[1], seen);
    assert_eq!(asked.len(), 4);
}

#[test]
fn nobody_asks_about_a_token_that_is_none() {
    let office = Office::new();
    let list = List::default();
    let tokens = office.tokens_of([key("1")], list.clone());
    let strangers = office.tokens_of::<i64, _>([other_key("1")], NeverRevoked);
    let scope = office.scope_of(1);
    let forged = strangers.issue(&scope, Delegation::new("export")).unwrap();
    let own = tokens.issue(&scope, Delegation::new("export")).unwrap();
    for (purpose, token) in [
        ("export", forged.as_str()),
        ("import", own.as_str()),
        ("export", ""),
    ] {
        assert!(is_unauthenticated(&office.present(&tokens, purpose, token)));
    }
    office.clock.pass(900);
    assert!(is_unauthenticated(&office.present(&tokens, "export", &own)));
    assert!(list.asked.lock().unwrap().is_empty());
}

#[test]
fn a_token_opens_nothing_while_nobody_can_say() {
    let office = Office::new();
    let list = List {
        fails: true,
        ..List::default()
    };
    let tokens = office.tokens_of([key("1")], list);
    let token = tokens
        .issue(&office.scope_of(1), Delegation::new("export"))
        .unwrap();
    let outcome = office.present(&tokens, "export", &token);
    assert!(matches!(outcome, Err(Error::AuthenticationUnavailable(_))));
}
