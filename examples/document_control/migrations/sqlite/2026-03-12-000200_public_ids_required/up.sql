-- Phase 1 on SQLite, the second half: each row has an id of its own. SQLite adds no NOT NULL to a
-- column, so that triggers say it. The UPDATE changes nothing: it fails if there is a row that the
-- backfill has not reached.
CREATE TRIGGER users_uuid_inserted BEFORE INSERT ON users
    WHEN typeof(NEW.uuid) <> 'blob' OR length(NEW.uuid) <> 16
    BEGIN SELECT RAISE(ABORT, 'users.uuid is 16 bytes'); END;
CREATE TRIGGER users_uuid_updated BEFORE UPDATE OF uuid ON users
    WHEN typeof(NEW.uuid) <> 'blob' OR length(NEW.uuid) <> 16
    BEGIN SELECT RAISE(ABORT, 'users.uuid is 16 bytes'); END;
UPDATE users SET uuid = NULL WHERE uuid IS NULL;
CREATE UNIQUE INDEX idx_users_uuid ON users (uuid);
CREATE TRIGGER organizations_uuid_inserted BEFORE INSERT ON organizations
    WHEN typeof(NEW.uuid) <> 'blob' OR length(NEW.uuid) <> 16
    BEGIN SELECT RAISE(ABORT, 'organizations.uuid is 16 bytes'); END;
CREATE TRIGGER organizations_uuid_updated BEFORE UPDATE OF uuid ON organizations
    WHEN typeof(NEW.uuid) <> 'blob' OR length(NEW.uuid) <> 16
    BEGIN SELECT RAISE(ABORT, 'organizations.uuid is 16 bytes'); END;
UPDATE organizations SET uuid = NULL WHERE uuid IS NULL;
CREATE UNIQUE INDEX idx_organizations_uuid ON organizations (uuid);
CREATE TRIGGER projects_uuid_inserted BEFORE INSERT ON projects
    WHEN typeof(NEW.uuid) <> 'blob' OR length(NEW.uuid) <> 16
    BEGIN SELECT RAISE(ABORT, 'projects.uuid is 16 bytes'); END;
CREATE TRIGGER projects_uuid_updated BEFORE UPDATE OF uuid ON projects
    WHEN typeof(NEW.uuid) <> 'blob' OR length(NEW.uuid) <> 16
    BEGIN SELECT RAISE(ABORT, 'projects.uuid is 16 bytes'); END;
UPDATE projects SET uuid = NULL WHERE uuid IS NULL;
CREATE UNIQUE INDEX idx_projects_uuid ON projects (uuid);
CREATE TRIGGER contracts_uuid_inserted BEFORE INSERT ON contracts
    WHEN typeof(NEW.uuid) <> 'blob' OR length(NEW.uuid) <> 16
    BEGIN SELECT RAISE(ABORT, 'contracts.uuid is 16 bytes'); END;
CREATE TRIGGER contracts_uuid_updated BEFORE UPDATE OF uuid ON contracts
    WHEN typeof(NEW.uuid) <> 'blob' OR length(NEW.uuid) <> 16
    BEGIN SELECT RAISE(ABORT, 'contracts.uuid is 16 bytes'); END;
UPDATE contracts SET uuid = NULL WHERE uuid IS NULL;
CREATE UNIQUE INDEX idx_contracts_uuid ON contracts (uuid);
CREATE TRIGGER correspondences_uuid_inserted BEFORE INSERT ON correspondences
    WHEN typeof(NEW.uuid) <> 'blob' OR length(NEW.uuid) <> 16
    BEGIN SELECT RAISE(ABORT, 'correspondences.uuid is 16 bytes'); END;
CREATE TRIGGER correspondences_uuid_updated BEFORE UPDATE OF uuid ON correspondences
    WHEN typeof(NEW.uuid) <> 'blob' OR length(NEW.uuid) <> 16
    BEGIN SELECT RAISE(ABORT, 'correspondences.uuid is 16 bytes'); END;
UPDATE correspondences SET uuid = NULL WHERE uuid IS NULL;
CREATE UNIQUE INDEX idx_correspondences_uuid ON correspondences (uuid);
CREATE TRIGGER correspondence_revisions_uuid_inserted BEFORE INSERT ON correspondence_revisions
    WHEN typeof(NEW.uuid) <> 'blob' OR length(NEW.uuid) <> 16
    BEGIN SELECT RAISE(ABORT, 'correspondence_revisions.uuid is 16 bytes'); END;
CREATE TRIGGER correspondence_revisions_uuid_updated BEFORE UPDATE OF uuid ON correspondence_revisions
    WHEN typeof(NEW.uuid) <> 'blob' OR length(NEW.uuid) <> 16
    BEGIN SELECT RAISE(ABORT, 'correspondence_revisions.uuid is 16 bytes'); END;
UPDATE correspondence_revisions SET uuid = NULL WHERE uuid IS NULL;
CREATE UNIQUE INDEX idx_correspondence_revisions_uuid ON correspondence_revisions (uuid);
CREATE TRIGGER circulations_uuid_inserted BEFORE INSERT ON circulations
    WHEN typeof(NEW.uuid) <> 'blob' OR length(NEW.uuid) <> 16
    BEGIN SELECT RAISE(ABORT, 'circulations.uuid is 16 bytes'); END;
CREATE TRIGGER circulations_uuid_updated BEFORE UPDATE OF uuid ON circulations
    WHEN typeof(NEW.uuid) <> 'blob' OR length(NEW.uuid) <> 16
    BEGIN SELECT RAISE(ABORT, 'circulations.uuid is 16 bytes'); END;
UPDATE circulations SET uuid = NULL WHERE uuid IS NULL;
CREATE UNIQUE INDEX idx_circulations_uuid ON circulations (uuid);
CREATE TRIGGER shop_drawings_uuid_inserted BEFORE INSERT ON shop_drawings
    WHEN typeof(NEW.uuid) <> 'blob' OR length(NEW.uuid) <> 16
    BEGIN SELECT RAISE(ABORT, 'shop_drawings.uuid is 16 bytes'); END;
CREATE TRIGGER shop_drawings_uuid_updated BEFORE UPDATE OF uuid ON shop_drawings
    WHEN typeof(NEW.uuid) <> 'blob' OR length(NEW.uuid) <> 16
    BEGIN SELECT RAISE(ABORT, 'shop_drawings.uuid is 16 bytes'); END;
UPDATE shop_drawings SET uuid = NULL WHERE uuid IS NULL;
CREATE UNIQUE INDEX idx_shop_drawings_uuid ON shop_drawings (uuid);
CREATE TRIGGER shop_drawing_revisions_uuid_inserted BEFORE INSERT ON shop_drawing_revisions
    WHEN typeof(NEW.uuid) <> 'blob' OR length(NEW.uuid) <> 16
    BEGIN SELECT RAISE(ABORT, 'shop_drawing_revisions.uuid is 16 bytes'); END;
CREATE TRIGGER shop_drawing_revisions_uuid_updated BEFORE UPDATE OF uuid ON shop_drawing_revisions
    WHEN typeof(NEW.uuid) <> 'blob' OR length(NEW.uuid) <> 16
    BEGIN SELECT RAISE(ABORT, 'shop_drawing_revisions.uuid is 16 bytes'); END;
UPDATE shop_drawing_revisions SET uuid = NULL WHERE uuid IS NULL;
CREATE UNIQUE INDEX idx_shop_drawing_revisions_uuid ON shop_drawing_revisions (uuid);
CREATE TRIGGER contract_drawings_uuid_inserted BEFORE INSERT ON contract_drawings
    WHEN typeof(NEW.uuid) <> 'blob' OR length(NEW.uuid) <> 16
    BEGIN SELECT RAISE(ABORT, 'contract_drawings.uuid is 16 bytes'); END;
CREATE TRIGGER contract_drawings_uuid_updated BEFORE UPDATE OF uuid ON contract_drawings
    WHEN typeof(NEW.uuid) <> 'blob' OR length(NEW.uuid) <> 16
    BEGIN SELECT RAISE(ABORT, 'contract_drawings.uuid is 16 bytes'); END;
UPDATE contract_drawings SET uuid = NULL WHERE uuid IS NULL;
CREATE UNIQUE INDEX idx_contract_drawings_uuid ON contract_drawings (uuid);
CREATE TRIGGER asbuilt_drawings_uuid_inserted BEFORE INSERT ON asbuilt_drawings
    WHEN typeof(NEW.uuid) <> 'blob' OR length(NEW.uuid) <> 16
    BEGIN SELECT RAISE(ABORT, 'asbuilt_drawings.uuid is 16 bytes'); END;
CREATE TRIGGER asbuilt_drawings_uuid_updated BEFORE UPDATE OF uuid ON asbuilt_drawings
    WHEN typeof(NEW.uuid) <> 'blob' OR length(NEW.uuid) <> 16
    BEGIN SELECT RAISE(ABORT, 'asbuilt_drawings.uuid is 16 bytes'); END;
UPDATE asbuilt_drawings SET uuid = NULL WHERE uuid IS NULL;
CREATE UNIQUE INDEX idx_asbuilt_drawings_uuid ON asbuilt_drawings (uuid);
CREATE TRIGGER asbuilt_drawing_revisions_uuid_inserted BEFORE INSERT ON asbuilt_drawing_revisions
    WHEN typeof(NEW.uuid) <> 'blob' OR length(NEW.uuid) <> 16
    BEGIN SELECT RAISE(ABORT, 'asbuilt_drawing_revisions.uuid is 16 bytes'); END;
CREATE TRIGGER asbuilt_drawing_revisions_uuid_updated BEFORE UPDATE OF uuid ON asbuilt_drawing_revisions
    WHEN typeof(NEW.uuid) <> 'blob' OR length(NEW.uuid) <> 16
    BEGIN SELECT RAISE(ABORT, 'asbuilt_drawing_revisions.uuid is 16 bytes'); END;
UPDATE asbuilt_drawing_revisions SET uuid = NULL WHERE uuid IS NULL;
CREATE UNIQUE INDEX idx_asbuilt_drawing_revisions_uuid ON asbuilt_drawing_revisions (uuid);
CREATE TRIGGER attachments_uuid_inserted BEFORE INSERT ON attachments
    WHEN typeof(NEW.uuid) <> 'blob' OR length(NEW.uuid) <> 16
    BEGIN SELECT RAISE(ABORT, 'attachments.uuid is 16 bytes'); END;
CREATE TRIGGER attachments_uuid_updated BEFORE UPDATE OF uuid ON attachments
    WHEN typeof(NEW.uuid) <> 'blob' OR length(NEW.uuid) <> 16
    BEGIN SELECT RAISE(ABORT, 'attachments.uuid is 16 bytes'); END;
UPDATE attachments SET uuid = NULL WHERE uuid IS NULL;
CREATE UNIQUE INDEX idx_attachments_uuid ON attachments (uuid);
-- As on MariaDB, where a table with partitions takes no unique one.
CREATE TRIGGER notifications_uuid_inserted BEFORE INSERT ON notifications
    WHEN typeof(NEW.uuid) <> 'blob' OR length(NEW.uuid) <> 16
    BEGIN SELECT RAISE(ABORT, 'notifications.uuid is 16 bytes'); END;
CREATE TRIGGER notifications_uuid_updated BEFORE UPDATE OF uuid ON notifications
    WHEN typeof(NEW.uuid) <> 'blob' OR length(NEW.uuid) <> 16
    BEGIN SELECT RAISE(ABORT, 'notifications.uuid is 16 bytes'); END;
UPDATE notifications SET uuid = NULL WHERE uuid IS NULL;
CREATE INDEX idx_notifications_uuid ON notifications (uuid);
