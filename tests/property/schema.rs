//! The tables of the programs: those of the forum, and beside them pins (which put a thread
//! into a folder), tints (which are everybody's to read) and plans (of which the library keeps
//! the deleted ones, a time and a version).

use tenancy::prelude::*;

pub(crate) use crate::kin::{
    Device, Folder, Hint, Label, Mark, Message, MessageChanges, NewHint, NewLabel, NewMark,
    NewMessage, Thread,
};
pub(crate) use crate::kin::{devices, folders, hints, labels, marks, messages, threads};

mod tables {
    diesel::table! {
        pins (id) {
            id -> BigInt,
            tenant_id -> BigInt,
            thread_id -> BigInt,
            folder_id -> BigInt,
            note -> Text,
        }
    }

    diesel::table! {
        tints (id) {
            id -> BigInt,
            grade -> Nullable<BigInt>,
            name -> Text,
        }
    }

    diesel::table! {
        plans (id) {
            id -> BigInt,
            tenant_id -> BigInt,
            name -> Text,
            amount -> BigInt,
            updated_at -> Timestamp,
            deleted_at -> Nullable<Timestamp>,
            version -> BigInt,
        }
    }
}

pub(crate) use tables::{pins, plans, tints};

diesel::joinable!(pins -> threads (thread_id));
diesel::joinable!(pins -> folders (folder_id));

macro_rules! beside {
    ($($new:ident beside $($old:ident)*;)*) => { $($(
        diesel::allow_tables_to_appear_in_same_query!($new, $old);
    )*)* };
}

beside! {
    pins beside threads messages marks folders labels hints devices tints;
    tints beside threads messages marks folders labels hints devices;
    plans beside threads messages marks folders labels hints devices pins tints;
}

#[derive(Debug, Scoped)]
#[diesel(table_name = pins)]
#[scoped(tenant = tenant_id)]
#[expect(dead_code, reason = "its columns are loaded, not the struct")]
pub struct Pin {
    pub id: RowId<Pin>,
}

#[derive(Debug, Scoped)]
#[diesel(table_name = tints)]
#[scoped(global)]
#[expect(dead_code, reason = "its columns are loaded, not the struct")]
pub struct Tint {
    pub id: RowId<Tint>,
}

#[derive(Debug, Scoped)]
#[diesel(table_name = plans)]
#[scoped(tenant = tenant_id, touch = updated_at, soft_delete = deleted_at, version = version)]
#[expect(dead_code, reason = "its columns are loaded, not the struct")]
pub struct Plan {
    pub id: RowId<Plan>,
}

#[derive(Debug, Clone, Copy, ScopedInsertable)]
#[diesel(table_name = messages)]
pub struct LikedMessage<'a> {
    pub body: &'a str,
    pub likes: i32,
    pub thread_id: RowId<Thread>,
}

#[derive(Debug, Clone, Copy, ScopedInsertable)]
#[diesel(table_name = plans)]
pub struct NewPlan<'a> {
    pub name: &'a str,
    pub amount: i64,
}

#[derive(Debug, Clone, Copy, ScopedChangeset)]
#[diesel(table_name = marks)]
pub struct MarkMoves {
    pub message_id: RowId<Message>,
}

#[derive(Debug, Clone, Copy, ScopedChangeset)]
#[diesel(table_name = hints)]
pub struct HintMoves {
    pub label_id: RowId<Label>,
}

/// What the forum's schema has not. A pin holds its folder fast, and goes with its thread.
pub(crate) const MORE: &str = "
    CREATE UNIQUE INDEX folders_own ON folders (tenant_id, id);
    CREATE TABLE pins (
        id INTEGER PRIMARY KEY NOT NULL,
        tenant_id BIGINT NOT NULL,
        thread_id BIGINT NOT NULL,
        folder_id BIGINT NOT NULL,
        note TEXT NOT NULL,
        UNIQUE (tenant_id, id),
        FOREIGN KEY (tenant_id, thread_id) REFERENCES threads (tenant_id, id) ON DELETE CASCADE,
        FOREIGN KEY (tenant_id, folder_id) REFERENCES folders (tenant_id, id)
    );
    CREATE TABLE tints (
        id INTEGER PRIMARY KEY NOT NULL,
        grade BIGINT,
        name TEXT NOT NULL
    );
    CREATE TABLE plans (
        id INTEGER PRIMARY KEY NOT NULL,
        tenant_id BIGINT NOT NULL,
        name TEXT NOT NULL,
        amount BIGINT NOT NULL,
        updated_at TIMESTAMP NOT NULL,
        deleted_at TIMESTAMP,
        version BIGINT NOT NULL,
        UNIQUE (tenant_id, name)
    );
";
