//! The guarantees of the library, one file each.

#[path = "../gear/mod.rs"]
mod gear;
mod support;

mod authenticate;
mod deletes;
mod dynamic;
mod errors;
mod inserts;
mod joins;
mod keys;
mod reads;
mod scope;
mod updates;
