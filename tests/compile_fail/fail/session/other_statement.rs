#[path = "../../gear.rs"]
mod gear;

use gear::*;
use tenancy::RunScopedDsl;

fn main() {
    run(|_, session| {
        let _: Vec<String> = RunScopedDsl::load(items::table.select(items::name), session).unwrap();
    });
}
