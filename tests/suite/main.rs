//! The guarantees of the library, one file each.

#[path = "../bin/mod.rs"]
mod bin;
mod dialect;
#[path = "../gear/mod.rs"]
mod gear;
#[path = "../kin/mod.rs"]
mod kin;
#[path = "../plant/mod.rs"]
mod plant;
#[path = "../shelf/mod.rs"]
mod shelf;
mod support;
mod telling;

mod authenticate;
mod boxed;
mod bulk;
mod cache;
mod cache_of_kinds;
mod children;
mod combinations;
mod database;
mod deletes;
mod dynamic;
mod errors;
mod further_targets;
mod grouping;
mod hostile;
mod inserts;
// Of SQLite. Those of the servers are in `tests/postgres` and `tests/mariadb`.
#[cfg(feature = "sqlite")]
mod inspect;
mod integer_keys;
mod joins;
mod keys;
mod keyset;
mod leaks;
mod lists;
mod migrate;
#[cfg(feature = "sqlite")]
mod narrow_keys;
mod one_to_one;
mod operators;
mod ownership;
mod pages;
mod permissions;
mod proofs;
mod public_ids;
mod reads;
mod rows;
mod scope;
mod slots;
mod soft_delete;
mod sql;
mod subqueries;
mod text_ids;
mod times;
mod tracing;
mod transactions;
mod trees;
mod under;
mod updates;
// MySQL and MariaDB have no RETURNING on UPDATE: there it does not compile.
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod updates_returned;
mod upserts;
mod versions;
mod windows;
