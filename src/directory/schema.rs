//! The tables of the directory, as diesel knows them.
#![allow(missing_docs, reason = "a table's columns are described by its model")]

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::Id128;

    tenancy_tenants (id) {
        id -> BigInt,
        public_id -> Id128,
        name -> Text,
        disabled_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        deleted_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::Id128;

    tenancy_users (id) {
        id -> BigInt,
        public_id -> Id128,
        tenant_id -> BigInt,
        username -> Nullable<Text>,
        display_name -> Nullable<Text>,
        email -> Nullable<Text>,
        disabled_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        deleted_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::Id128;

    tenancy_logins (id) {
        id -> BigInt,
        public_id -> Id128,
        tenant_id -> BigInt,
        user_id -> BigInt,
        issuer -> Text,
        subject -> Text,
        proof -> Id128,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        deleted_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::Id128;

    tenancy_memberships (id) {
        id -> BigInt,
        public_id -> Id128,
        tenant_id -> BigInt,
        tenant_public_id -> Id128,
        user_home_id -> BigInt,
        user_id -> BigInt,
        user_public_id -> Id128,
        role -> Text,
        display_name -> Nullable<Text>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        deleted_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::Id128;

    tenancy_invitations (id) {
        id -> BigInt,
        public_id -> Id128,
        tenant_id -> BigInt,
        tenant_public_id -> Id128,
        role -> Text,
        note -> Nullable<Text>,
        proof -> Id128,
        secret_hash -> Binary,
        invited_by -> Nullable<Id128>,
        made_with -> Nullable<Id128>,
        expires_at -> Timestamp,
        accepted_at -> Nullable<Timestamp>,
        accepted_by -> Nullable<Id128>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        deleted_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::Id128;

    tenancy_api_keys (id) {
        id -> BigInt,
        public_id -> Id128,
        tenant_id -> BigInt,
        user_public_id -> Id128,
        name -> Text,
        prefix -> Text,
        proof -> Id128,
        secret_hash -> Binary,
        scopes -> Nullable<Text>,
        read_only -> Bool,
        made_with -> Nullable<Id128>,
        expires_at -> Nullable<Timestamp>,
        last_used_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        deleted_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::Id128;

    tenancy_revoked_tokens (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        token_id -> Id128,
        expires_at -> Timestamp,
        created_at -> Timestamp,
    }
}

diesel::table! {
    tenancy_operators (tenant_id, user_id) {
        tenant_id -> BigInt,
        user_id -> BigInt,
        created_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::Id128;

    tenancy_visits (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        user_id -> BigInt,
        visited_id -> BigInt,
        visited_public_id -> Id128,
        created_at -> Timestamp,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    tenancy_visits,
    tenancy_tenants,
    tenancy_users,
    tenancy_logins,
    tenancy_memberships,
    tenancy_invitations,
    tenancy_api_keys,
    tenancy_revoked_tokens,
    tenancy_operators
);
