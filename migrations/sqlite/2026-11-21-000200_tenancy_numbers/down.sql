DROP TABLE tenancy_numbers;
