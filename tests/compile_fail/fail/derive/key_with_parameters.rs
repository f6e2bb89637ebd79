use tenancy::TenantKey;

#[derive(Debug, Clone, PartialEq, Eq, Hash, TenantKey)]
struct CustomerId<T>(T);

fn main() {}
