#[path = "../../gear.rs"]
mod gear;

use gear::*;
use tenancy::{Permission, With};

#[derive(Debug)]
enum Export {}

impl Permission for Export {
    const NAME: &'static str = "items:export";
}

fn export(scope: &TenantScope<i64, With<Export, ReadOnly>>, item: &NewItem<'_>) {
    let _ = Repo::<Item>::new(scope).insert(item);
}

fn main() {}
