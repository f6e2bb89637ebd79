#[path = "../../gear.rs"]
mod gear;

use gear::*;
use tenancy::directory::Membership;

fn come_back(
    scope: &TenantScope<i64>,
    session: &mut Session<SqliteConnection>,
) -> tenancy::Result<usize> {
    let members = Repo::<Membership>::new(scope);
    members
        .restore(members.only_deleted().query())
        .execute(session)
}

fn main() {}
