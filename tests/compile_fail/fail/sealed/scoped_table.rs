#[path = "../../gear.rs"]
mod gear;

use gear::*;

use tenancy::ScopedTable;

impl ScopedTable for secrets::table {
    const TENANT: &'static str = "";
    const PRIMARY_KEY: &'static [&'static str] = &[];
}

fn main() {}
