#[path = "../../gear.rs"]
mod gear;

use gear::*;

#[derive(serde::Deserialize)]
struct Job {
    scope: TenantScope<i64>,
}

fn main() {}
