-- The system as it was before it had public ids: each row has a number and nothing else.
-- Every key of a tenant's table begins with the organization, and so does every reference.

-- The organizations are the tenants: each sees its own row.
CREATE TABLE organizations (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    organization_code VARCHAR(255) NOT NULL,
    organization_name VARCHAR(255) NOT NULL,
    created_at DATETIME(6) NOT NULL
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE users (
    user_id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    organization_id INT NOT NULL,
    username VARCHAR(255) NOT NULL,
    full_name VARCHAR(255) NOT NULL,
    created_at DATETIME(6) NOT NULL,
    UNIQUE (organization_id, user_id),
    UNIQUE (organization_id, username),
    FOREIGN KEY (organization_id) REFERENCES organizations (id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- What a user signs in with. Only a digest of it is kept.
CREATE TABLE refresh_tokens (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    organization_id INT NOT NULL,
    user_id INT NOT NULL,
    digest BINARY(32) NOT NULL UNIQUE,
    expires_at DATETIME(6) NOT NULL,
    UNIQUE (organization_id, id),
    FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, user_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE projects (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    organization_id INT NOT NULL,
    project_code VARCHAR(255) NOT NULL,
    project_name VARCHAR(255) NOT NULL,
    created_at DATETIME(6) NOT NULL,
    UNIQUE (organization_id, id),
    UNIQUE (organization_id, project_code),
    FOREIGN KEY (organization_id) REFERENCES organizations (id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- Who takes part in a project, and as what: here the one organization that has it.
CREATE TABLE project_organizations (
    organization_id INT NOT NULL,
    project_id INT NOT NULL,
    role VARCHAR(255) NOT NULL,
    PRIMARY KEY (organization_id, project_id),
    FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE user_assignments (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    organization_id INT NOT NULL,
    user_id INT NOT NULL,
    project_id INT NOT NULL,
    role VARCHAR(255) NOT NULL,
    UNIQUE (organization_id, id),
    UNIQUE (organization_id, user_id, project_id),
    FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, user_id),
    FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE contracts (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    organization_id INT NOT NULL,
    project_id INT NOT NULL,
    contract_code VARCHAR(255) NOT NULL,
    contract_name VARCHAR(255) NOT NULL,
    created_at DATETIME(6) NOT NULL,
    UNIQUE (organization_id, id),
    UNIQUE (organization_id, contract_code),
    FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE contract_organizations (
    organization_id INT NOT NULL,
    contract_id INT NOT NULL,
    role VARCHAR(255) NOT NULL,
    PRIMARY KEY (organization_id, contract_id),
    FOREIGN KEY (organization_id, contract_id) REFERENCES contracts (organization_id, id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE document_number_formats (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    organization_id INT NOT NULL,
    project_id INT NOT NULL,
    type_code VARCHAR(20) NOT NULL,
    format_template TEXT NOT NULL,
    UNIQUE (organization_id, id),
    UNIQUE (organization_id, project_id, type_code),
    FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE document_number_counters (
    organization_id INT NOT NULL,
    project_id INT NOT NULL,
    type_code VARCHAR(20) NOT NULL,
    last_number INT NOT NULL,
    PRIMARY KEY (organization_id, project_id, type_code),
    FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE correspondences (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    organization_id INT NOT NULL,
    project_id INT NOT NULL,
    originator_id INT NOT NULL,
    type_code VARCHAR(20) NOT NULL,
    correspondence_number VARCHAR(255) NOT NULL,
    created_at DATETIME(6) NOT NULL,
    UNIQUE (organization_id, id),
    UNIQUE (organization_id, project_id, correspondence_number),
    FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id),
    FOREIGN KEY (organization_id, originator_id) REFERENCES users (organization_id, user_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE correspondence_revisions (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    correspondence_id INT NOT NULL,
    revision_number INT NOT NULL,
    subject VARCHAR(255) NOT NULL,
    body TEXT NOT NULL,
    created_at DATETIME(6) NOT NULL,
    UNIQUE (correspondence_id, revision_number),
    FOREIGN KEY (correspondence_id) REFERENCES correspondences (id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE correspondence_recipients (
    organization_id INT NOT NULL,
    correspondence_id INT NOT NULL,
    user_id INT NOT NULL,
    recipient_type VARCHAR(255) NOT NULL,
    PRIMARY KEY (organization_id, correspondence_id, user_id),
    FOREIGN KEY (organization_id, correspondence_id)
        REFERENCES correspondences (organization_id, id),
    FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, user_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE tags (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    organization_id INT NOT NULL,
    tag_name VARCHAR(255) NOT NULL,
    UNIQUE (organization_id, id),
    UNIQUE (organization_id, tag_name),
    FOREIGN KEY (organization_id) REFERENCES organizations (id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE correspondence_tags (
    organization_id INT NOT NULL,
    correspondence_id INT NOT NULL,
    tag_id INT NOT NULL,
    PRIMARY KEY (organization_id, correspondence_id, tag_id),
    FOREIGN KEY (organization_id, correspondence_id)
        REFERENCES correspondences (organization_id, id),
    FOREIGN KEY (organization_id, tag_id) REFERENCES tags (organization_id, id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- The tables that have their key from another one: an RFA and a transmittal is a
-- correspondence, and a revision of an RFA is a revision of its correspondence.
CREATE TABLE rfas (
    id INT NOT NULL PRIMARY KEY,
    rfa_type VARCHAR(255) NOT NULL,
    FOREIGN KEY (id) REFERENCES correspondences (id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE rfa_revisions (
    id INT NOT NULL PRIMARY KEY,
    status_code VARCHAR(255) NOT NULL,
    approve_code VARCHAR(255),
    FOREIGN KEY (id) REFERENCES correspondence_revisions (id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE transmittals (
    correspondence_id INT NOT NULL PRIMARY KEY,
    purpose VARCHAR(255) NOT NULL,
    FOREIGN KEY (correspondence_id) REFERENCES correspondences (id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE transmittal_items (
    organization_id INT NOT NULL,
    transmittal_id INT NOT NULL,
    item_id INT NOT NULL,
    PRIMARY KEY (organization_id, transmittal_id, item_id),
    FOREIGN KEY (organization_id, transmittal_id) REFERENCES correspondences (organization_id, id),
    FOREIGN KEY (organization_id, item_id) REFERENCES correspondences (organization_id, id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE circulations (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    organization_id INT NOT NULL,
    correspondence_id INT NOT NULL,
    circulation_subject VARCHAR(255) NOT NULL,
    created_at DATETIME(6) NOT NULL,
    UNIQUE (organization_id, id),
    FOREIGN KEY (organization_id, correspondence_id)
        REFERENCES correspondences (organization_id, id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE contract_drawings (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    organization_id INT NOT NULL,
    project_id INT NOT NULL,
    drawing_number VARCHAR(255) NOT NULL,
    title VARCHAR(255) NOT NULL,
    created_at DATETIME(6) NOT NULL,
    UNIQUE (organization_id, id),
    UNIQUE (organization_id, project_id, drawing_number),
    FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE shop_drawings (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    organization_id INT NOT NULL,
    project_id INT NOT NULL,
    drawing_number VARCHAR(255) NOT NULL,
    created_at DATETIME(6) NOT NULL,
    UNIQUE (organization_id, id),
    UNIQUE (organization_id, project_id, drawing_number),
    FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE shop_drawing_revisions (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    shop_drawing_id INT NOT NULL,
    revision_number INT NOT NULL,
    title VARCHAR(255) NOT NULL,
    created_at DATETIME(6) NOT NULL,
    UNIQUE (shop_drawing_id, revision_number),
    FOREIGN KEY (shop_drawing_id) REFERENCES shop_drawings (id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE asbuilt_drawings (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    organization_id INT NOT NULL,
    project_id INT NOT NULL,
    drawing_number VARCHAR(255) NOT NULL,
    created_at DATETIME(6) NOT NULL,
    UNIQUE (organization_id, id),
    UNIQUE (organization_id, project_id, drawing_number),
    FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE asbuilt_drawing_revisions (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    asbuilt_drawing_id INT NOT NULL,
    revision_number INT NOT NULL,
    title VARCHAR(255) NOT NULL,
    created_at DATETIME(6) NOT NULL,
    UNIQUE (asbuilt_drawing_id, revision_number),
    FOREIGN KEY (asbuilt_drawing_id) REFERENCES asbuilt_drawings (id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE attachments (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    organization_id INT NOT NULL,
    original_filename VARCHAR(255) NOT NULL,
    mime_type VARCHAR(255) NOT NULL,
    file_size BIGINT NOT NULL,
    created_at DATETIME(6) NOT NULL,
    UNIQUE (organization_id, id),
    FOREIGN KEY (organization_id) REFERENCES organizations (id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE correspondence_attachments (
    organization_id INT NOT NULL,
    correspondence_id INT NOT NULL,
    attachment_id INT NOT NULL,
    PRIMARY KEY (organization_id, correspondence_id, attachment_id),
    FOREIGN KEY (organization_id, correspondence_id)
        REFERENCES correspondences (organization_id, id),
    FOREIGN KEY (organization_id, attachment_id) REFERENCES attachments (organization_id, id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- By month it would be many: here a partition is a year. A table with partitions has no foreign
-- keys, and each unique key of it holds the column that the partitions go by.
CREATE TABLE notifications (
    id INT NOT NULL AUTO_INCREMENT,
    organization_id INT NOT NULL,
    user_id INT NOT NULL,
    title VARCHAR(255) NOT NULL,
    message TEXT NOT NULL,
    is_read BOOLEAN NOT NULL DEFAULT FALSE,
    created_at DATETIME(6) NOT NULL,
    PRIMARY KEY (organization_id, id, created_at),
    KEY (id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin
PARTITION BY RANGE COLUMNS (created_at) (
    PARTITION before_2026 VALUES LESS THAN ('2026-01-01'),
    PARTITION of_2026 VALUES LESS THAN ('2027-01-01'),
    PARTITION later VALUES LESS THAN (MAXVALUE)
);
CREATE INDEX notifications_of_users ON notifications (organization_id, user_id);

-- The workflows had UUIDs from the beginning, as texts.
CREATE TABLE workflow_definitions (
    id CHAR(36) NOT NULL PRIMARY KEY,
    organization_id INT NOT NULL,
    workflow_code VARCHAR(255) NOT NULL,
    first_state VARCHAR(255) NOT NULL,
    UNIQUE (organization_id, id),
    UNIQUE (organization_id, workflow_code),
    FOREIGN KEY (organization_id) REFERENCES organizations (id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE workflow_instances (
    id CHAR(36) NOT NULL PRIMARY KEY,
    organization_id INT NOT NULL,
    definition_id CHAR(36) NOT NULL,
    correspondence_id INT NOT NULL,
    current_state VARCHAR(255) NOT NULL,
    UNIQUE (organization_id, id),
    FOREIGN KEY (organization_id, definition_id)
        REFERENCES workflow_definitions (organization_id, id),
    FOREIGN KEY (organization_id, correspondence_id)
        REFERENCES correspondences (organization_id, id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE workflow_histories (
    id CHAR(36) NOT NULL PRIMARY KEY,
    instance_id CHAR(36) NOT NULL,
    from_state VARCHAR(255),
    to_state VARCHAR(255) NOT NULL,
    action VARCHAR(255) NOT NULL,
    created_at DATETIME(6) NOT NULL,
    FOREIGN KEY (instance_id) REFERENCES workflow_instances (id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
CREATE INDEX workflow_histories_of_instances ON workflow_histories (instance_id);

CREATE TABLE audit_logs (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    organization_id INT NOT NULL,
    user_id INT NOT NULL,
    action VARCHAR(255) NOT NULL,
    entity_type VARCHAR(255) NOT NULL,
    entity_id BIGINT NOT NULL,
    created_at DATETIME(6) NOT NULL,
    UNIQUE (organization_id, id),
    FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, user_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
