-- What the system had before it had public ids: two organizations, whose rows have the same codes,
-- names and numbers. The tokens are 'anna-demo-token' and 'ben-demo-token' of the first one, and
-- 'cora-demo-token' of the second one.
INSERT INTO organizations (id, organization_code, organization_name, created_at) VALUES
    (1, 'MAIN', 'Harbour Works', '2025-11-03 08:00:00'),
    (2, 'MAIN', 'Bridge Works', '2025-11-03 08:00:00');
INSERT INTO users (user_id, organization_id, username, full_name, created_at) VALUES
    (1, 1, 'anna', 'Anna of the harbour', '2025-11-03 08:00:00'),
    (2, 1, 'ben', 'Ben of the harbour', '2025-11-03 08:00:00'),
    (3, 2, 'anna', 'Cora, who is called Anna at the bridge', '2025-11-03 08:00:00');
INSERT INTO refresh_tokens (organization_id, user_id, digest, expires_at) VALUES
    (1, 1, X'499372981BF27D2625C9FA6F17C67ED600F17C62E63C9DF1904F58AB40654AC3', '2027-01-01 00:00:00'),
    (1, 2, X'5B5096B62E573B62426F6FD6AFFD5A5FF557C6FFEE14CB8C43F1AEDA9894C4FA', '2027-01-01 00:00:00'),
    (2, 3, X'4CE7E26F1270C88AD09D5C80FEF1596925322BBCC4D384A2415A2CB0E58F6CA5', '2027-01-01 00:00:00');
INSERT INTO projects (id, organization_id, project_code, project_name, created_at) VALUES
    (1, 1, 'P1', 'The mole', '2025-11-03 08:00:00'),
    (2, 2, 'P1', 'The north ramp', '2025-11-03 08:00:00');
INSERT INTO project_organizations (organization_id, project_id, role) VALUES
    (1, 1, 'OWNER'), (2, 2, 'OWNER');
INSERT INTO user_assignments (organization_id, user_id, project_id, role) VALUES
    (1, 1, 1, 'MANAGER'), (1, 2, 1, 'MEMBER'), (2, 3, 2, 'MANAGER');
INSERT INTO contracts (id, organization_id, project_id, contract_code, contract_name, created_at)
VALUES
    (1, 1, 1, 'C1', 'Foundations', '2025-11-03 08:00:00'),
    (2, 2, 2, 'C1', 'Foundations', '2025-11-03 08:00:00');
INSERT INTO contract_organizations (organization_id, contract_id, role) VALUES
    (1, 1, 'OWNER'), (2, 2, 'OWNER');
INSERT INTO document_number_formats (organization_id, project_id, type_code, format_template) VALUES
    (1, 1, 'LETTER', '{project}-{type}-{number}'),
    (2, 2, 'LETTER', '{project}-{type}-{number}');
INSERT INTO document_number_counters (organization_id, project_id, type_code, last_number) VALUES
    (1, 1, 'LETTER', 1), (1, 1, 'RFA', 1), (1, 1, 'TRANSMITTAL', 1), (2, 2, 'LETTER', 1);
INSERT INTO correspondences
    (id, organization_id, project_id, originator_id, type_code, correspondence_number, created_at)
VALUES
    (1, 1, 1, 1, 'LETTER', 'P1-LETTER-0001', '2025-11-04 08:00:00'),
    (2, 2, 2, 3, 'LETTER', 'P1-LETTER-0001', '2025-11-04 08:00:00'),
    (3, 1, 1, 2, 'RFA', 'P1-RFA-0001', '2025-11-05 08:00:00'),
    (4, 1, 1, 1, 'TRANSMITTAL', 'P1-TRANSMITTAL-0001', '2025-11-06 08:00:00');
INSERT INTO correspondence_revisions
    (id, correspondence_id, revision_number, subject, body, created_at)
VALUES
    (1, 1, 1, 'Piles', 'The piles are late.', '2025-11-04 08:00:00'),
    (2, 2, 1, 'Piles', 'The piles are here.', '2025-11-04 08:00:00'),
    (3, 3, 1, 'Pile caps', 'Please approve.', '2025-11-05 08:00:00'),
    (4, 1, 2, 'Piles', 'The piles are very late.', '2025-11-06 08:00:00'),
    (5, 4, 1, 'Letters', 'As enclosed.', '2025-11-06 08:00:00');
INSERT INTO correspondence_recipients
    (organization_id, correspondence_id, user_id, recipient_type)
VALUES (1, 1, 2, 'TO'), (2, 2, 3, 'TO');
INSERT INTO tags (id, organization_id, tag_name) VALUES (1, 1, 'urgent'), (2, 2, 'urgent');
INSERT INTO correspondence_tags (organization_id, correspondence_id, tag_id) VALUES
    (1, 1, 1), (2, 2, 2);
INSERT INTO rfas (id, rfa_type) VALUES (3, 'DRAWING');
INSERT INTO rfa_revisions (id, status_code, approve_code) VALUES (3, 'SUBMITTED', NULL);
INSERT INTO transmittals (correspondence_id, purpose) VALUES (4, 'FOR_INFORMATION');
INSERT INTO transmittal_items (organization_id, transmittal_id, item_id) VALUES (1, 4, 1);
INSERT INTO circulations (id, organization_id, correspondence_id, circulation_subject, created_at)
VALUES (1, 1, 1, 'To be read', '2025-11-04 09:00:00'), (2, 2, 2, 'To be read', '2025-11-04 09:00:00');
INSERT INTO contract_drawings
    (id, organization_id, project_id, drawing_number, title, created_at)
VALUES
    (1, 1, 1, 'D-001', 'Plan', '2025-11-03 08:00:00'),
    (2, 2, 2, 'D-001', 'Plan', '2025-11-03 08:00:00');
INSERT INTO shop_drawings (id, organization_id, project_id, drawing_number, created_at) VALUES
    (1, 1, 1, 'D-001', '2025-11-03 08:00:00'), (2, 2, 2, 'D-001', '2025-11-03 08:00:00');
INSERT INTO shop_drawing_revisions (id, shop_drawing_id, revision_number, title, created_at) VALUES
    (1, 1, 1, 'Cap', '2025-11-03 08:00:00'), (2, 2, 1, 'Cap', '2025-11-03 08:00:00');
INSERT INTO asbuilt_drawings (id, organization_id, project_id, drawing_number, created_at) VALUES
    (1, 1, 1, 'D-001', '2025-11-03 08:00:00'), (2, 2, 2, 'D-001', '2025-11-03 08:00:00');
INSERT INTO asbuilt_drawing_revisions
    (id, asbuilt_drawing_id, revision_number, title, created_at)
VALUES (1, 1, 1, 'Cap', '2025-11-03 08:00:00'), (2, 2, 1, 'Cap', '2025-11-03 08:00:00');
INSERT INTO attachments
    (id, organization_id, original_filename, mime_type, file_size, created_at)
VALUES
    (1, 1, 'piles.pdf', 'application/pdf', 1000, '2025-11-04 08:00:00'),
    (2, 2, 'piles.pdf', 'application/pdf', 2000, '2025-11-04 08:00:00');
INSERT INTO correspondence_attachments (organization_id, correspondence_id, attachment_id) VALUES
    (1, 1, 1), (2, 2, 2);
INSERT INTO notifications
    (id, organization_id, user_id, title, message, is_read, created_at)
VALUES
    (1, 1, 2, 'To be read', 'P1-LETTER-0001', FALSE, '2025-11-04 09:00:00'),
    (2, 2, 3, 'To be read', 'P1-LETTER-0001', FALSE, '2026-01-04 09:00:00');
INSERT INTO workflow_definitions (id, organization_id, workflow_code, first_state) VALUES
    ('5b0f6a0e-0d6c-4d8c-9f0a-0c6f3a1d0001', 1, 'RFA', 'SUBMITTED'),
    ('5b0f6a0e-0d6c-4d8c-9f0a-0c6f3a1d0002', 2, 'RFA', 'SUBMITTED');
INSERT INTO workflow_instances
    (id, organization_id, definition_id, correspondence_id, current_state)
VALUES
    ('5b0f6a0e-0d6c-4d8c-9f0a-0c6f3a1d0003', 1, '5b0f6a0e-0d6c-4d8c-9f0a-0c6f3a1d0001', 3,
        'SUBMITTED');
INSERT INTO workflow_histories (id, instance_id, from_state, to_state, action, created_at) VALUES
    ('5b0f6a0e-0d6c-4d8c-9f0a-0c6f3a1d0004', '5b0f6a0e-0d6c-4d8c-9f0a-0c6f3a1d0003', NULL,
        'SUBMITTED', 'START', '2025-11-05 08:00:00');
INSERT INTO audit_logs (organization_id, user_id, action, entity_type, entity_id, created_at) VALUES
    (1, 1, 'CREATE', 'correspondences', 1, '2025-11-04 08:00:00'),
    (2, 3, 'CREATE', 'correspondences', 2, '2025-11-04 08:00:00');
