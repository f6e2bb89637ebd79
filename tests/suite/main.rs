//! The guarantees of the library, one file each.

#[path = "../gear/mod.rs"]
mod gear;
#[path = "../kin/mod.rs"]
mod kin;
mod support;
mod telling;

mod authenticate;
mod bulk;
mod cache;
mod database;
mod deletes;
mod dynamic;
mod errors;
mod further_targets;
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
mod sql;
mod tracing;
mod transactions;
mod under;
mod updates;
mod upserts;
