//! The guarantees of the library, one file each.

#[path = "../gear/mod.rs"]
mod gear;
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
mod keyset;
mod leaks;
mod migrate;
mod pages;
mod reads;
mod rows;
mod scope;
mod sql;
mod tracing;
mod transactions;
mod updates;
