-- The tenants: who rents. Each sees its own row.
CREATE TABLE tenancy_tenants (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    public_id BINARY(16) NOT NULL,
    name VARCHAR(255) NOT NULL,
    disabled_at DATETIME(6),
    created_at DATETIME(6) NOT NULL,
    updated_at DATETIME(6) NOT NULL,
    deleted_at DATETIME(6),
    UNIQUE (id, public_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- The users. Each has a tenant of its own, its home, and is a member of others by a membership.
CREATE TABLE tenancy_users (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    public_id BINARY(16) NOT NULL,
    tenant_id BIGINT NOT NULL,
    username VARCHAR(255),
    display_name VARCHAR(255),
    email VARCHAR(255),
    disabled_at DATETIME(6),
    created_at DATETIME(6) NOT NULL,
    updated_at DATETIME(6) NOT NULL,
    deleted_at DATETIME(6),
    UNIQUE (tenant_id, id),
    UNIQUE (tenant_id, public_id),
    FOREIGN KEY (tenant_id) REFERENCES tenancy_tenants (id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- Who a provider of identities says it is. `proof` is a digest of both.
CREATE TABLE tenancy_logins (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    public_id BINARY(16) NOT NULL,
    tenant_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    issuer VARCHAR(255) NOT NULL,
    subject VARCHAR(255) NOT NULL,
    proof BINARY(16) NOT NULL,
    created_at DATETIME(6) NOT NULL,
    updated_at DATETIME(6) NOT NULL,
    deleted_at DATETIME(6),
    UNIQUE (tenant_id, id),
    CONSTRAINT tenancy_logins_proof UNIQUE (proof),
    FOREIGN KEY (tenant_id, user_id) REFERENCES tenancy_users (tenant_id, id),
    FOREIGN KEY (tenant_id) REFERENCES tenancy_tenants (id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
CREATE INDEX tenancy_logins_users ON tenancy_logins (tenant_id, user_id);

-- Who may come into a tenant, and as what. The user may have its home elsewhere, so that no
-- key leads there: it would tell which users there are. Users are marked as deleted, and stay.
CREATE TABLE tenancy_memberships (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    public_id BINARY(16) NOT NULL,
    tenant_id BIGINT NOT NULL,
    tenant_public_id BINARY(16) NOT NULL,
    user_home_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    user_public_id BINARY(16) NOT NULL,
    role VARCHAR(255) NOT NULL,
    display_name VARCHAR(255),
    created_at DATETIME(6) NOT NULL,
    updated_at DATETIME(6) NOT NULL,
    deleted_at DATETIME(6),
    UNIQUE (tenant_id, id),
    UNIQUE (tenant_id, user_public_id),
    FOREIGN KEY (tenant_id, tenant_public_id) REFERENCES tenancy_tenants (id, public_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- Where a user who is at home in this tenant is a member too. It opens nothing by itself: the
-- membership does.
CREATE TABLE tenancy_visits (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    tenant_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    visited_id BIGINT NOT NULL,
    visited_public_id BINARY(16) NOT NULL,
    created_at DATETIME(6) NOT NULL,
    UNIQUE (tenant_id, id),
    UNIQUE (tenant_id, user_id, visited_public_id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES tenancy_users (tenant_id, id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- Who was asked to come into a tenant. The secret is shown once, and not kept.
CREATE TABLE tenancy_invitations (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    public_id BINARY(16) NOT NULL,
    tenant_id BIGINT NOT NULL,
    tenant_public_id BINARY(16) NOT NULL,
    role VARCHAR(255) NOT NULL,
    note VARCHAR(255),
    proof BINARY(16) NOT NULL UNIQUE,
    secret_hash BINARY(32) NOT NULL,
    invited_by BINARY(16),
    made_with BINARY(16),
    expires_at DATETIME(6) NOT NULL,
    accepted_at DATETIME(6),
    accepted_by BINARY(16),
    created_at DATETIME(6) NOT NULL,
    updated_at DATETIME(6) NOT NULL,
    deleted_at DATETIME(6),
    UNIQUE (tenant_id, id),
    FOREIGN KEY (tenant_id, tenant_public_id) REFERENCES tenancy_tenants (id, public_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- Keys for programs. A key opens one tenant as one of its members.
CREATE TABLE tenancy_api_keys (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    public_id BINARY(16) NOT NULL,
    tenant_id BIGINT NOT NULL,
    user_public_id BINARY(16) NOT NULL,
    name VARCHAR(255) NOT NULL,
    prefix VARCHAR(255) NOT NULL,
    proof BINARY(16) NOT NULL UNIQUE,
    secret_hash BINARY(32) NOT NULL,
    scopes TEXT,
    read_only BOOLEAN NOT NULL,
    made_with BINARY(16),
    expires_at DATETIME(6),
    last_used_at DATETIME(6),
    created_at DATETIME(6) NOT NULL,
    updated_at DATETIME(6) NOT NULL,
    deleted_at DATETIME(6),
    UNIQUE (tenant_id, id),
    UNIQUE (tenant_id, public_id),
    FOREIGN KEY (tenant_id, user_public_id)
        REFERENCES tenancy_memberships (tenant_id, user_public_id),
    FOREIGN KEY (tenant_id) REFERENCES tenancy_tenants (id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
CREATE INDEX tenancy_api_keys_members ON tenancy_api_keys (tenant_id, user_public_id);

-- Delegated tokens that ended before their time.
CREATE TABLE tenancy_revoked_tokens (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    tenant_id BIGINT NOT NULL,
    token_id BINARY(16) NOT NULL,
    expires_at DATETIME(6) NOT NULL,
    created_at DATETIME(6) NOT NULL,
    UNIQUE (tenant_id, token_id),
    FOREIGN KEY (tenant_id) REFERENCES tenancy_tenants (id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- The users who are operators, by their home and their key there. Migrations fill it: no scope
-- writes here.
CREATE TABLE tenancy_operators (
    tenant_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    created_at DATETIME(6) NOT NULL,
    PRIMARY KEY (tenant_id, user_id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES tenancy_users (tenant_id, id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
