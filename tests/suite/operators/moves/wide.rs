//! Foreign keys of more columns than a reference has: with a NULL they say nothing, and with a copy
//! of the tenant they lead to whom the row was of.

use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::{Catalog, Claims, Error, MovedRows, OperatorScope, Reason, catalog};

use super::{ANNA, BEN, CARA};
use crate::support::{Db, Stage, builder, identity, lines};

diesel::table! {
    chests (id) { id -> BigInt, tenant_id -> BigInt, colour -> Nullable<BigInt> }
}

diesel::table! {
    lids (id) { id -> BigInt, tenant_id -> BigInt, chest_id -> BigInt }
}

diesel::table! {
    straps (id) { id -> BigInt, tenant_id -> BigInt, chest_id -> BigInt }
}

diesel::table! {
    hinges (id) { id -> BigInt, chest_id -> BigInt }
}

diesel::table! {
    tags (id) { id -> BigInt, chest_id -> BigInt }
}

macro_rules! models {
    ($($model:ident: $table:ident ($($scoped:tt)*))*) => {
        $(
            #[derive(Debug, Queryable, Selectable, Scoped)]
            #[diesel(table_name = $table)]
            #[scoped($($scoped)*)]
            pub struct $model {
                #[expect(dead_code)]
                id: RowId<$model>,
            }
        )*
    };
}

models! {
    Chest: chests (tenant = tenant_id)
    Lid: lids (tenant = tenant_id, references(Chest, on = chest_id))
    Strap: straps (tenant = tenant_id, references(Chest, on = chest_id))
    Hinge: hinges (parent(Chest, on = chest_id))
    Tag: tags (parent(Chest, on = chest_id))
}

/// Chest 1 of Anna's has no colour, and chest 3 has one. Ben's is as the first.
const SCHEMA: &str = "
    CREATE TABLE chests (
        id INTEGER PRIMARY KEY NOT NULL, tenant_id BIGINT NOT NULL, colour BIGINT, within_id BIGINT,
        UNIQUE (tenant_id, id), UNIQUE (tenant_id, id, colour), UNIQUE (id, colour),
        UNIQUE (colour),
        FOREIGN KEY (tenant_id, within_id) REFERENCES chests (tenant_id, id)
    );
    CREATE TABLE straps (
        id INTEGER PRIMARY KEY NOT NULL, tenant_id BIGINT NOT NULL, chest_id BIGINT NOT NULL,
        FOREIGN KEY (chest_id) REFERENCES chests (colour)
    );
    CREATE TABLE lids (
        id INTEGER PRIMARY KEY NOT NULL, tenant_id BIGINT NOT NULL, chest_id BIGINT NOT NULL,
        colour BIGINT,
        FOREIGN KEY (tenant_id, chest_id, colour) REFERENCES chests (tenant_id, id, colour)
    );
    CREATE TABLE hinges (
        id INTEGER PRIMARY KEY NOT NULL, chest_id BIGINT NOT NULL, colour BIGINT,
        FOREIGN KEY (chest_id, colour) REFERENCES chests (id, colour)
    );
    CREATE TABLE tags (
        id INTEGER PRIMARY KEY NOT NULL, chest_id BIGINT NOT NULL, chest_tenant BIGINT NOT NULL,
        FOREIGN KEY (chest_tenant, chest_id) REFERENCES chests (tenant_id, id)
    );
    INSERT INTO chests VALUES (1, 1, NULL, NULL), (2, 2, NULL, NULL), (3, 1, 7, NULL);
    INSERT INTO lids VALUES (1, 1, 1, NULL), (2, 2, 2, NULL), (3, 1, 3, 7);
    INSERT INTO hinges VALUES (1, 1, NULL), (2, 2, NULL), (3, 3, 7);
    INSERT INTO tags VALUES (2, 2, 2)";

const ALL: &str = "
    SELECT 'chest ' || id || ' of ' || tenant_id AS line FROM chests
    UNION ALL SELECT 'lid ' || id || ' of ' || tenant_id FROM lids ORDER BY 1";

fn tables() -> Catalog {
    catalog![Chest, Lid, Strap, Hinge, Tag]
}

fn attic() -> (Stage, Db) {
    let stage = Stage::new(&[SCHEMA]);
    stage.audit();
    stage.guard(&tables());
    let db = stage.for_operators(builder()).open(&stage.url).unwrap();
    (stage, db)
}

fn moves(db: &Db, chest: i64, from: i64) -> tenancy::Result<MovedRows> {
    let olga = Claims::new(9).subject("olga").operator();
    let reason = Reason::new("a reason").unwrap();
    let olga = OperatorScope::new(&identity(db, olga).unwrap(), reason).unwrap();
    db.move_row::<Chest, _>(&olga, &tables(), RowId::from_raw(chest), from, CARA)
}

/// By its model, a row refers to its parent whatever a further column of its foreign key has.
#[test]
fn a_reference_with_a_null_beside_it_is_followed() {
    let (stage, db) = attic();
    for chest in [1, 3] {
        let moved = moves(&db, chest, ANNA).unwrap();
        let moved: Vec<(&str, usize)> = moved.iter().collect();
        assert_eq!(moved, [("chests", 1), ("hinges", 1), ("lids", 1)]);
    }
    assert_eq!(
        lines(&mut stage.raw(), ALL),
        [
            "chest 1 of 3",
            "chest 2 of 2",
            "chest 3 of 3",
            "lid 1 of 3",
            "lid 2 of 2",
            "lid 3 of 3"
        ]
    );
}

/// By its model the strap is of chest 1, and by its foreign key of the one whose colour is 1.
#[test]
fn a_reference_that_leads_elsewhere_is_followed_too() {
    let (stage, db) = attic();
    stage.fill("INSERT INTO chests VALUES (4, 1, 1, NULL), (5, 2, 2, NULL); INSERT INTO straps VALUES (1, 1, 1)");
    assert_eq!(
        moves(&db, 1, ANNA).unwrap_err().to_string(),
        "rows of `straps` refer by `chest_id` to a row of `chests` that stays"
    );
    stage.fill("DELETE FROM straps");
    assert_eq!(moves(&db, 1, ANNA).unwrap().total(), 3);
}

/// The tag follows its chest, and the copy of the tenant in it stays as it is. Chests refer to chests,
/// so that MariaDB itself looks at nothing.
#[test]
fn a_copy_of_the_tenant_would_lead_nowhere() {
    let (stage, db) = attic();
    let before = lines(&mut stage.raw(), ALL);
    let error = moves(&db, 2, BEN).unwrap_err();
    if cfg!(any(feature = "sqlite", feature = "postgres")) {
        let said = matches!(error, Error::ForeignKeyViolation { .. });
        assert!(said, "{error:?}");
    } else {
        assert_eq!(
            error.to_string(),
            "rows of `tags` would refer by `chest_tenant, chest_id` to no row of `chests`"
        );
    }
    assert_eq!(lines(&mut stage.raw(), ALL), before);
    stage.fill("DELETE FROM tags");
    assert_eq!(moves(&db, 2, BEN).unwrap().total(), 3);
}
