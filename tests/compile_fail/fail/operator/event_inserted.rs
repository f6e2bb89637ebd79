#[path = "../../gear.rs"]
mod gear;

use gear::*;
use tenancy::audit::AuditEvent;
use tenancy::audit::schema::tenancy_audit_events;

fn insert(
    scope: &TenantScope<i64>,
    session: &mut Session<SqliteConnection>,
) -> tenancy::Result<usize> {
    Repo::<AuditEvent>::new(scope)
        .insert(tenancy_audit_events::reason.eq("none"))
        .execute(session)
}

fn main() {}
