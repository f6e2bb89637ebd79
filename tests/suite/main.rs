//! The guarantees of the library, one file each.

#[path = "../gear/mod.rs"]
mod gear;
mod support;

mod deletes;
mod inserts;
mod joins;
mod reads;
mod updates;
