//! The guarantees of the library, one file each.

#[path = "../gear/mod.rs"]
mod gear;
mod support;

mod authenticate;
mod database;
mod deletes;
mod dynamic;
mod errors;
mod inserts;
mod joins;
mod keys;
mod migrate;
mod reads;
mod scope;
mod transactions;
mod updates;
