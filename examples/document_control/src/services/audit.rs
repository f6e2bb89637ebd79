//! The log of what users did.

use diesel::prelude::*;
use tenancy::prelude::*;

use crate::models::AuditLog;
use crate::schema::audit_logs;
use crate::{Caller, Session};

/// Writes that the caller did something with a row.
pub(crate) fn write<T>(
    caller: &Caller,
    session: &mut Session,
    action: &str,
    (entity_type, id): (&str, RowId<T>),
) -> tenancy::Result<()> {
    Repo::<AuditLog>::new(&caller.scope)
        .insert((
            audit_logs::user_id.eq(caller.user),
            audit_logs::action.eq(action),
            audit_logs::entity_type.eq(entity_type),
            audit_logs::entity_id.eq(id.get()),
        ))
        .execute(session)?;
    Ok(())
}
