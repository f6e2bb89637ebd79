DROP TABLE tenancy_audit_heads;
DROP TABLE tenancy_audit_events;
DROP FUNCTION tenancy_audit_stays();
DROP FUNCTION tenancy_audit_counts();
