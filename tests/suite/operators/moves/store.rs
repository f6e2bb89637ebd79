//! A store of three tenants, whose tables refer to one another in each way that there is.

use diesel::prelude::*;
use tenancy::audit::{AuditEvent, AuditHead};
use tenancy::prelude::*;
use tenancy::{Catalog, Claims, MovedRows, OperatorScope, Reason, catalog};

use crate::support::{Db, Stage, builder, identity, lines, scope_of};

diesel::table! {
    owners (id) {
        id -> BigInt,
        name -> Text,
    }
}

diesel::table! {
    shelves (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        name -> Text,
    }
}

diesel::table! {
    bins (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        shelf_id -> Nullable<BigInt>,
        above_id -> Nullable<BigInt>,
        name -> Text,
    }
}

diesel::table! {
    labels (id) {
        id -> BigInt,
        tenant_id -> Nullable<BigInt>,
        name -> Text,
    }
}

diesel::table! {
    things (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        bin_id -> BigInt,
        label_id -> Nullable<BigInt>,
        name -> Text,
        deleted_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    notes (id) {
        id -> BigInt,
        bin_id -> BigInt,
        thing_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    words (id) {
        id -> BigInt,
        note_id -> BigInt,
    }
}

diesel::table! {
    votes (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        note_id -> BigInt,
    }
}

diesel::table! {
    slots (tenant_id, nr) {
        tenant_id -> BigInt,
        nr -> BigInt,
        bin_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    pins (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        slot_nr -> BigInt,
    }
}

diesel::table! {
    loans (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        bin_id -> BigInt,
    }
}

diesel::table! {
    units (id) {
        id -> BigInt,
    }
}

macro_rules! models {
    ($($model:ident: $table:ident ($($scoped:tt)*) $(($($key:tt)*))? { $id:ident: $type:ty })*) => {
        $(
            #[derive(Debug, Queryable, Selectable, Identifiable, Scoped)]
            #[diesel(table_name = $table $(, primary_key($($key)*))?)]
            #[scoped($($scoped)*)]
            pub(crate) struct $model {
                pub(crate) $id: $type,
            }
        )*
    };
}

models! {
    Owner: owners (tenant = id) { id: RowId<Owner> }
    Shelf: shelves (tenant = tenant_id) { id: RowId<Shelf> }
    Label: labels (tenant = tenant_id, global_rows) { id: RowId<Label> }
    Thing: things (tenant = tenant_id, soft_delete = deleted_at, references(Bin, on = bin_id)) {
        id: RowId<Thing>
    }
    Word: words (parent(Note, on = note_id)) { id: RowId<Word> }
    Vote: votes (tenant = tenant_id) { id: RowId<Vote> }
    Pin: pins (tenant = tenant_id) { id: RowId<Pin> }
    Unit: units (global) { id: RowId<Unit> }
    Loan: loans (tenant = tenant_id, references(Bin, on = bin_id)) { id: RowId<Loan> }
}

#[derive(Debug, Queryable, Selectable, Identifiable, Scoped)]
#[diesel(table_name = bins)]
#[scoped(tenant = tenant_id, references(Shelf, on = shelf_id), references(Bin, on = above_id))]
pub struct Bin {
    pub(crate) id: RowId<Bin>,
}

#[derive(Debug, Queryable, Selectable, Identifiable, Scoped)]
#[diesel(table_name = notes)]
#[scoped(parent(Bin, on = bin_id))]
pub struct Note {
    pub(crate) id: RowId<Note>,
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = slots, primary_key(tenant_id, nr))]
#[scoped(tenant = tenant_id)]
pub(crate) struct Slot {
    #[expect(dead_code)]
    pub(crate) nr: i64,
}

pub(crate) fn tables() -> Catalog {
    catalog![
        Owner, Shelf, Bin, Label, Thing, Note, Word, Vote, Slot, Pin, Loan, Unit, AuditEvent,
        AuditHead
    ]
}

const SCHEMA: &str = "
    CREATE TABLE owners (id INTEGER PRIMARY KEY NOT NULL, name TEXT NOT NULL);
    CREATE TABLE shelves (
        id INTEGER PRIMARY KEY NOT NULL, tenant_id BIGINT NOT NULL, name TEXT NOT NULL,
        UNIQUE (tenant_id, id), UNIQUE (tenant_id, name)
    );
    CREATE TABLE bins (
        id INTEGER PRIMARY KEY NOT NULL, tenant_id BIGINT NOT NULL, shelf_id BIGINT,
        above_id BIGINT, name TEXT NOT NULL,
        UNIQUE (tenant_id, id),
        FOREIGN KEY (tenant_id) REFERENCES owners (id),
        FOREIGN KEY (tenant_id, shelf_id) REFERENCES shelves (tenant_id, id),
        FOREIGN KEY (tenant_id, above_id) REFERENCES bins (tenant_id, id)
    );
    CREATE TABLE labels (id INTEGER PRIMARY KEY NOT NULL, tenant_id BIGINT, name TEXT NOT NULL);
    CREATE TABLE things (
        id INTEGER PRIMARY KEY NOT NULL, tenant_id BIGINT NOT NULL, bin_id BIGINT NOT NULL,
        label_id BIGINT, name TEXT NOT NULL, deleted_at TIMESTAMP,
        UNIQUE (tenant_id, id), UNIQUE (tenant_id, name),
        FOREIGN KEY (tenant_id, bin_id) REFERENCES bins (tenant_id, id) ON UPDATE CASCADE,
        FOREIGN KEY (label_id) REFERENCES labels (id)
    );
    CREATE TABLE notes (
        id INTEGER PRIMARY KEY NOT NULL, bin_id BIGINT NOT NULL, thing_id BIGINT,
        FOREIGN KEY (bin_id) REFERENCES bins (id),
        FOREIGN KEY (thing_id) REFERENCES things (id)
    );
    CREATE TABLE words (
        id INTEGER PRIMARY KEY NOT NULL, note_id BIGINT NOT NULL,
        FOREIGN KEY (note_id) REFERENCES notes (id)
    );
    CREATE TABLE votes (
        id INTEGER PRIMARY KEY NOT NULL, tenant_id BIGINT NOT NULL, note_id BIGINT NOT NULL,
        FOREIGN KEY (note_id) REFERENCES notes (id)
    );
    CREATE TABLE slots (
        tenant_id BIGINT NOT NULL, nr BIGINT NOT NULL, bin_id BIGINT,
        PRIMARY KEY (tenant_id, nr),
        FOREIGN KEY (tenant_id, bin_id) REFERENCES bins (tenant_id, id) ON UPDATE RESTRICT
    );
    CREATE TABLE pins (
        id INTEGER PRIMARY KEY NOT NULL, tenant_id BIGINT NOT NULL, slot_nr BIGINT NOT NULL,
        FOREIGN KEY (tenant_id, slot_nr) REFERENCES slots (tenant_id, nr)
    );
    CREATE TABLE units (id INTEGER PRIMARY KEY NOT NULL);
    CREATE TABLE loans (
        id INTEGER PRIMARY KEY NOT NULL, tenant_id BIGINT NOT NULL, bin_id BIGINT NOT NULL
    );
";

/// Bin 1 of Anna's has bin 2 in it, bin 3 stands on a shelf, and bin 4 by itself. Ben has bins of
/// the same names, and slots of the same numbers.
const ROWS: &str = "
    INSERT INTO owners VALUES (1, 'Anna'), (2, 'Ben'), (3, 'Cara');
    INSERT INTO shelves VALUES (1, 1, 'Left'), (2, 2, 'Left');
    INSERT INTO bins VALUES
        (1, 1, NULL, NULL, 'Red'), (2, 1, NULL, 1, 'Blue'), (3, 1, 1, NULL, 'Green'),
        (4, 1, NULL, NULL, 'Grey'),
        (5, 2, NULL, NULL, 'Red'), (6, 2, 2, 5, 'Blue');
    INSERT INTO labels VALUES (1, 1, 'old'), (2, 2, 'old'), (3, NULL, 'all');
    INSERT INTO things VALUES
        (1, 1, 1, NULL, 'Lamp', NULL), (2, 1, 1, 3, 'Tent', '2026-01-01 00:00:00'),
        (3, 1, 2, NULL, 'Rope', NULL), (4, 1, 4, NULL, 'Stove', NULL),
        (5, 2, 5, NULL, 'Stove', NULL), (6, 2, 6, 2, 'Tent', NULL);
    INSERT INTO notes VALUES (1, 1, 1), (2, 2, NULL), (3, 4, NULL), (4, 5, NULL);
    INSERT INTO words VALUES (1, 1), (2, 3), (3, 4);
    INSERT INTO votes VALUES (1, 1, 1), (2, 1, 2), (3, 1, 3), (4, 2, 4);
    INSERT INTO slots VALUES (1, 10, 1), (1, 11, 4), (1, 12, NULL), (2, 11, 5), (2, 12, NULL);
    INSERT INTO pins VALUES (1, 1, 10), (2, 1, 11), (3, 1, 12), (4, 2, 11), (5, 2, 12);
    INSERT INTO loans VALUES (1, 1, 1), (2, 1, 4), (3, 2, 5);
";

const ALL: &str = "
    SELECT 'shelves ' || id || ' of ' || tenant_id AS line FROM shelves
    UNION ALL SELECT 'bins ' || id || ' of ' || tenant_id FROM bins
    UNION ALL SELECT 'labels ' || id || ' of ' || coalesce(tenant_id, 0) FROM labels
    UNION ALL SELECT 'things ' || id || ' of ' || tenant_id FROM things
    UNION ALL SELECT 'notes ' || id || ' below ' || bin_id FROM notes
    UNION ALL SELECT 'words ' || id || ' below ' || note_id FROM words
    UNION ALL SELECT 'votes ' || id || ' of ' || tenant_id FROM votes
    UNION ALL SELECT 'slots ' || nr || ' of ' || tenant_id FROM slots
    UNION ALL SELECT 'pins ' || id || ' of ' || tenant_id FROM pins
    UNION ALL SELECT 'loans ' || id || ' of ' || tenant_id FROM loans";

const EVENTS: &str = "
    SELECT coalesce(tenant_id, '-') || ' ' || sequence || ' ' || kind || ' '
        || coalesce(outcome, '..') || ' ' || reason || ' [' || tables || ']' AS line
    FROM tenancy_audit_events ORDER BY id";

pub(crate) struct Store {
    pub(crate) db: Db,
    pub(crate) stage: Stage,
}

impl Store {
    pub(crate) fn new() -> Self {
        let stage = Stage::new(&[SCHEMA, ROWS]);
        stage.audit();
        stage.guard(&tables());
        let db = stage.for_operators(builder()).open(&stage.url).unwrap();
        Self { db, stage }
    }

    pub(crate) fn olga(&self) -> OperatorScope<i64> {
        let olga = Claims::new(9).subject("olga").operator();
        let reason = Reason::new("a reason").unwrap();
        OperatorScope::new(&identity(&self.db, olga).unwrap(), reason).unwrap()
    }

    pub(crate) fn move_bin(&self, id: i64, from: i64, to: i64) -> tenancy::Result<MovedRows> {
        self.move_with(&tables(), id, from, to)
    }

    pub(crate) fn move_with(
        &self,
        tables: &Catalog,
        id: i64,
        from: i64,
        to: i64,
    ) -> tenancy::Result<MovedRows> {
        let bin = RowId::<Bin>::from_raw(id);
        self.db
            .move_row::<Bin, _>(&self.olga(), tables, bin, from, to)
    }

    pub(crate) fn fill(&self, sql: &str) {
        self.stage.fill(sql);
    }

    /// Every row, and whose it is.
    pub(crate) fn rows(&self) -> Vec<String> {
        let mut rows = lines(&mut self.stage.raw(), ALL);
        rows.sort();
        rows
    }

    /// The events, in the order in which they were written.
    pub(crate) fn events(&self) -> Vec<String> {
        lines(&mut self.stage.raw(), EVENTS)
    }

    /// The bins that the tenant itself sees.
    pub(crate) fn bins_of(&self, tenant: i64) -> Vec<i64> {
        let scope = scope_of(&self.db, tenant);
        let mut session = self.db.session(&scope).unwrap();
        let bins: Vec<Bin> = Repo::<Bin>::new(&scope)
            .query()
            .order(bins::id)
            .load(&mut session)
            .unwrap();
        bins.iter().map(|bin| bin.id.get()).collect()
    }
}
