#[path = "../gear.rs"]
mod gear;

use gear::*;

use tenancy::TenantKey;
use uuid::Uuid;

diesel::table! {
    teams (id) {
        id -> Integer,
        owner -> Integer,
    }
}

diesel::table! {
    orders (id) {
        id -> tenancy::sql_types::Id128,
        tenant_id -> tenancy::sql_types::Id128,
        title -> Text,
    }
}

diesel::table! {
    pages (id) {
        id -> BigInt,
        site -> Text,
    }
}

diesel::table! {
    invoices (id) {
        id -> BigInt,
        customer_id -> BigInt,
    }
}

diesel::table! {
    shops (id) {
        id -> BigInt,
        region -> Text,
    }
}

diesel::table! {
    visits (id) {
        id -> BigInt,
        owner -> tenancy::sql_types::Id128,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, TenantKey)]
struct CustomerId(i64);

#[derive(Debug, Clone, PartialEq, Eq, Hash, TenantKey)]
struct Region(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, TenantKey)]
struct Owner(Uuid);

#[derive(Queryable, Selectable, Scoped)]
#[diesel(table_name = teams)]
#[scoped(tenant = owner)]
struct Team {
    id: RowId<Team>,
}

#[derive(Queryable, Selectable, Scoped)]
#[diesel(table_name = orders)]
#[scoped(tenant = tenant_id)]
struct Order {
    id: Uuid,
    title: String,
}

#[derive(Queryable, Selectable, Scoped)]
#[diesel(table_name = pages)]
#[scoped(tenant = site)]
struct Page {
    id: RowId<Page>,
}

#[derive(Queryable, Selectable, Scoped)]
#[diesel(table_name = invoices)]
#[scoped(tenant = customer_id, key = CustomerId)]
struct Invoice {
    id: RowId<Invoice>,
    customer_id: CustomerId,
}

#[derive(Queryable, Selectable, Scoped)]
#[diesel(table_name = shops)]
#[scoped(tenant = region, key = Region)]
struct Shop {
    id: RowId<Shop>,
}

#[derive(Queryable, Selectable, Scoped)]
#[diesel(table_name = visits)]
#[scoped(tenant = owner, key = Owner)]
struct Visit {
    id: RowId<Visit>,
}

#[derive(ScopedInsertable)]
#[diesel(table_name = teams)]
struct NewTeam {}

#[derive(ScopedInsertable)]
#[diesel(table_name = pages)]
struct NewPage {}

#[derive(ScopedInsertable)]
#[diesel(table_name = invoices)]
struct NewInvoice {}

#[derive(ScopedInsertable)]
#[diesel(table_name = shops)]
struct NewShop {}

#[derive(ScopedInsertable)]
#[diesel(table_name = visits)]
struct NewVisit {}

#[derive(ScopedInsertable)]
#[diesel(table_name = orders)]
struct NewOrder<'a> {
    id: Uuid,
    title: &'a str,
}

const SCHEMA: &str = "
    CREATE TABLE teams (id INTEGER PRIMARY KEY, owner INTEGER NOT NULL);
    CREATE TABLE orders (id BLOB PRIMARY KEY, tenant_id BLOB NOT NULL, title TEXT NOT NULL);
    CREATE TABLE pages (id INTEGER PRIMARY KEY, site TEXT NOT NULL);
    CREATE TABLE invoices (id INTEGER PRIMARY KEY, customer_id BIGINT NOT NULL);
    CREATE TABLE shops (id INTEGER PRIMARY KEY, region TEXT NOT NULL);
    CREATE TABLE visits (id INTEGER PRIMARY KEY, owner BLOB NOT NULL);
";

/// Believes everybody, whatever the key.
struct Any<K>(K);

impl<K: TenantKey> Authenticator<SqliteConnection> for Any<K> {
    type Credential<'a> = ();
    type Key = K;

    fn authenticate(&self, _: &mut SqliteConnection, _: ()) -> Result<Claims<K>, AuthError> {
        Ok(Claims::new(self.0.clone()))
    }
}

fn scope_of<K: TenantKey>(db: &Db, key: K) -> TenantScope<K> {
    TenantScope::new(&db.authenticate(&Any(key), ()).unwrap()).unwrap()
}

fn main() -> tenancy::Result<()> {
    let db = open_with(SCHEMA);

    let scope = scope_of(&db, 7_i32);
    let teams = Repo::<Team>::new(&scope);
    let mut session = db.session(&scope)?;
    let team: Team = teams.insert(NewTeam {}).get_result(&mut session)?;
    assert_eq!(teams.delete(team.id).execute(&mut session)?, 1);
    drop(session);

    let scope = scope_of(&db, Uuid::from_u128(7));
    let orders = Repo::<Order>::new(&scope);
    let mut session = db.session(&scope)?;
    let id = Uuid::from_u128(1);
    orders
        .insert(&NewOrder { id, title: "Tent" })
        .execute(&mut session)?;
    let order: Order = orders.find(id).first(&mut session)?;
    assert_eq!((order.id, order.title.as_str()), (id, "Tent"));
    let found: Order = orders
        .query()
        .filter(orders::id.eq(tenancy::sql_types::id128(id)))
        .first(&mut session)?;
    assert_eq!(found.id, id);
    drop(session);

    let scope = scope_of(&db, "example.org".to_owned());
    let pages = Repo::<Page>::new(&scope);
    let mut session = db.session(&scope)?;
    let page: Page = pages.insert(NewPage {}).get_result(&mut session)?;
    assert_eq!(page.id.get(), 1);
    drop(session);

    let scope = scope_of(&db, CustomerId(7));
    let invoices: Repo<Invoice> = Repo::<Invoice>::new(&scope);
    let mut session = db.session(&scope)?;
    let invoice: Invoice = invoices.insert(NewInvoice {}).get_result(&mut session)?;
    assert_eq!(invoice.customer_id, *scope.tenant());
    let own: i64 = invoices
        .query()
        .filter(invoices::customer_id.eq(CustomerId(7)))
        .count()
        .get_result(&mut session)?;
    assert_eq!(own, 1);
    assert_eq!(invoice.id.get(), 1);
    drop(session);

    let scope = scope_of(&db, Region("north".into()));
    let shops: Repo<Shop> = Repo::<Shop>::new(&scope);
    let shop: Shop = shops
        .insert(NewShop {})
        .get_result(&mut db.session(&scope)?)?;
    assert_eq!(shop.id.get(), 1);

    let scope = scope_of(&db, Owner(Uuid::from_u128(7)));
    let visits: Repo<Visit> = Repo::<Visit>::new(&scope);
    let visit: Visit = visits
        .insert(NewVisit {})
        .get_result(&mut db.session(&scope)?)?;
    assert_eq!(visit.id.get(), 1);
    Ok(())
}
