#[path = "../../gear.rs"]
mod gear;

use gear::*;

use tenancy::TenantKey;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, TenantKey)]
struct CustomerId(i64);

fn of_customer(scope: &TenantScope<CustomerId>) {
    let _ = Repo::<Item>::new(scope);
}

fn of_uuid(scope: &TenantScope<uuid::Uuid>) {
    let _ = Repo::<Item>::new(scope);
}

fn of_smaller_number(scope: &TenantScope<i32>) {
    let _ = Repo::<Item>::new(scope);
}

fn main() {}
