//! The guarantees of the library, one file each.

#[path = "../gear/mod.rs"]
mod gear;

mod smoke;
