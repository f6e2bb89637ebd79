#[path = "../../gear.rs"]
mod gear;

use gear::*;
use tenancy::audit::AuditEvent;
use tenancy::audit::schema::tenancy_audit_events;

fn update(
    scope: &TenantScope<i64>,
    session: &mut Session<SqliteConnection>,
) -> tenancy::Result<usize> {
    Repo::<AuditEvent>::new(scope)
        .update(RowId::from_raw(1))
        .set(tenancy_audit_events::reason.eq("another"))
        .execute(session)
}

fn main() {}
