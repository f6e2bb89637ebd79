#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::Eq;
use tenancy::MayUpdate;

impl MayUpdate<items::table> for Eq<items::tenant_id, i64> {}

fn main() {}
