use tenancy::TenantKey;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Anybody;

impl TenantKey for Anybody {}

fn main() {}
