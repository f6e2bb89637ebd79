#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::Eq;
use tenancy::MayInsert;

impl MayInsert<items::table> for (Eq<items::tenant_id, i64>, Eq<items::name, String>) {}

fn main() {}
