#[path = "../../gear.rs"]
mod gear;

use gear::*;
use tenancy::directory::Membership;
use tenancy::directory::schema::tenancy_memberships;

fn rise(
    scope: &TenantScope<i64>,
    session: &mut Session<SqliteConnection>,
) -> tenancy::Result<usize> {
    let members = Repo::<Membership>::new(scope);
    members
        .update(members.query())
        .set(tenancy_memberships::role.eq("owner"))
        .execute(session)
}

fn main() {}
