CREATE TABLE customers (
    id INTEGER PRIMARY KEY NOT NULL,
    name TEXT NOT NULL
);

-- No column here gives a key away: only the hash of its secret half is stored.
CREATE TABLE api_keys (
    prefix TEXT PRIMARY KEY NOT NULL,
    customer_id BIGINT NOT NULL REFERENCES customers (id),
    secret_hash BLOB NOT NULL CHECK (length(secret_hash) = 32),
    expires_at TIMESTAMP NOT NULL
);

CREATE TABLE units (
    id INTEGER PRIMARY KEY NOT NULL,
    name TEXT NOT NULL UNIQUE
);

CREATE TABLE categories (
    id INTEGER PRIMARY KEY NOT NULL,
    tenant_id BIGINT NOT NULL REFERENCES customers (id),
    name TEXT NOT NULL,
    UNIQUE (tenant_id, id),
    UNIQUE (tenant_id, name)
);

-- The reference to the category carries the tenant with it: an item can only stand in
-- a category of its own tenant. A name is unique within a tenant, not among all.
CREATE TABLE items (
    id INTEGER PRIMARY KEY NOT NULL,
    tenant_id BIGINT NOT NULL REFERENCES customers (id),
    category_id BIGINT NOT NULL,
    unit_id BIGINT NOT NULL REFERENCES units (id),
    name TEXT NOT NULL,
    weight_grams INTEGER,
    price_cents INTEGER NOT NULL,
    UNIQUE (tenant_id, id),
    UNIQUE (tenant_id, name),
    CONSTRAINT a_weight_is_positive CHECK (weight_grams > 0),
    CONSTRAINT a_price_is_not_negative CHECK (price_cents >= 0),
    FOREIGN KEY (tenant_id, category_id) REFERENCES categories (tenant_id, id)
);

CREATE INDEX items_by_category ON items (tenant_id, category_id);
