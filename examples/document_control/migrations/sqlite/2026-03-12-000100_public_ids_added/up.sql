-- Phase 1 on SQLite, the first half: the column. The rows that are there get their ids from the
-- backfill, in batches, and the second half comes when it is done.
ALTER TABLE users ADD COLUMN uuid BLOB;
ALTER TABLE organizations ADD COLUMN uuid BLOB;
ALTER TABLE projects ADD COLUMN uuid BLOB;
ALTER TABLE contracts ADD COLUMN uuid BLOB;
ALTER TABLE correspondences ADD COLUMN uuid BLOB;
ALTER TABLE correspondence_revisions ADD COLUMN uuid BLOB;
ALTER TABLE circulations ADD COLUMN uuid BLOB;
ALTER TABLE shop_drawings ADD COLUMN uuid BLOB;
ALTER TABLE shop_drawing_revisions ADD COLUMN uuid BLOB;
ALTER TABLE contract_drawings ADD COLUMN uuid BLOB;
ALTER TABLE asbuilt_drawings ADD COLUMN uuid BLOB;
ALTER TABLE asbuilt_drawing_revisions ADD COLUMN uuid BLOB;
ALTER TABLE attachments ADD COLUMN uuid BLOB;
ALTER TABLE notifications ADD COLUMN uuid BLOB;
