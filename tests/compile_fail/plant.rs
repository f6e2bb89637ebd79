//! What the programs share: processes whose keys are text ids, as are their tenants', and the
//! repositories of a scope.

#![allow(dead_code, unused_imports)]

pub use diesel::prelude::*;
pub use tenancy::prelude::*;

pub type Key = TextId<Tenant>;

diesel::table! {
    tenants (id) {
        id -> Text,
        name -> Text,
    }
}

diesel::table! {
    processes (id) {
        id -> Text,
        tenant_id -> Text,
        name -> Text,
    }
}

diesel::table! {
    versions (tenant_id, id) {
        tenant_id -> Text,
        id -> Text,
        number -> Integer,
    }
}

diesel::table! {
    calls (id) {
        id -> Text,
        process_id -> Text,
        status -> Integer,
    }
}

diesel::table! {
    kinds (id) {
        id -> Text,
        name -> Text,
    }
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = tenants)]
#[scoped(tenant = id, key = TextId<Tenant>, text_id = "ten")]
pub struct Tenant {
    pub id: TextId<Tenant>,
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = processes)]
#[scoped(tenant = tenant_id, key = TextId<Tenant>, text_id = "proc")]
pub struct Process {
    pub id: TextId<Process>,
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = versions, primary_key(tenant_id, id))]
#[scoped(tenant = tenant_id, key = TextId<Tenant>, type_id = "ver")]
pub struct Version {
    pub id: TextId<Version>,
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = calls)]
#[scoped(parent(Process, on = process_id), type_id = "call")]
pub struct Call {
    pub id: TextId<Call>,
}

#[derive(Debug, Queryable, Selectable, Scoped)]
#[diesel(table_name = kinds)]
#[scoped(global, text_id = "kind")]
pub struct Kind {
    pub id: TextId<Kind>,
}
