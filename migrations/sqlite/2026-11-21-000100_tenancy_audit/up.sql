-- What operators did, for the tenant with this key, whose kind is told beside it. Without a tenant,
-- and of no kind: what they read across all of them. Nothing changes or deletes an event.
CREATE TABLE tenancy_audit_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id BLOB NOT NULL,
    tenant_id TEXT,
    tenant_kind TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    opened_by BIGINT,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    outcome TEXT,
    tables TEXT NOT NULL,
    reason TEXT NOT NULL,
    ticket TEXT,
    at TIMESTAMP NOT NULL,
    previous_hash BLOB NOT NULL,
    hash BLOB NOT NULL,
    UNIQUE (tenant_id, id),
    UNIQUE (tenant_id, public_id),
    UNIQUE (tenant_id, tenant_kind, sequence)
);
CREATE UNIQUE INDEX tenancy_audit_events_across
    ON tenancy_audit_events (sequence) WHERE tenant_id IS NULL;

-- Where the chain of each tenant's events ends, and that of the events without one, whose name and
-- kind are empty.
CREATE TABLE tenancy_audit_heads (
    tenant_id TEXT NOT NULL,
    tenant_kind TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (tenant_id, tenant_kind)
) WITHOUT ROWID;

CREATE TRIGGER tenancy_audit_events_stay BEFORE UPDATE ON tenancy_audit_events
BEGIN
    SELECT RAISE(ABORT, 'tenancy: an audit event stays as it is');
END;
CREATE TRIGGER tenancy_audit_events_remain BEFORE DELETE ON tenancy_audit_events
BEGIN
    SELECT RAISE(ABORT, 'tenancy: an audit event stays as it is');
END;
CREATE TRIGGER tenancy_audit_heads_remain BEFORE DELETE ON tenancy_audit_heads
BEGIN
    SELECT RAISE(ABORT, 'tenancy: a chain of audit events keeps its head');
END;

-- What replaces a row deletes it, and SQLite tells no trigger.
CREATE TRIGGER tenancy_audit_events_once BEFORE INSERT ON tenancy_audit_events
WHEN EXISTS (SELECT 1 FROM tenancy_audit_events WHERE id = NEW.id)
    OR EXISTS (SELECT 1 FROM tenancy_audit_events
        WHERE tenant_id IS NEW.tenant_id AND public_id = NEW.public_id)
    OR EXISTS (SELECT 1 FROM tenancy_audit_events
        WHERE tenant_id IS NEW.tenant_id AND sequence = NEW.sequence
            AND (tenant_id IS NULL OR tenant_kind = NEW.tenant_kind))
BEGIN
    SELECT RAISE(ABORT, 'tenancy: an audit event stays as it is');
END;
CREATE TRIGGER tenancy_audit_heads_once BEFORE INSERT ON tenancy_audit_heads
WHEN EXISTS (SELECT 1 FROM tenancy_audit_heads
    WHERE tenant_id = NEW.tenant_id AND tenant_kind = NEW.tenant_kind)
BEGIN
    SELECT RAISE(ABORT, 'tenancy: a chain of audit events keeps its head');
END;
CREATE TRIGGER tenancy_audit_heads_count BEFORE UPDATE ON tenancy_audit_heads
WHEN NEW.tenant_id IS NOT OLD.tenant_id OR NEW.tenant_kind IS NOT OLD.tenant_kind
    OR NEW.sequence IS NOT OLD.sequence + 1
BEGIN
    SELECT RAISE(ABORT, 'tenancy: the head of a chain of audit events counts up');
END;
