#[path = "../../gear.rs"]
mod gear;

use gear::*;

use tenancy::TenantKey;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, TenantKey)]
struct CustomerId(i64);

fn rename(_: &Repo<Unit>) {}

fn of_customer(scope: &TenantScope<CustomerId>) {
    rename(&Repo::<Unit>::new(scope));
}

fn main() {}
