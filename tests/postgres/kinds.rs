//! Keys of two types, which are one to row security.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use tenancy::prelude::*;
use tenancy::{AuthError, Authenticator, Catalog, Check, Claims, Error, Transport, catalog};

use crate::stage::{Db, Stage};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, TenantKey)]
pub struct CustomerId(i64);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, TenantKey)]
struct SupplierId(i64);

diesel::table! {
    orders (id) { id -> BigInt, tenant_id -> BigInt, name -> Text }
}

diesel::table! {
    offers (id) { id -> BigInt, tenant_id -> BigInt, name -> Text }
}

diesel::table! {
    lines (id) { id -> BigInt, order_id -> BigInt }
}

#[derive(Debug, Scoped)]
#[diesel(table_name = orders)]
#[scoped(tenant = tenant_id, key = CustomerId)]
#[expect(dead_code, reason = "never loaded")]
pub struct Order {
    id: RowId<Order>,
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = offers)]
#[scoped(tenant = tenant_id, key = SupplierId)]
struct Offer {
    #[expect(dead_code, reason = "loaded, not read")]
    id: RowId<Offer>,
    name: String,
}

#[derive(Debug, Scoped)]
#[diesel(table_name = lines)]
#[scoped(parent(Order, on = order_id))]
#[expect(dead_code, reason = "never loaded")]
struct Line {
    id: RowId<Line>,
}

/// A supplier, by its number.
struct Supplier;

impl Authenticator<PgConnection> for Supplier {
    type Credential<'a> = i64;
    type Key = SupplierId;

    fn authenticate(&self, _: &mut PgConnection, n: i64) -> Result<Claims<SupplierId>, AuthError> {
        Ok(Claims::new(SupplierId(n)))
    }
}

/// Customers and suppliers of the same numbers.
fn market() -> Stage {
    let stage = Stage::new();
    let make = "
        CREATE TABLE orders (id bigserial PRIMARY KEY, tenant_id bigint NOT NULL, name text NOT NULL);
        CREATE TABLE offers (id bigserial PRIMARY KEY, tenant_id bigint NOT NULL, name text NOT NULL);
        CREATE TABLE lines (id bigserial PRIMARY KEY,
            order_id bigint NOT NULL REFERENCES orders (id));
        INSERT INTO orders (tenant_id, name) VALUES (1, 'of customer 1'), (2, 'of customer 2');
        INSERT INTO offers (tenant_id, name) VALUES (1, 'of supplier 1'), (2, 'of supplier 2')";
    stage.owner().batch_execute(make).unwrap();
    stage
}

fn raw_names(raw: &mut PgConnection) -> tenancy::Result<Vec<String>> {
    let names = diesel::dsl::sql::<Text>("SELECT name FROM orders UNION SELECT name FROM offers");
    Ok(names.load(raw)?)
}

fn enforced(db: &Db, catalog: &Catalog) -> tenancy::Result<Vec<String>> {
    let scope = TenantScope::new(&db.authenticate(&Supplier, 1)?)?;
    db.session(&scope)?.enforced(catalog, raw_names)
}

fn told(refused: tenancy::Result<Vec<String>>) -> String {
    match refused {
        Err(error @ Error::NotEnforced { .. }) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn sql_of_ones_own_meets_no_keys_of_another_type() {
    let stage = market();
    let both = catalog![Order, Offer, Line];
    both.protect(&mut stage.owner(), "serving").unwrap();
    let revoke = "REVOKE ALL ON categories, items, notes, tags, words, tools FROM serving";
    stage.owner().batch_execute(revoke).unwrap();
    for transport in [Transport::Pooler, Transport::Direct] {
        let db = stage.open(transport, 1);
        let says = told(enforced(&db, &both));
        assert!(
            says.ends_with("\"orders\" has keys of another type than this session"),
            "{says}"
        );
        let says = told(enforced(&db, &catalog![Offer, Order]));
        assert!(
            says.contains("\"orders\" has keys of another type"),
            "{says}"
        );
    }
    // By the parent, whose key it is.
    let lines_only = catalog![Line].with::<Order>();
    assert!(told(enforced(&stage.open(Transport::Direct, 1), &lines_only)).contains("\"lines\""));
}

/// Two catalogs on one database are told their tenants by the same setting.
#[test]
fn sql_of_ones_own_meets_no_guarded_table_that_is_not_in_its_catalog() {
    let stage = market();
    for catalog in [catalog![Order, Line], catalog![Offer]] {
        catalog.protect(&mut stage.owner(), "serving").unwrap();
    }
    let revoke = "REVOKE ALL ON categories, items, notes, tags, words, tools, lines FROM serving";
    stage.owner().batch_execute(revoke).unwrap();
    let db = stage.open(Transport::Direct, 1);
    let says = told(enforced(&db, &catalog![Offer]));
    assert!(
        says.ends_with("orders is guarded too, and not in this catalog"),
        "{says}"
    );
    let less = "REVOKE ALL ON orders FROM serving; GRANT INSERT (name) ON orders TO serving";
    stage.owner().batch_execute(less).unwrap();
    assert!(told(enforced(&db, &catalog![Offer])).contains("orders is guarded too"));
    stage
        .owner()
        .batch_execute("REVOKE ALL (name) ON orders FROM serving")
        .unwrap();
    let scope = TenantScope::new(&db.authenticate(&Supplier, 1).unwrap()).unwrap();
    let mut session = db.session(&scope).unwrap();
    let seen: tenancy::Result<i64> = session.enforced(&catalog![Offer], |raw| {
        Ok(offers::table.count().get_result(raw)?)
    });
    assert_eq!(seen.unwrap(), 1);
}

#[test]
fn keys_of_two_types_are_found_and_statements_go_on() {
    let stage = market();
    let both = catalog![Order, Offer, Line];
    both.protect(&mut stage.owner(), "serving").unwrap();
    let kinds = |catalog: &Catalog| {
        let inspection = catalog.inspect(&mut stage.serving()).unwrap();
        let findings = inspection.findings().iter();
        let kinds = findings.filter(|found| found.check == Check::KeyKinds);
        kinds.map(|found| found.problem.clone()).collect::<Vec<_>>()
    };
    let problem = "orders has keys of the type CustomerId, and offers of SupplierId: SQL of your \
                   own is refused";
    assert_eq!(kinds(&both), [problem]);
    assert_eq!(kinds(&catalog![Order, Line]), [""; 0]);
    let db = stage.open(Transport::Direct, 1);
    let scope = TenantScope::new(&db.authenticate(&Supplier, 1).unwrap()).unwrap();
    let mut session = db.session(&scope).unwrap();
    let seen: Vec<Offer> = Repo::<Offer, _>::new(&scope)
        .query()
        .load(&mut session)
        .unwrap();
    assert_eq!(
        seen.iter().map(|offer| &*offer.name).collect::<Vec<_>>(),
        ["of supplier 1"]
    );
}
