//! Tables of before, with the rows of two tenants, Anna (1) and Ben (2), who have the same names.

use std::ops::ControlFlow;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use tenancy::prelude::*;
use tenancy::transition::Progress;
use tenancy::{AuthError, Authenticator, Catalog, Claims, catalog};
use uuid::Uuid;

pub(crate) mod stage {
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stage/mod.rs"));
}

pub(crate) use stage::{Conn, Stage};

pub(crate) mod schema {
    diesel::table! {
        customers (id) { id -> BigInt, name -> Text }
    }

    diesel::table! {
        items (id) {
            id -> BigInt,
            tenant_id -> BigInt,
            public_id -> tenancy::sql_types::Id128,
            name -> Text,
        }
    }

    diesel::table! {
        notes (id) {
            id -> BigInt,
            item_id -> BigInt,
            public_id -> tenancy::sql_types::Id128,
            body -> Text,
        }
    }

    diesel::table! {
        seats (tenant_id, hall, nr) {
            tenant_id -> BigInt,
            hall -> Text,
            nr -> Integer,
            public_id -> tenancy::sql_types::Id128,
        }
    }

    diesel::table! {
        #[sql_name = "order"]
        orders (id) {
            id -> BigInt,
            #[sql_name = "select"]
            tenant -> BigInt,
            #[sql_name = "from"]
            uid -> tenancy::sql_types::Id128,
            #[sql_name = "by"]
            name -> Text,
        }
    }

    diesel::table! {
        units (id) { id -> BigInt, tenant_id -> Nullable<BigInt>, name -> Text }
    }
}

pub(crate) use schema::{customers, items, notes, orders, seats, units};

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = customers)]
#[scoped(tenant = id)]
pub struct Customer {
    #[expect(dead_code)]
    id: i64,
}

#[derive(Debug, Queryable, Selectable, Identifiable, Scoped)]
#[diesel(table_name = items)]
#[scoped(tenant = tenant_id, public_id = public_id)]
pub struct Item {
    pub id: RowId<Item>,
    pub public_id: PublicId<Item>,
    pub name: String,
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = notes)]
#[scoped(parent(Item, on = item_id), public_id = public_id)]
pub struct Note {
    #[expect(dead_code)]
    id: RowId<Note>,
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = seats, primary_key(tenant_id, hall, nr))]
#[scoped(tenant = tenant_id, public_id = public_id)]
pub struct Seat {
    #[expect(dead_code)]
    hall: String,
    #[expect(dead_code)]
    nr: i32,
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = orders)]
#[scoped(tenant = tenant, public_id = uid)]
pub struct Order {
    #[expect(dead_code)]
    id: RowId<Order>,
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = units)]
#[scoped(tenant = tenant_id, global_rows)]
pub struct Unit {
    #[expect(dead_code)]
    id: RowId<Unit>,
}

pub(crate) fn tables() -> Catalog {
    catalog![Customer, Item, Note, Seat, Order, Unit]
}

/// Takes the tenant's number for a credential.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Numbers;

impl Authenticator<Conn> for Numbers {
    type Credential<'a> = i64;
    type Key = i64;

    fn authenticate(&self, _: &mut Conn, tenant: i64) -> Result<Claims<i64>, AuthError> {
        Ok(Claims::new(tenant))
    }
}

pub(crate) const CUSTOMERS: &str = "
    CREATE TABLE customers (id INTEGER PRIMARY KEY NOT NULL, name TEXT NOT NULL);
    INSERT INTO customers (id, name) VALUES (1, 'Anna'), (2, 'Ben');
";

/// With owners, and without public ids.
const SCHEMA: &str = "
    CREATE TABLE items (
        id INTEGER PRIMARY KEY NOT NULL, tenant_id BIGINT NOT NULL, name TEXT NOT NULL,
        UNIQUE (tenant_id, id)
    );
    CREATE TABLE notes (
        id INTEGER PRIMARY KEY NOT NULL, item_id BIGINT NOT NULL REFERENCES items (id),
        body TEXT NOT NULL
    );
    CREATE TABLE seats (
        tenant_id BIGINT NOT NULL, hall TEXT NOT NULL, nr INTEGER NOT NULL,
        PRIMARY KEY (tenant_id, hall, nr)
    );
    CREATE TABLE \"order\" (
        id INTEGER PRIMARY KEY NOT NULL, \"select\" BIGINT NOT NULL, \"by\" TEXT NOT NULL,
        UNIQUE (\"select\", id)
    );
    CREATE TABLE units (id INTEGER PRIMARY KEY NOT NULL, tenant_id BIGINT, name TEXT NOT NULL);
";

/// Odd rows are Anna's, even ones Ben's.
fn rows() -> String {
    let mut sql = String::new();
    for id in 1..=7 {
        let (tenant, name) = (2 - id % 2, (id + 1) / 2);
        sql += &format!(
            "INSERT INTO items (id, tenant_id, name) VALUES ({id}, {tenant}, 'it''s {name}');
             INSERT INTO notes (id, item_id, body) VALUES ({id}, {id}, 'note {name}');
             INSERT INTO \"order\" (id, \"select\", \"by\") VALUES ({id}, {tenant}, '{name}');"
        );
        for hall in ["a'b", "c\"d"] {
            sql += &format!(
                "INSERT INTO seats VALUES ({tenant}, '{}', {name});",
                hall.replace('\'', "''")
            );
        }
    }
    sql + "INSERT INTO units (id, tenant_id, name) VALUES (1, NULL, 'kg'), (2, 2, 'lb');"
}

/// Tables without public ids.
pub(crate) fn without_ids() -> Stage {
    let stage = Stage::new(&[CUSTOMERS, SCHEMA]);
    stage.fill(&rows());
    stage
}

pub(crate) fn go_on(_: &Progress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Stops behind this many batches and steps.
pub(crate) fn stop_after(mut left: u32) -> impl FnMut(&Progress) -> ControlFlow<()> {
    move |_| {
        left -= 1;
        if left == 0 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

pub(crate) fn lines(conn: &mut Conn, sql: &str) -> Vec<String> {
    let found: Vec<Line> = diesel::sql_query(sql).load(conn).expect(sql);
    found.into_iter().map(|found| found.line).collect()
}

pub(crate) fn number(conn: &mut Conn, sql: &str) -> i64 {
    let number = diesel::dsl::sql::<diesel::sql_types::BigInt>(sql);
    diesel::select(number).get_result(conn).expect(sql)
}

/// The whole schema, in lines.
#[cfg(feature = "sqlite")]
pub(crate) fn schema(conn: &mut Conn) -> Vec<String> {
    lines(
        conn,
        "SELECT type || ' ' || name || ' ' || coalesce(sql, '') AS line FROM sqlite_schema ORDER BY 1",
    )
}

#[cfg(all(feature = "postgres", not(feature = "sqlite")))]
pub(crate) fn schema(conn: &mut Conn) -> Vec<String> {
    lines(
        conn,
        "SELECT concat_ws(' ', 'column', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
            a.attnotnull, pg_get_expr(d.adbin, d.adrelid)) AS line
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
            AND a.attnum > 0 AND NOT a.attisdropped
        UNION ALL SELECT concat_ws(' ', pg_get_indexdef(i.indexrelid), i.indisvalid)
        FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
        WHERE c.relnamespace = 'public'::regnamespace
        UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid))
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        ORDER BY 1",
    )
}

#[cfg(all(feature = "mysql", not(any(feature = "sqlite", feature = "postgres"))))]
pub(crate) fn schema(conn: &mut Conn) -> Vec<String> {
    lines(
        conn,
        "SELECT concat_ws(' ', 'column', table_name, column_name, column_type, is_nullable,
            column_default, collation_name, column_comment) AS line
        FROM information_schema.columns WHERE table_schema = database()
        UNION ALL SELECT concat_ws(' ', 'index', table_name, index_name, non_unique, seq_in_index,
            column_name)
        FROM information_schema.statistics WHERE table_schema = database()
        ORDER BY 1",
    )
}

/// What the rows hold, but for ids.
pub(crate) fn contents(conn: &mut Conn) -> Vec<String> {
    let mut all = Vec::new();
    for (table, columns) in [
        ("items", "id, ' ', tenant_id, ' ', name"),
        ("notes", "id, ' ', item_id, ' ', body"),
        ("seats", "tenant_id, ' ', hall, ' ', nr"),
        ("\"order\"", "id, ' ', \"select\", ' ', \"by\""),
        ("units", "id, ' ', coalesce(tenant_id, 0), ' ', name"),
    ] {
        all.extend(lines(
            conn,
            &format!("SELECT concat({columns}) AS line FROM {table} ORDER BY 1"),
        ));
    }
    all
}

/// The ids of the items and the seats, by their keys.
pub(crate) fn ids(conn: &mut Conn) -> Vec<(String, Uuid)> {
    let items: Vec<(i64, Uuid)> = items::table
        .select((items::id, items::public_id))
        .order(items::id)
        .load(conn)
        .expect("ids of items");
    let seats: Vec<(i64, String, i32, Uuid)> = seats::table
        .select((seats::tenant_id, seats::hall, seats::nr, seats::public_id))
        .order((seats::tenant_id, seats::hall, seats::nr))
        .load(conn)
        .expect("ids of seats");
    let orders: Vec<(i64, Uuid)> = orders::table
        .select((orders::id, orders::uid))
        .order(orders::id)
        .load(conn)
        .expect("ids of orders");
    let seats = seats
        .into_iter()
        .map(|(tenant, hall, nr, id)| (format!("{tenant} {hall} {nr}"), id));
    let items = items
        .into_iter()
        .map(|(key, id)| (format!("item {key}"), id));
    let orders = orders
        .into_iter()
        .map(|(key, id)| (format!("order {key}"), id));
    items.chain(seats).chain(orders).collect()
}

pub(crate) fn run(conn: &mut Conn, sql: &str) {
    conn.batch_execute(sql).expect(sql);
}
