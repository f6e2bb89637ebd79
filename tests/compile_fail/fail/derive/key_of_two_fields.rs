use tenancy::TenantKey;

#[derive(Debug, Clone, PartialEq, Eq, Hash, TenantKey)]
struct Pair(i64, i64);

fn main() {}
