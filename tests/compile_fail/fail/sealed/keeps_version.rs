#[path = "../../gear.rs"]
mod gear;

use gear::*;

use tenancy::KeepsVersion;

impl KeepsVersion for items::table {
    type VersionType = diesel::sql_types::Integer;

    fn is_derived<S>(_: S) {}
}

fn main() {}
