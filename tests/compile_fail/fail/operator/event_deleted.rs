#[path = "../../gear.rs"]
mod gear;

use gear::*;
use tenancy::audit::AuditEvent;

fn delete(
    scope: &TenantScope<i64>,
    session: &mut Session<SqliteConnection>,
) -> tenancy::Result<usize> {
    Repo::<AuditEvent>::new(scope)
        .delete(RowId::from_raw(1))
        .execute(session)
}

fn main() {}
