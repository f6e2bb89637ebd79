CREATE TABLE api_keys (
    id INTEGER PRIMARY KEY NOT NULL,
    tenant_id BIGINT NOT NULL,
    secret TEXT NOT NULL UNIQUE
);

CREATE TABLE categories (
    id INTEGER PRIMARY KEY NOT NULL,
    tenant_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (tenant_id, id),
    UNIQUE (tenant_id, name)
);

CREATE TABLE items (
    id INTEGER PRIMARY KEY NOT NULL,
    tenant_id BIGINT NOT NULL,
    category_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (tenant_id, id),
    UNIQUE (tenant_id, name),
    FOREIGN KEY (tenant_id, category_id) REFERENCES categories (tenant_id, id)
);

-- Two customers, and what each of them owns so far.
INSERT INTO api_keys (tenant_id, secret) VALUES (1, 'anna-demo-key'), (2, 'ben-demo-key');
INSERT INTO categories (id, tenant_id, name) VALUES (1, 1, 'Camp'), (2, 2, 'Camp');
INSERT INTO items (tenant_id, category_id, name) VALUES (2, 2, 'Tent'), (2, 2, 'Stove');
