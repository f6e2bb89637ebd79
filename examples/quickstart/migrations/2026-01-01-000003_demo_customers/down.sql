DELETE FROM api_keys;
DELETE FROM customers;
