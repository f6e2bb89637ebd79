-- The system as it was before it had public ids: each row has a number and nothing else.
-- Every key of a tenant's table begins with the organization, and so does every reference.

-- The organizations are the tenants: each sees its own row.
CREATE TABLE organizations (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    organization_code TEXT NOT NULL,
    organization_name TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL
);

CREATE TABLE users (
    user_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    organization_id INTEGER NOT NULL REFERENCES organizations (id),
    username TEXT NOT NULL,
    full_name TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (organization_id, user_id),
    UNIQUE (organization_id, username)
);

-- What a user signs in with. Only a digest of it is kept.
CREATE TABLE refresh_tokens (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    organization_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    digest BLOB NOT NULL UNIQUE,
    expires_at TIMESTAMP NOT NULL,
    UNIQUE (organization_id, id),
    FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, user_id)
);

CREATE TABLE projects (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    organization_id INTEGER NOT NULL REFERENCES organizations (id),
    project_code TEXT NOT NULL,
    project_name TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (organization_id, id),
    UNIQUE (organization_id, project_code)
);

-- Who takes part in a project, and as what: here the one organization that has it.
CREATE TABLE project_organizations (
    organization_id INTEGER NOT NULL,
    project_id INTEGER NOT NULL,
    role TEXT NOT NULL,
    PRIMARY KEY (organization_id, project_id),
    FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id)
);

CREATE TABLE user_assignments (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    organization_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    project_id INTEGER NOT NULL,
    role TEXT NOT NULL,
    UNIQUE (organization_id, id),
    UNIQUE (organization_id, user_id, project_id),
    FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, user_id),
    FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id)
);

CREATE TABLE contracts (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    organization_id INTEGER NOT NULL,
    project_id INTEGER NOT NULL,
    contract_code TEXT NOT NULL,
    contract_name TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (organization_id, id),
    UNIQUE (organization_id, contract_code),
    FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id)
);

CREATE TABLE contract_organizations (
    organization_id INTEGER NOT NULL,
    contract_id INTEGER NOT NULL,
    role TEXT NOT NULL,
    PRIMARY KEY (organization_id, contract_id),
    FOREIGN KEY (organization_id, contract_id) REFERENCES contracts (organization_id, id)
);

CREATE TABLE document_number_formats (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    organization_id INTEGER NOT NULL,
    project_id INTEGER NOT NULL,
    type_code TEXT NOT NULL,
    format_template TEXT NOT NULL,
    UNIQUE (organization_id, id),
    UNIQUE (organization_id, project_id, type_code),
    FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id)
);

CREATE TABLE document_number_counters (
    organization_id INTEGER NOT NULL,
    project_id INTEGER NOT NULL,
    type_code TEXT NOT NULL,
    last_number INTEGER NOT NULL,
    PRIMARY KEY (organization_id, project_id, type_code),
    FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id)
);

CREATE TABLE correspondences (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    organization_id INTEGER NOT NULL,
    project_id INTEGER NOT NULL,
    originator_id INTEGER NOT NULL,
    type_code TEXT NOT NULL,
    correspondence_number TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (organization_id, id),
    UNIQUE (organization_id, project_id, correspondence_number),
    FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id),
    FOREIGN KEY (organization_id, originator_id) REFERENCES users (organization_id, user_id)
);

CREATE TABLE correspondence_revisions (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    correspondence_id INTEGER NOT NULL REFERENCES correspondences (id),
    revision_number INTEGER NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (correspondence_id, revision_number)
);

CREATE TABLE correspondence_recipients (
    organization_id INTEGER NOT NULL,
    correspondence_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    recipient_type TEXT NOT NULL,
    PRIMARY KEY (organization_id, correspondence_id, user_id),
    FOREIGN KEY (organization_id, correspondence_id)
        REFERENCES correspondences (organization_id, id),
    FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, user_id)
);

CREATE TABLE tags (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    organization_id INTEGER NOT NULL REFERENCES organizations (id),
    tag_name TEXT NOT NULL,
    UNIQUE (organization_id, id),
    UNIQUE (organization_id, tag_name)
);

CREATE TABLE correspondence_tags (
    organization_id INTEGER NOT NULL,
    correspondence_id INTEGER NOT NULL,
    tag_id INTEGER NOT NULL,
    PRIMARY KEY (organization_id, correspondence_id, tag_id),
    FOREIGN KEY (organization_id, correspondence_id)
        REFERENCES correspondences (organization_id, id),
    FOREIGN KEY (organization_id, tag_id) REFERENCES tags (organization_id, id)
);

-- The tables that have their key from another one: an RFA and a transmittal is a
-- correspondence, and a revision of an RFA is a revision of its correspondence.
CREATE TABLE rfas (
    id INTEGER PRIMARY KEY NOT NULL REFERENCES correspondences (id),
    rfa_type TEXT NOT NULL
);

CREATE TABLE rfa_revisions (
    id INTEGER PRIMARY KEY NOT NULL REFERENCES correspondence_revisions (id),
    status_code TEXT NOT NULL,
    approve_code TEXT
);

CREATE TABLE transmittals (
    correspondence_id INTEGER PRIMARY KEY NOT NULL REFERENCES correspondences (id),
    purpose TEXT NOT NULL
);

CREATE TABLE transmittal_items (
    organization_id INTEGER NOT NULL,
    transmittal_id INTEGER NOT NULL,
    item_id INTEGER NOT NULL,
    PRIMARY KEY (organization_id, transmittal_id, item_id),
    FOREIGN KEY (organization_id, transmittal_id) REFERENCES correspondences (organization_id, id),
    FOREIGN KEY (organization_id, item_id) REFERENCES correspondences (organization_id, id)
);

CREATE TABLE circulations (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    organization_id INTEGER NOT NULL,
    correspondence_id INTEGER NOT NULL,
    circulation_subject TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (organization_id, id),
    FOREIGN KEY (organization_id, correspondence_id)
        REFERENCES correspondences (organization_id, id)
);

CREATE TABLE contract_drawings (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    organization_id INTEGER NOT NULL,
    project_id INTEGER NOT NULL,
    drawing_number TEXT NOT NULL,
    title TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (organization_id, id),
    UNIQUE (organization_id, project_id, drawing_number),
    FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id)
);

CREATE TABLE shop_drawings (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    organization_id INTEGER NOT NULL,
    project_id INTEGER NOT NULL,
    drawing_number TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (organization_id, id),
    UNIQUE (organization_id, project_id, drawing_number),
    FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id)
);

CREATE TABLE shop_drawing_revisions (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    shop_drawing_id INTEGER NOT NULL REFERENCES shop_drawings (id),
    revision_number INTEGER NOT NULL,
    title TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (shop_drawing_id, revision_number)
);

CREATE TABLE asbuilt_drawings (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    organization_id INTEGER NOT NULL,
    project_id INTEGER NOT NULL,
    drawing_number TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (organization_id, id),
    UNIQUE (organization_id, project_id, drawing_number),
    FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id)
);

CREATE TABLE asbuilt_drawing_revisions (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    asbuilt_drawing_id INTEGER NOT NULL REFERENCES asbuilt_drawings (id),
    revision_number INTEGER NOT NULL,
    title TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (asbuilt_drawing_id, revision_number)
);

CREATE TABLE attachments (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    organization_id INTEGER NOT NULL REFERENCES organizations (id),
    original_filename TEXT NOT NULL,
    mime_type TEXT NOT NULL,
    file_size BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (organization_id, id)
);

CREATE TABLE correspondence_attachments (
    organization_id INTEGER NOT NULL,
    correspondence_id INTEGER NOT NULL,
    attachment_id INTEGER NOT NULL,
    PRIMARY KEY (organization_id, correspondence_id, attachment_id),
    FOREIGN KEY (organization_id, correspondence_id)
        REFERENCES correspondences (organization_id, id),
    FOREIGN KEY (organization_id, attachment_id) REFERENCES attachments (organization_id, id)
);

-- On MariaDB this table has partitions, and so no foreign keys. Here it has none either: the
-- models are the same.
CREATE TABLE notifications (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    organization_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    title TEXT NOT NULL,
    message TEXT NOT NULL,
    is_read BOOLEAN NOT NULL DEFAULT FALSE,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (organization_id, id)
);
CREATE INDEX notifications_of_users ON notifications (organization_id, user_id);

-- The workflows had UUIDs from the beginning, as texts.
CREATE TABLE workflow_definitions (
    id CHAR(36) NOT NULL PRIMARY KEY,
    organization_id INTEGER NOT NULL REFERENCES organizations (id),
    workflow_code TEXT NOT NULL,
    first_state TEXT NOT NULL,
    UNIQUE (organization_id, id),
    UNIQUE (organization_id, workflow_code)
);

CREATE TABLE workflow_instances (
    id CHAR(36) NOT NULL PRIMARY KEY,
    organization_id INTEGER NOT NULL,
    definition_id CHAR(36) NOT NULL,
    correspondence_id INTEGER NOT NULL,
    current_state TEXT NOT NULL,
    UNIQUE (organization_id, id),
    FOREIGN KEY (organization_id, definition_id)
        REFERENCES workflow_definitions (organization_id, id),
    FOREIGN KEY (organization_id, correspondence_id)
        REFERENCES correspondences (organization_id, id)
);

CREATE TABLE workflow_histories (
    id CHAR(36) NOT NULL PRIMARY KEY,
    instance_id CHAR(36) NOT NULL REFERENCES workflow_instances (id),
    from_state TEXT,
    to_state TEXT NOT NULL,
    action TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX workflow_histories_of_instances ON workflow_histories (instance_id);

CREATE TABLE audit_logs (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    organization_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    action TEXT NOT NULL,
    entity_type TEXT NOT NULL,
    entity_id BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (organization_id, id),
    FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, user_id)
);
