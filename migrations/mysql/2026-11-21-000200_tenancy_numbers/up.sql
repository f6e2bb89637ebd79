-- How far each tenant has counted in each of its series of numbers for people, in each period in which
-- a series begins anew. A series without periods has one, whose name is empty. `last_number` is the one
-- that was given last, and counts up; 9223372036854775807 is no number: the series has ended.
CREATE TABLE tenancy_numbers (
    tenant_id VARCHAR(255) NOT NULL,
    tenant_kind VARCHAR(64) NOT NULL,
    series VARCHAR(64) NOT NULL,
    period VARCHAR(16) NOT NULL,
    last_number BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, tenant_kind, series, period)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
