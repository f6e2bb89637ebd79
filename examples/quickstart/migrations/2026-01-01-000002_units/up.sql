-- Everybody's rows: each customer reads them, and only a migration writes them.
INSERT INTO units (id, name) VALUES (1, 'piece'), (2, 'pair'), (3, 'set'), (4, 'metre');
