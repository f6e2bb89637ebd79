//! What a worker gets: the same tenant, in the same name.

use diesel::prelude::*;
use serde_json::Value;
use tenancy::jwt::Delegation;
use tenancy::prelude::*;
use tenancy::{Claims, Error};

use super::*;
use crate::gear::{Item, NewItem, items};

#[test]
fn a_worker_reads_the_rows_of_who_delegated_and_no_others() {
    let office = Office::new();
    let tokens = office.tokens();
    for (tenant, count) in [(1, 3), (2, 4)] {
        let scope = office.scope_of(tenant);
        let token = tokens.issue(&scope, Delegation::new("export")).unwrap();
        let identity = office.present(&tokens, "export", &token).unwrap();
        assert_eq!(identity.tenant(), &tenant);
        assert_eq!(identity.subject(), Some("someone"));
        assert!(!identity.is_operator());
        let scope = TenantScope::new(&identity).unwrap();
        let mut session = office.gear.db.session(&scope).unwrap();
        let found: Vec<Item> = Repo::<Item>::new(&scope)
            .query()
            .order(items::id.asc())
            .load(&mut session)
            .unwrap();
        assert_eq!(found.len(), count);
    }
}

#[test]
fn a_worker_writes_where_the_scope_could() {
    let office = Office::new();
    let tokens = office.tokens();
    let token = tokens
        .issue(&office.scope_of(1), Delegation::new("import"))
        .unwrap();
    let identity = office.present(&tokens, "import", &token).unwrap();
    let scope = TenantScope::new(&identity).unwrap();
    let mut session = office.gear.db.session(&scope).unwrap();
    let category = Repo::<crate::gear::Category>::new(&scope)
        .query()
        .select(crate::gear::categories::id)
        .order(crate::gear::categories::id.asc())
        .first(&mut session)
        .unwrap();
    let item = NewItem {
        category_id: RowId::from_raw(category),
        name: "Rope",
    };
    Repo::<Item>::new(&scope)
        .insert(&item)
        .execute(&mut session)
        .unwrap();
}

#[test]
fn a_subject_may_be_missing() {
    let office = Office::new();
    let tokens = office.tokens();
    let scope = office.scope(Claims::new(1_i64));
    let token = tokens.issue(&scope, Delegation::new("export")).unwrap();
    let identity = office.present(&tokens, "export", &token).unwrap();
    assert_eq!(identity.subject(), None);
}

#[test]
fn a_token_is_good_for_one_purpose() {
    let office = Office::new();
    let tokens = office.tokens();
    let token = tokens
        .issue(&office.scope_of(1), Delegation::new("export"))
        .unwrap();
    for other in ["import", "Export", "export ", "expor", ""] {
        assert!(office.is_refused(&tokens, other, &token), "{other}");
    }
    assert!(office.present(&tokens, "export", &token).is_ok());
}

#[test]
fn a_token_has_an_id_and_tells_no_name() {
    let office = Office::new();
    let tokens = office.tokens();
    let claims = Claims::new(1_i64).subject("someone").named("Anna", "anna7");
    let scope = office.scope(claims);
    let issue = || tokens.issue(&scope, Delegation::new("export")).unwrap();
    let (one, other) = (issue(), issue());
    let read = tokens.read(&one).unwrap();
    assert_eq!(read.id().get_version_num(), 7);
    assert_ne!(read.id(), tokens.read(&other).unwrap().id());
    assert_eq!((read.tenant(), read.subject()), (&1, Some("someone")));
    assert_eq!(read.purpose(), "export");
    assert_eq!(read.issued_at(), moment(NOW));
    assert_eq!(read.expires_at(), moment(NOW + 900));
    let payload: Value = payload_of(&one);
    assert!(!payload.to_string().to_lowercase().contains("anna"));
}

#[test]
fn a_token_can_be_read_after_its_end() {
    let office = Office::new();
    let tokens = office.tokens();
    let token = tokens
        .issue(&office.scope_of(1), Delegation::new("export"))
        .unwrap();
    office.clock.pass(1000);
    assert!(office.is_refused(&tokens, "export", &token));
    assert_eq!(tokens.read(&token).unwrap().expires_at(), moment(NOW + 900));
    assert!(matches!(tokens.read("token"), Err(Error::Unauthenticated)));
}

pub(super) fn payload_of(token: &str) -> Value {
    use base64::Engine as _;
    let payload = token.split('.').nth(1).unwrap();
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(payload);
    serde_json::from_slice(&bytes.unwrap()).unwrap()
}
