#[path = "../../gear.rs"]
mod gear;

use gear::*;
use tenancy::directory::ApiKey;

fn revoke_the_owners(
    scope: &TenantScope<i64>,
    session: &mut Session<SqliteConnection>,
) -> tenancy::Result<usize> {
    Repo::<ApiKey>::new(scope)
        .delete(RowId::from_raw(1))
        .execute(session)
}

fn main() {}
