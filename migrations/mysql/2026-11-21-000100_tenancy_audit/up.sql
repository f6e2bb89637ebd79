-- What operators did, for the tenant with this key, whose kind is told beside it. Without a tenant,
-- and of no kind: what they read across all of them. Nothing changes or deletes an event.
CREATE TABLE tenancy_audit_events (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    public_id BINARY(16) NOT NULL,
    tenant_id VARCHAR(255),
    tenant_kind VARCHAR(64) NOT NULL,
    sequence BIGINT NOT NULL,
    opened_by BIGINT,
    actor TEXT NOT NULL,
    kind VARCHAR(32) NOT NULL,
    outcome VARCHAR(32),
    tables MEDIUMTEXT NOT NULL,
    reason TEXT NOT NULL,
    ticket TEXT,
    at DATETIME(6) NOT NULL,
    previous_hash BINARY(32) NOT NULL,
    hash BINARY(32) NOT NULL,
    UNIQUE (tenant_id, id),
    UNIQUE (tenant_id, public_id),
    UNIQUE (tenant_id, tenant_kind, sequence)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- Where the chain of each tenant's events ends, and that of the events without one, whose name and
-- kind are empty.
CREATE TABLE tenancy_audit_heads (
    tenant_id VARCHAR(255) NOT NULL,
    tenant_kind VARCHAR(64) NOT NULL,
    sequence BIGINT NOT NULL,
    hash BINARY(32) NOT NULL,
    PRIMARY KEY (tenant_id, tenant_kind)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TRIGGER tenancy_audit_events_stay BEFORE UPDATE ON tenancy_audit_events FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'tenancy: an audit event stays as it is';
CREATE TRIGGER tenancy_audit_events_remain BEFORE DELETE ON tenancy_audit_events FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'tenancy: an audit event stays as it is';
CREATE TRIGGER tenancy_audit_heads_remain BEFORE DELETE ON tenancy_audit_heads FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'tenancy: a chain of audit events keeps its head';
-- A head that is there stays as it is where it was to be made.
CREATE TRIGGER tenancy_audit_heads_count BEFORE UPDATE ON tenancy_audit_heads FOR EACH ROW
    IF NEW.tenant_id <> OLD.tenant_id
        OR NEW.tenant_kind <> OLD.tenant_kind
        OR (NEW.sequence <> OLD.sequence + 1
            AND NOT (NEW.sequence = OLD.sequence AND NEW.hash = OLD.hash))
    THEN
        SIGNAL SQLSTATE '45000'
            SET MESSAGE_TEXT = 'tenancy: the head of a chain of audit events counts up';
    END IF;
