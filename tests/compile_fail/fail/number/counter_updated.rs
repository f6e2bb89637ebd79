#[path = "../../gear.rs"]
mod gear;

use gear::*;
use tenancy::numbers::Counter;
use tenancy::numbers::schema::tenancy_numbers;

fn set_back(
    scope: &TenantScope<i64>,
    session: &mut Session<SqliteConnection>,
) -> tenancy::Result<usize> {
    let counters = Repo::<Counter>::new(scope);
    counters
        .update(counters.query())
        .set(tenancy_numbers::last_number.eq(0))
        .execute(session)
}

fn main() {}
