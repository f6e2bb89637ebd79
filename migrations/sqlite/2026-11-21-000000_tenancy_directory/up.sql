-- The tenants: who rents. Each sees its own row.
CREATE TABLE tenancy_tenants (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id BLOB NOT NULL,
    name TEXT NOT NULL,
    disabled_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    deleted_at TIMESTAMP,
    UNIQUE (id, public_id)
);

-- The users. Each has a tenant of its own, its home, and is a member of others by a membership.
CREATE TABLE tenancy_users (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id BLOB NOT NULL,
    tenant_id BIGINT NOT NULL REFERENCES tenancy_tenants (id),
    username TEXT,
    display_name TEXT,
    email TEXT,
    disabled_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    deleted_at TIMESTAMP,
    UNIQUE (tenant_id, id),
    UNIQUE (tenant_id, public_id)
);

-- Who a provider of identities says it is. `proof` is a digest of both.
CREATE TABLE tenancy_logins (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id BLOB NOT NULL,
    tenant_id BIGINT NOT NULL REFERENCES tenancy_tenants (id),
    user_id BIGINT NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    proof BLOB NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    deleted_at TIMESTAMP,
    UNIQUE (tenant_id, id),
    CONSTRAINT tenancy_logins_proof UNIQUE (proof),
    FOREIGN KEY (tenant_id, user_id) REFERENCES tenancy_users (tenant_id, id)
);
CREATE INDEX tenancy_logins_users ON tenancy_logins (tenant_id, user_id);

-- Who may come into a tenant, and as what. The user may have its home elsewhere, so that no
-- key leads there: it would tell which users there are. Users are marked as deleted, and stay.
CREATE TABLE tenancy_memberships (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id BLOB NOT NULL,
    tenant_id BIGINT NOT NULL,
    tenant_public_id BLOB NOT NULL,
    user_home_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    user_public_id BLOB NOT NULL,
    role TEXT NOT NULL,
    display_name TEXT,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    deleted_at TIMESTAMP,
    UNIQUE (tenant_id, id),
    UNIQUE (tenant_id, user_public_id),
    FOREIGN KEY (tenant_id, tenant_public_id) REFERENCES tenancy_tenants (id, public_id)
);

-- Where a user who is at home in this tenant is a member too. It opens nothing by itself: the
-- membership does.
CREATE TABLE tenancy_visits (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    tenant_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    visited_id BIGINT NOT NULL,
    visited_public_id BLOB NOT NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (tenant_id, id),
    UNIQUE (tenant_id, user_id, visited_public_id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES tenancy_users (tenant_id, id)
);

-- Who was asked to come into a tenant. The secret is shown once, and not kept.
CREATE TABLE tenancy_invitations (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id BLOB NOT NULL,
    tenant_id BIGINT NOT NULL,
    tenant_public_id BLOB NOT NULL,
    role TEXT NOT NULL,
    note TEXT,
    proof BLOB NOT NULL UNIQUE,
    secret_hash BLOB NOT NULL,
    invited_by BLOB,
    made_with BLOB,
    expires_at TIMESTAMP NOT NULL,
    accepted_at TIMESTAMP,
    accepted_by BLOB,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    deleted_at TIMESTAMP,
    UNIQUE (tenant_id, id),
    FOREIGN KEY (tenant_id, tenant_public_id) REFERENCES tenancy_tenants (id, public_id)
);

-- Keys for programs. A key opens one tenant as one of its members.
CREATE TABLE tenancy_api_keys (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id BLOB NOT NULL,
    tenant_id BIGINT NOT NULL REFERENCES tenancy_tenants (id),
    user_public_id BLOB NOT NULL,
    name TEXT NOT NULL,
    prefix TEXT NOT NULL,
    proof BLOB NOT NULL UNIQUE,
    secret_hash BLOB NOT NULL,
    scopes TEXT,
    read_only BOOLEAN NOT NULL,
    made_with BLOB,
    expires_at TIMESTAMP,
    last_used_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    deleted_at TIMESTAMP,
    UNIQUE (tenant_id, id),
    UNIQUE (tenant_id, public_id),
    FOREIGN KEY (tenant_id, user_public_id)
        REFERENCES tenancy_memberships (tenant_id, user_public_id)
);
CREATE INDEX tenancy_api_keys_members ON tenancy_api_keys (tenant_id, user_public_id);

-- Delegated tokens that ended before their time.
CREATE TABLE tenancy_revoked_tokens (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    tenant_id BIGINT NOT NULL REFERENCES tenancy_tenants (id),
    token_id BLOB NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (tenant_id, token_id)
);

-- The users who are operators, by their home and their key there. Migrations fill it: no scope
-- writes here.
CREATE TABLE tenancy_operators (
    tenant_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (tenant_id, user_id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES tenancy_users (tenant_id, id)
);
