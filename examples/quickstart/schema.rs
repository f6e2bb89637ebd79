//! The tables, as the migrations make them.

diesel::table! {
    customers (id) {
        id -> BigInt,
        name -> Text,
    }
}

diesel::table! {
    api_keys (prefix) {
        prefix -> Text,
        customer_id -> BigInt,
        secret_hash -> Binary,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    units (id) {
        id -> BigInt,
        name -> Text,
    }
}

diesel::table! {
    categories (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        name -> Text,
    }
}

diesel::table! {
    items (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        category_id -> BigInt,
        unit_id -> BigInt,
        name -> Text,
        weight_grams -> Nullable<Integer>,
        price_cents -> Integer,
    }
}

diesel::joinable!(items -> categories (category_id));
diesel::joinable!(items -> units (unit_id));
diesel::allow_tables_to_appear_in_same_query!(categories, items, units);
