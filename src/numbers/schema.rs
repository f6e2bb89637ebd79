//! The table of numbers, as diesel knows it.
#![allow(missing_docs, reason = "a table's columns are described by its model")]

diesel::table! {
    use diesel::sql_types::*;

    tenancy_numbers (tenant_id, tenant_kind, series, period) {
        tenant_id -> Text,
        tenant_kind -> Text,
        series -> Text,
        period -> Text,
        last_number -> BigInt,
    }
}
