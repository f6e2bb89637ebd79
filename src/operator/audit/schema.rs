//! The tables of the audit, as diesel knows them.
#![allow(missing_docs, reason = "a table's columns are described by its model")]

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::Id128;

    tenancy_audit_events (id) {
        id -> BigInt,
        public_id -> Id128,
        tenant_id -> Nullable<Text>,
        tenant_kind -> Text,
        sequence -> BigInt,
        opened_by -> Nullable<BigInt>,
        actor -> Text,
        kind -> Text,
        outcome -> Nullable<Text>,
        tables -> Text,
        reason -> Text,
        ticket -> Nullable<Text>,
        at -> Timestamp,
        previous_hash -> Binary,
        hash -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    tenancy_audit_heads (tenant_id, tenant_kind) {
        tenant_id -> Text,
        tenant_kind -> Text,
        sequence -> BigInt,
        hash -> Binary,
    }
}
