-- Phase 1 on MariaDB. The default gives each row that is there a UUID of its own (version 1), and a
-- row that somebody adds by hand; the library makes version 7 for each row that it inserts.
ALTER TABLE users
    ADD COLUMN uuid UUID NOT NULL DEFAULT UUID(),
    ADD UNIQUE INDEX idx_users_uuid (uuid);
ALTER TABLE organizations
    ADD COLUMN uuid UUID NOT NULL DEFAULT UUID(),
    ADD UNIQUE INDEX idx_organizations_uuid (uuid);
ALTER TABLE projects
    ADD COLUMN uuid UUID NOT NULL DEFAULT UUID(),
    ADD UNIQUE INDEX idx_projects_uuid (uuid);
ALTER TABLE contracts
    ADD COLUMN uuid UUID NOT NULL DEFAULT UUID(),
    ADD UNIQUE INDEX idx_contracts_uuid (uuid);
ALTER TABLE correspondences
    ADD COLUMN uuid UUID NOT NULL DEFAULT UUID(),
    ADD UNIQUE INDEX idx_correspondences_uuid (uuid);
ALTER TABLE correspondence_revisions
    ADD COLUMN uuid UUID NOT NULL DEFAULT UUID(),
    ADD UNIQUE INDEX idx_correspondence_revisions_uuid (uuid);
ALTER TABLE circulations
    ADD COLUMN uuid UUID NOT NULL DEFAULT UUID(),
    ADD UNIQUE INDEX idx_circulations_uuid (uuid);
ALTER TABLE shop_drawings
    ADD COLUMN uuid UUID NOT NULL DEFAULT UUID(),
    ADD UNIQUE INDEX idx_shop_drawings_uuid (uuid);
ALTER TABLE shop_drawing_revisions
    ADD COLUMN uuid UUID NOT NULL DEFAULT UUID(),
    ADD UNIQUE INDEX idx_shop_drawing_revisions_uuid (uuid);
ALTER TABLE contract_drawings
    ADD COLUMN uuid UUID NOT NULL DEFAULT UUID(),
    ADD UNIQUE INDEX idx_contract_drawings_uuid (uuid);
ALTER TABLE asbuilt_drawings
    ADD COLUMN uuid UUID NOT NULL DEFAULT UUID(),
    ADD UNIQUE INDEX idx_asbuilt_drawings_uuid (uuid);
ALTER TABLE asbuilt_drawing_revisions
    ADD COLUMN uuid UUID NOT NULL DEFAULT UUID(),
    ADD UNIQUE INDEX idx_asbuilt_drawing_revisions_uuid (uuid);
ALTER TABLE attachments
    ADD COLUMN uuid UUID NOT NULL DEFAULT UUID(),
    ADD UNIQUE INDEX idx_attachments_uuid (uuid);
-- A unique key of a table with partitions holds the column that they go by, so that this one is
-- not unique.
ALTER TABLE notifications
    ADD COLUMN uuid UUID NOT NULL DEFAULT UUID(),
    ADD INDEX idx_notifications_uuid (uuid);
