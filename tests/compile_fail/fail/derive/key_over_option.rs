use tenancy::TenantKey;

#[derive(Debug, Clone, PartialEq, Eq, Hash, TenantKey)]
struct CustomerId(Option<i64>);

fn main() {}
