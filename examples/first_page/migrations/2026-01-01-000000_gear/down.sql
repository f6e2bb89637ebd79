DROP TABLE items;
DROP TABLE categories;
DROP TABLE api_keys;
