use tenancy::TenantKey;

#[derive(Debug, Clone, PartialEq, Eq, Hash, TenantKey)]
#[tenant_key(kind = "")]
struct Empty(i64);

#[derive(Debug, Clone, PartialEq, Eq, Hash, TenantKey)]
#[tenant_key(kind = "of two words")]
struct Spaced(i64);

#[derive(Debug, Clone, PartialEq, Eq, Hash, TenantKey)]
#[tenant_key(kind = "a123456789b123456789c123456789d123456789e123456789f1234567890123456789")]
struct Long(i64);

#[derive(Debug, Clone, PartialEq, Eq, Hash, TenantKey)]
#[tenant_key(kind = "customer", kind = "supplier")]
struct Twice(i64);

#[derive(Debug, Clone, PartialEq, Eq, Hash, TenantKey)]
#[tenant_key(name = "customer")]
struct Named(i64);

#[derive(Debug, Clone, PartialEq, Eq, Hash, TenantKey)]
#[tenant_key(kind = customer)]
struct Unquoted(i64);

#[derive(Debug, Clone, PartialEq, Eq, Hash, TenantKey)]
struct AVeryLongNameOfATypeThatNobodyWouldGiveToTheKeyOfATenantInEarnest(i64);

fn main() {}
