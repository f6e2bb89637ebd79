//! Tenants of the same number, whose keys are of other types: each has a chain of its own.

use diesel::prelude::*;
use tenancy::audit::{AuditEvent, AuditHead, AuditState};
use tenancy::prelude::*;
use tenancy::{Catalog, Check, Claims, Error, OperatorScope, Reason, Severity, catalog};

use super::Desk;
use crate::support::{identity, lines, scope_of};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, TenantKey)]
struct CustomerId(i64);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, TenantKey)]
#[tenant_key(kind = "supplier")]
struct SupplierId(i64);

mod elsewhere {
    use tenancy::TenantKey;

    /// The suppliers, under another name.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, TenantKey)]
    #[tenant_key(kind = "supplier")]
    pub(super) struct VendorId(pub(super) i64);

    /// Of the plain name of another.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, TenantKey)]
    pub(super) struct CustomerId(pub(super) i64);
}

fn operator<K: TenantKey>(desk: &Desk, key: K) -> OperatorScope<K> {
    let claims = Claims::new(key).subject("olga").operator();
    let reason = Reason::new("a name is wrong").unwrap();
    OperatorScope::new(&identity(&desk.db, claims).unwrap(), reason).unwrap()
}

fn act<K: TenantKey>(desk: &Desk, key: K) {
    let by = operator(desk, key.clone());
    let done = desk.db.act_for(&by, key, |_, _| Ok::<_, Error>(()));
    done.unwrap();
}

/// An act for the number 1 of each kind, and another one for the customer.
fn market() -> Desk {
    let desk = Desk::new();
    act(&desk, CustomerId(1));
    act(&desk, SupplierId(1));
    act(&desk, CustomerId(1));
    act(&desk, 1_i64);
    act(&desk, 1_i32);
    act(&desk, "1".to_owned());
    desk
}

/// What a tenant reads of the audit: the kind and the place of each event and head.
macro_rules! read {
    ($desk:expr, $key:expr) => {{
        let scope = scope_of(&$desk.db, $key);
        let mut session = $desk.db.session(&scope).unwrap();
        let events = Repo::<AuditEvent>::new(&scope).query();
        let events: Vec<AuditEvent> = events.load(&mut session).unwrap();
        let heads = Repo::<AuditHead>::new(&scope).query();
        let heads: Vec<AuditHead> = heads.load(&mut session).unwrap();
        let mut read: Vec<String> = events
            .iter()
            .map(|event| format!("{} {}", event.tenant_kind, event.sequence))
            .collect();
        read.extend(
            heads
                .iter()
                .map(|head| format!("head of {} {}", head.tenant_kind, head.sequence)),
        );
        read.join(", ")
    }};
}

fn state<K: TenantKey>(desk: &Desk, key: K) -> String {
    let by = operator(desk, key.clone());
    match desk.db.verify_audit(&by, Some(&key)).unwrap() {
        AuditState::Whole { events, .. } => format!("{events} events"),
        AuditState::Broken { at, fault } => format!("{at}: {fault:?}"),
    }
}

#[test]
fn each_kind_reads_its_own_events_only() {
    let desk = market();
    let customers = "CustomerId 1, CustomerId 2, CustomerId 3, CustomerId 4, head of CustomerId 4";
    assert_eq!(read!(desk, CustomerId(1)), customers);
    let suppliers = "supplier 1, supplier 2, head of supplier 2";
    assert_eq!(read!(desk, SupplierId(1)), suppliers);
    assert_eq!(read!(desk, 1_i64), "i64 1, i64 2, head of i64 2");
    assert_eq!(read!(desk, 1_i32), "i32 1, i32 2, head of i32 2");
    let texts = "String 1, String 2, head of String 2";
    assert_eq!(read!(desk, "1".to_owned()), texts);
    assert_eq!(read!(desk, SupplierId(2)), "");
}

#[test]
fn an_event_of_another_kind_is_not_found_by_its_number() {
    let desk = market();
    let scope = scope_of(&desk.db, SupplierId(1));
    let mut session = desk.db.session(&scope).unwrap();
    let events = Repo::<AuditEvent>::new(&scope);
    let mut found = Vec::new();
    for number in 1..=12 {
        match events
            .find(RowId::from_raw(number))
            .get_result::<AuditEvent>(&mut session)
        {
            Ok(event) => found.push(event.tenant_kind),
            Err(error) => assert!(matches!(error, Error::NotFound), "{error}"),
        }
    }
    assert_eq!(found, ["supplier", "supplier"]);
}

#[test]
fn each_kind_has_a_chain_of_its_own() {
    let desk = market();
    assert_eq!(state(&desk, CustomerId(1)), "4 events");
    assert_eq!(state(&desk, SupplierId(1)), "2 events");
    assert_eq!(state(&desk, 1_i64), "2 events");
    assert_eq!(state(&desk, 1_i32), "2 events");
    assert_eq!(state(&desk, "1".to_owned()), "2 events");
    let heads = "SELECT tenant_kind || ' ' || tenant_id || ' ' || sequence AS line
        FROM tenancy_audit_heads ORDER BY lower(tenant_kind)";
    let heads = lines(&mut desk.stage.raw(), heads);
    let expected = [
        "CustomerId 1 4",
        "i32 1 2",
        "i64 1 2",
        "String 1 2",
        "supplier 1 2",
    ];
    assert_eq!(heads, expected);
}

/// The number and the rest are right: only the hash knows the kind.
#[test]
fn a_chain_that_is_given_to_another_kind_shows() {
    let desk = Desk::new();
    act(&desk, CustomerId(1));
    desk.stage.tamper(
        "UPDATE tenancy_audit_events SET tenant_kind = 'supplier';
         UPDATE tenancy_audit_heads SET tenant_kind = 'supplier'",
    );
    assert_eq!(state(&desk, SupplierId(1)), "1: Changed");
    assert_eq!(state(&desk, CustomerId(1)), "0 events");
}

#[test]
fn what_was_read_across_is_of_no_kind() {
    let desk = market();
    let customers = operator(&desk, CustomerId(1));
    let suppliers = operator(&desk, SupplierId(1));
    let read = desk.db.read_across(&customers, |scope, session| {
        Repo::<AuditEvent>::new(scope)
            .query()
            .count()
            .get_result::<i64>(session)
    });
    assert_eq!(read.unwrap(), 13);
    let read = desk.db.read_across(&suppliers, |_, _| Ok::<_, Error>(()));
    read.unwrap();
    let whole = |state| matches!(state, AuditState::Whole { events: 4, .. });
    assert!(whole(desk.db.verify_audit(&customers, None).unwrap()));
    assert!(whole(desk.db.verify_audit(&suppliers, None).unwrap()));
    let kinds = "SELECT '[' || tenant_kind || ']' AS line FROM tenancy_audit_events
        WHERE tenant_id IS NULL";
    assert_eq!(lines(&mut desk.stage.raw(), kinds), ["[]"; 4]);
}

#[test]
fn heads_of_all_kinds_are_paged_across() {
    use tenancy::audit::schema::tenancy_audit_heads::dsl::{tenant_id, tenant_kind};
    let desk = market();
    let by = operator(&desk, CustomerId(1));
    let read = desk.db.read_across(&by, |scope, session| {
        let pages = Repo::<AuditHead>::new(scope)
            .query()
            .keyset((tenant_id.asc(), tenant_kind.asc()))
            .limit(2);
        let first: KeyPage<AuditHead, _> = pages.clone().load_page(session)?;
        let mut seen = first.rows.len();
        let mut next = first.next;
        while let Some(cursor) = next {
            let page: KeyPage<AuditHead, _> = pages.clone().after(&cursor).load_page(session)?;
            seen += page.rows.len();
            next = page.next;
        }
        Ok::<_, Error>(seen)
    });
    // Five kinds, and what was read across.
    assert_eq!(read.unwrap(), 6);
}

#[test]
fn a_kind_outlives_the_name_of_its_type() {
    let desk = market();
    let suppliers = "supplier 1, supplier 2, head of supplier 2";
    assert_eq!(read!(desk, elsewhere::VendorId(1)), suppliers);
    act(&desk, elsewhere::VendorId(1));
    assert_eq!(state(&desk, SupplierId(1)), "4 events");
}

diesel::table! {
    orders (id) { id -> BigInt, tenant_id -> BigInt }
}

diesel::table! {
    offers (id) { id -> BigInt, tenant_id -> BigInt }
}

diesel::table! {
    visits (id) { id -> BigInt, order_id -> BigInt }
}

#[derive(Debug, Scoped)]
#[diesel(table_name = orders)]
#[scoped(tenant = tenant_id, key = CustomerId)]
#[expect(dead_code, reason = "never loaded")]
struct Order {
    id: RowId<Order>,
}

#[derive(Debug, Scoped)]
#[diesel(table_name = offers)]
#[scoped(tenant = tenant_id, key = elsewhere::CustomerId)]
#[expect(dead_code, reason = "never loaded")]
struct Offer {
    id: RowId<Offer>,
}

#[derive(Debug, Scoped)]
#[diesel(table_name = visits)]
#[scoped(tenant = order_id, key = SupplierId)]
#[expect(dead_code, reason = "never loaded")]
struct Visit {
    id: RowId<Visit>,
}

fn refused(desk: &Desk, tables: &Catalog) -> Option<String> {
    match tables.inspect(&mut desk.stage.raw()) {
        Ok(_) => None,
        Err(error @ Error::Catalog { .. }) => Some(error.to_string()),
        Err(other) => panic!("{other:?}"),
    }
}

/// Two types of one name, in two modules, are one to the audit.
#[test]
fn a_catalog_with_two_types_of_one_kind_is_refused_beside_the_audit() {
    let desk = Desk::new();
    let says = refused(&desk, &catalog![Order, Offer, AuditEvent, AuditHead]).unwrap();
    assert!(says.contains("calls them `CustomerId`"), "{says}");
    assert!(says.contains("tenant_key(kind"), "{says}");
    assert_eq!(refused(&desk, &catalog![Order, Offer]), None);
    let other_kinds = catalog![Order, Visit, AuditEvent, AuditHead];
    assert_eq!(refused(&desk, &other_kinds), None);
}

/// Nothing is written down of them yet, and what is not in a catalog may be in use all the same.
#[test]
fn without_the_audit_the_inspection_tells_of_them() {
    let desk = Desk::new();
    let told = |tables: &Catalog| -> Vec<(Severity, Option<String>, bool)> {
        let inspection = tables.inspect(&mut desk.stage.raw()).unwrap();
        let findings = inspection.findings().iter();
        findings
            .filter(|found| found.check == Check::SharedKind)
            .map(|found| {
                let names_it = found.problem.contains("calls them `CustomerId`");
                (found.severity, found.table.clone(), names_it)
            })
            .collect()
    };
    let offers = Some("offers".to_owned());
    assert_eq!(
        told(&catalog![Order, Offer]),
        [(Severity::Warning, offers, true)]
    );
    assert_eq!(told(&catalog![Order, Visit]), []);
}
