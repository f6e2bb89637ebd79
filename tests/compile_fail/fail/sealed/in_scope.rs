#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::{Eq, Filter, exists};
use tenancy::InScope;

type Secrets = exists<Filter<secrets::table, Eq<secrets::id, items::id>>>;

impl InScope<items::table> for Secrets {}

fn main() {}
