DROP TABLE items;
DROP TABLE categories;
DROP TABLE units;
DROP TABLE api_keys;
DROP TABLE customers;
