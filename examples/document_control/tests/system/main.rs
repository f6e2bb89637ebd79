//! The system on SQLite, and with the feature `mysql` on MariaDB: what each test starts from is a
//! database of its own, filled before it had public ids.
//!
//! MariaDB is found by `TENANCY_MARIADB`, which `cargo xtask servers` prints.

mod isolation;
mod numbers;
mod one_query;
mod phases;
mod stage;
mod tables;
mod work;
