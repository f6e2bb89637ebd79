#[path = "../../gear.rs"]
mod gear;

use gear::*;
use tenancy::directory::Tenant;
use tenancy::directory::schema::tenancy_tenants;

fn reopen(
    scope: &TenantScope<i64>,
    session: &mut Session<SqliteConnection>,
) -> tenancy::Result<usize> {
    let tenants = Repo::<Tenant>::new(scope);
    tenants
        .update(tenants.query())
        .set(tenancy_tenants::name.eq("open"))
        .execute(session)
}

fn main() {}
