DROP TABLE tenancy_audit_heads;
DROP TABLE tenancy_audit_events;
