use tenancy::TenantKey;

#[derive(Debug, Clone, PartialEq, Eq, Hash, TenantKey)]
struct CustomerId {
    id: i64,
}

fn main() {}
