//! The tables, as they are after phase 1. One schema serves both backends.
#![allow(missing_docs, reason = "the models say what the columns are")]

diesel::table! {
    organizations (id) {
        id -> Integer,
        uuid -> tenancy::sql_types::Id128,
        organization_code -> Text,
        organization_name -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    users (user_id) {
        user_id -> Integer,
        uuid -> tenancy::sql_types::Id128,
        organization_id -> Integer,
        username -> Text,
        full_name -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    refresh_tokens (id) {
        id -> Integer,
        organization_id -> Integer,
        user_id -> Integer,
        digest -> Binary,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    projects (id) {
        id -> Integer,
        uuid -> tenancy::sql_types::Id128,
        organization_id -> Integer,
        project_code -> Text,
        project_name -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    project_organizations (organization_id, project_id) {
        organization_id -> Integer,
        project_id -> Integer,
        role -> Text,
    }
}

diesel::table! {
    user_assignments (id) {
        id -> Integer,
        organization_id -> Integer,
        user_id -> Integer,
        project_id -> Integer,
        role -> Text,
    }
}

diesel::table! {
    contracts (id) {
        id -> Integer,
        uuid -> tenancy::sql_types::Id128,
        organization_id -> Integer,
        project_id -> Integer,
        contract_code -> Text,
        contract_name -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    contract_organizations (organization_id, contract_id) {
        organization_id -> Integer,
        contract_id -> Integer,
        role -> Text,
    }
}

diesel::table! {
    document_number_formats (id) {
        id -> Integer,
        organization_id -> Integer,
        project_id -> Integer,
        type_code -> Text,
        format_template -> Text,
    }
}

diesel::table! {
    document_number_counters (organization_id, project_id, type_code) {
        organization_id -> Integer,
        project_id -> Integer,
        type_code -> Text,
        last_number -> Integer,
    }
}

diesel::table! {
    correspondences (id) {
        id -> Integer,
        uuid -> tenancy::sql_types::Id128,
        organization_id -> Integer,
        project_id -> Integer,
        originator_id -> Integer,
        type_code -> Text,
        correspondence_number -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    correspondence_revisions (id) {
        id -> Integer,
        uuid -> tenancy::sql_types::Id128,
        correspondence_id -> Integer,
        revision_number -> Integer,
        subject -> Text,
        body -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    correspondence_recipients (organization_id, correspondence_id, user_id) {
        organization_id -> Integer,
        correspondence_id -> Integer,
        user_id -> Integer,
        recipient_type -> Text,
    }
}

diesel::table! {
    tags (id) {
        id -> Integer,
        organization_id -> Integer,
        tag_name -> Text,
    }
}

diesel::table! {
    correspondence_tags (organization_id, correspondence_id, tag_id) {
        organization_id -> Integer,
        correspondence_id -> Integer,
        tag_id -> Integer,
    }
}

diesel::table! {
    rfas (id) {
        id -> Integer,
        rfa_type -> Text,
    }
}

diesel::table! {
    rfa_revisions (id) {
        id -> Integer,
        status_code -> Text,
        approve_code -> Nullable<Text>,
    }
}

diesel::table! {
    transmittals (correspondence_id) {
        correspondence_id -> Integer,
        purpose -> Text,
    }
}

diesel::table! {
    transmittal_items (organization_id, transmittal_id, item_id) {
        organization_id -> Integer,
        transmittal_id -> Integer,
        item_id -> Integer,
    }
}

diesel::table! {
    circulations (id) {
        id -> Integer,
        uuid -> tenancy::sql_types::Id128,
        organization_id -> Integer,
        correspondence_id -> Integer,
        circulation_subject -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    contract_drawings (id) {
        id -> Integer,
        uuid -> tenancy::sql_types::Id128,
        organization_id -> Integer,
        project_id -> Integer,
        drawing_number -> Text,
        title -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    shop_drawings (id) {
        id -> Integer,
        uuid -> tenancy::sql_types::Id128,
        organization_id -> Integer,
        project_id -> Integer,
        drawing_number -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    shop_drawing_revisions (id) {
        id -> Integer,
        uuid -> tenancy::sql_types::Id128,
        shop_drawing_id -> Integer,
        revision_number -> Integer,
        title -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    asbuilt_drawings (id) {
        id -> Integer,
        uuid -> tenancy::sql_types::Id128,
        organization_id -> Integer,
        project_id -> Integer,
        drawing_number -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    asbuilt_drawing_revisions (id) {
        id -> Integer,
        uuid -> tenancy::sql_types::Id128,
        asbuilt_drawing_id -> Integer,
        revision_number -> Integer,
        title -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    attachments (id) {
        id -> Integer,
        uuid -> tenancy::sql_types::Id128,
        organization_id -> Integer,
        original_filename -> Text,
        mime_type -> Text,
        file_size -> BigInt,
        created_at -> Timestamp,
    }
}

diesel::table! {
    correspondence_attachments (organization_id, correspondence_id, attachment_id) {
        organization_id -> Integer,
        correspondence_id -> Integer,
        attachment_id -> Integer,
    }
}

diesel::table! {
    notifications (id) {
        id -> Integer,
        uuid -> tenancy::sql_types::Id128,
        organization_id -> Integer,
        user_id -> Integer,
        title -> Text,
        message -> Text,
        is_read -> Bool,
        created_at -> Timestamp,
    }
}

diesel::table! {
    workflow_definitions (id) {
        id -> Text,
        organization_id -> Integer,
        workflow_code -> Text,
        first_state -> Text,
    }
}

diesel::table! {
    workflow_instances (id) {
        id -> Text,
        organization_id -> Integer,
        definition_id -> Text,
        correspondence_id -> Integer,
        current_state -> Text,
    }
}

diesel::table! {
    workflow_histories (id) {
        id -> Text,
        instance_id -> Text,
        from_state -> Nullable<Text>,
        to_state -> Text,
        action -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    audit_logs (id) {
        id -> Integer,
        organization_id -> Integer,
        user_id -> Integer,
        action -> Text,
        entity_type -> Text,
        entity_id -> BigInt,
        created_at -> Timestamp,
    }
}

diesel::joinable!(projects -> organizations (organization_id));
diesel::joinable!(contracts -> projects (project_id));
diesel::joinable!(correspondences -> projects (project_id));
diesel::joinable!(correspondences -> users (originator_id));
diesel::joinable!(correspondence_revisions -> correspondences (correspondence_id));
diesel::joinable!(correspondence_recipients -> users (user_id));
diesel::joinable!(correspondence_tags -> tags (tag_id));
diesel::joinable!(correspondence_attachments -> attachments (attachment_id));
diesel::joinable!(rfas -> correspondences (id));
diesel::joinable!(rfa_revisions -> correspondence_revisions (id));
diesel::joinable!(transmittals -> correspondences (correspondence_id));
diesel::joinable!(transmittal_items -> correspondences (item_id));
diesel::joinable!(circulations -> correspondences (correspondence_id));
diesel::joinable!(contract_drawings -> projects (project_id));
diesel::joinable!(shop_drawings -> projects (project_id));
diesel::joinable!(shop_drawing_revisions -> shop_drawings (shop_drawing_id));
diesel::joinable!(asbuilt_drawings -> projects (project_id));
diesel::joinable!(asbuilt_drawing_revisions -> asbuilt_drawings (asbuilt_drawing_id));
diesel::joinable!(notifications -> users (user_id));
diesel::joinable!(workflow_instances -> workflow_definitions (definition_id));
diesel::joinable!(workflow_histories -> workflow_instances (instance_id));

diesel::allow_tables_to_appear_in_same_query!(
    organizations,
    users,
    refresh_tokens,
    projects,
    project_organizations,
    user_assignments,
    contracts,
    contract_organizations,
    document_number_formats,
    document_number_counters,
    correspondences,
    correspondence_revisions,
    correspondence_recipients,
    tags,
    correspondence_tags,
    rfas,
    rfa_revisions,
    transmittals,
    transmittal_items,
    circulations,
    contract_drawings,
    shop_drawings,
    shop_drawing_revisions,
    asbuilt_drawings,
    asbuilt_drawing_revisions,
    attachments,
    correspondence_attachments,
    notifications,
    workflow_definitions,
    workflow_instances,
    workflow_histories,
    audit_logs,
);
