#[path = "../../gear.rs"]
mod gear;

use gear::*;

struct Request {
    scope: TenantScope<i64>,
}

fn keep(scope: TenantScope<uuid::Uuid>) -> Request {
    Request { scope }
}

fn main() {}
