use tenancy::TenantKey;

#[derive(TenantKey)]
struct CustomerId(i64);

fn main() {}
