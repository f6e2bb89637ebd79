#[path = "../../gear.rs"]
mod gear;

use gear::*;
use tenancy::{Permission, With};

#[derive(Debug)]
enum Export {}

impl Permission for Export {
    const NAME: &'static str = "items:export";
}

fn export(_: &TenantScope<i64, With<Export>>) {}

fn handler(scope: &TenantScope<i64>) {
    export(scope);
}

fn main() {}
