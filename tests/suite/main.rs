//! The guarantees of the library, one file each.

#[path = "../bin/mod.rs"]
mod bin;
#[path = "../gear/mod.rs"]
mod gear;
#[path = "../kin/mod.rs"]
mod kin;
mod support;
mod telling;

mod authenticate;
mod cache;
mod database;
mod deletes;
mod dynamic;
mod errors;
mod hostile;
mod inserts;
mod joins;
mod keys;
mod leaks;
mod migrate;
mod ownership;
mod reads;
mod rows;
mod scope;
mod soft_delete;
mod sql;
mod times;
mod tracing;
mod transactions;
mod updates;
mod versions;
