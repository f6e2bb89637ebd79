#[path = "../../gear.rs"]
mod gear;

use gear::*;
use tenancy::directory::Membership;
use tenancy::directory::schema::tenancy_memberships;

fn name_another_home(
    scope: &TenantScope<i64>,
    session: &mut Session<SqliteConnection>,
) -> tenancy::Result<usize> {
    Repo::<Membership>::new(scope)
        .insert((
            tenancy_memberships::user_home_id.eq(2),
            tenancy_memberships::role.eq("owner"),
        ))
        .execute(session)
}

fn main() {}
