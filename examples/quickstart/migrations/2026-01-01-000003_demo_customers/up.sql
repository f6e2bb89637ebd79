-- The customers of the demo. A service inserts its customers when they sign up, and
-- shows them their key once.
INSERT INTO customers (id, name) VALUES (1, 'Summit Rentals'), (2, 'Valley Rentals');

INSERT INTO api_keys (prefix, customer_id, secret_hash, expires_at) VALUES
    ('summit', 1, X'acab7578c15ef3a4902a6c2f8be7c3bdd885879ecc18d0537811b0d1845f5443', '2027-01-01 00:00:00'),
    ('summit-old', 1, X'4997e52fe1096ee1a6936fa83097a1b24f7fac9676dbb8df28ad01903afe35d8', '2026-01-01 00:00:00'),
    ('valley', 2, X'b134f004c0f47e341fafdafd5095e0f198fb7257eabc31a3141fed465b5edc0c', '2027-01-01 00:00:00');
