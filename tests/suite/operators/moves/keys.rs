//! Keys that are texts and UUIDs.

use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::{Catalog, Claims, OperatorScope, Reason, catalog};
use uuid::Uuid;

use crate::support::{Stage, builder, identity, lines};

diesel::table! {
    papers (id) {
        id -> tenancy::sql_types::Id128,
        owner -> Text,
        store_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    stores (id) {
        id -> BigInt,
        supplier -> BigInt,
    }
}

diesel::table! {
    offers (id) {
        id -> BigInt,
        supplier -> BigInt,
        paper_id -> tenancy::sql_types::Id128,
    }
}

diesel::table! {
    sheets (owner, book, nr) {
        owner -> Text,
        book -> Text,
        nr -> BigInt,
        paper_id -> tenancy::sql_types::Id128,
    }
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = papers)]
#[scoped(tenant = owner)]
pub struct Paper {
    #[expect(dead_code)]
    id: Uuid,
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = sheets, primary_key(owner, book, nr))]
#[scoped(tenant = owner, references(Paper, on = paper_id))]
pub struct Sheet {
    #[expect(dead_code)]
    book: String,
    #[expect(dead_code)]
    nr: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, TenantKey)]
pub struct Supplier(i64);

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = stores)]
#[scoped(tenant = supplier, key = Supplier)]
pub struct Shop {
    #[expect(dead_code)]
    id: RowId<Shop>,
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = offers)]
#[scoped(tenant = supplier, key = Supplier)]
pub struct Offer {
    #[expect(dead_code)]
    id: RowId<Offer>,
}

const SCHEMA: &str = "
    CREATE TABLE stores (id INTEGER PRIMARY KEY NOT NULL, supplier BIGINT NOT NULL);
    CREATE TABLE papers (
        id BLOB NOT NULL PRIMARY KEY, owner TEXT NOT NULL, store_id BIGINT, UNIQUE (owner, id),
        FOREIGN KEY (store_id) REFERENCES stores (id)
    );
    CREATE TABLE offers (
        id INTEGER PRIMARY KEY NOT NULL, supplier BIGINT NOT NULL, paper_id BLOB NOT NULL,
        FOREIGN KEY (paper_id) REFERENCES papers (id)
    );
    INSERT INTO stores VALUES (1, 7);
    CREATE TABLE sheets (
        owner TEXT NOT NULL, book TEXT NOT NULL, nr BIGINT NOT NULL, paper_id BLOB NOT NULL,
        PRIMARY KEY (owner, book, nr),
        FOREIGN KEY (owner, paper_id) REFERENCES papers (owner, id)
    );
    INSERT INTO papers VALUES
        (X'00000000000000000000000000000027', 'o''neil', 1),
        (X'00000000000000000000000000000028', 'o''neil', NULL);
    INSERT INTO offers VALUES (1, 7, X'00000000000000000000000000000028');
    INSERT INTO sheets VALUES
        ('o''neil', 'it''s a', 1, X'00000000000000000000000000000027'),
        ('o''neil', 'b', 2, X'00000000000000000000000000000027'),
        ('o''neil', 'b', 1, X'00000000000000000000000000000028');
";

fn tables() -> Catalog {
    catalog![Paper, Sheet, Shop, Offer]
}

#[cfg(feature = "sqlite")]
#[test]
fn a_text_does_not_end_at_a_nul() {
    let stage = Stage::new(&[SCHEMA]);
    stage.audit();
    stage.fill(
        "INSERT INTO sheets VALUES
            ('o''neil', CAST(X'610062' AS TEXT), 9, X'00000000000000000000000000000027'),
            ('o''neil', 'a', 9, X'00000000000000000000000000000028')",
    );
    let db = stage.for_operators(builder()).open(&stage.url).unwrap();
    let olga = Claims::new("anna".to_owned()).subject("olga").operator();
    let reason = Reason::new("a reason").unwrap();
    let olga = OperatorScope::new(&identity(&db, olga).unwrap(), reason).unwrap();
    let (oneil, anna) = ("o'neil".to_owned(), "anna".to_owned());
    let id = Uuid::from_u128(0x27);
    let moved = db.move_row::<Paper, _>(&olga, &tables(), id, oneil, anna);
    assert_eq!(moved.unwrap().of("sheets"), 3);
    let own = "SELECT owner AS line FROM sheets WHERE nr = 9 ORDER BY length(hex(book))";
    assert_eq!(lines(&mut stage.raw(), own), ["o'neil", "anna"]);
}

#[test]
fn keys_of_each_type_are_found_again() {
    let stage = Stage::new(&[SCHEMA]);
    stage.audit();
    stage.guard(&tables());
    let db = stage.for_operators(builder()).open(&stage.url).unwrap();
    let odd = "a'; \\\n b".to_owned();
    let olga = Claims::new(odd.clone()).subject("olga").operator();
    let reason = Reason::new("a reason").unwrap();
    let olga = OperatorScope::new(&identity(&db, olga).unwrap(), reason).unwrap();
    let oneil = "o'neil".to_owned();
    let id = Uuid::from_u128(0x27);
    let moved = db
        .move_row::<Paper, _>(&olga, &tables(), id, oneil.clone(), odd.clone())
        .unwrap();
    assert_eq!(
        moved.iter().collect::<Vec<_>>(),
        [("papers", 1), ("sheets", 2)]
    );
    // A key makes no line of its own.
    let told =
        "SELECT tables AS line FROM tenancy_audit_events WHERE kind = 'move out' ORDER BY id";
    let told = lines(&mut stage.raw(), told);
    assert_eq!(told[0], r"to the tenant a\'; \\\n b");
    let owners = |table: &str| {
        let sql = format!("SELECT owner AS line FROM {table} ORDER BY owner");
        lines(&mut stage.raw(), &sql)
    };
    let (odd, oneil) = (odd.as_str(), oneil.as_str());
    assert_eq!(owners("papers"), [odd, oneil]);
    assert_eq!(owners("sheets"), [odd, odd, oneil]);
    let sheet = ("it's a".to_owned(), 1);
    let sheets = db.move_row::<Sheet, _>(&olga, &tables(), sheet, odd.to_owned(), oneil.to_owned());
    let reason = sheets.unwrap_err().to_string();
    assert_eq!(
        reason,
        "rows of `sheets` refer by `paper_id` to a row of `papers` that stays"
    );
    // What tenants of another kind have is not moved, and refers to whose it was.
    let id = Uuid::from_u128(0x28);
    let offered = db.move_row::<Paper, _>(&olga, &tables(), id, oneil.to_owned(), odd.to_owned());
    assert_eq!(
        offered.unwrap_err().to_string(),
        "rows of `papers` are referred to by `offers` (paper_id), whose tenants are of another kind"
    );
}
