//! What is handed round in the house, and who is told.

use diesel::prelude::*;
use tenancy::prelude::*;

use super::{Correspondence, OrganizationId, User};
use crate::schema::{circulations, notifications};

#[derive(Debug, Clone, Queryable, Selectable, Scoped)]
#[diesel(table_name = circulations)]
#[scoped(
    tenant = organization_id,
    key = OrganizationId,
    public_id = uuid,
    created = created_at,
    references(Correspondence, on = correspondence_id)
)]
pub struct Circulation {
    pub id: RowId<Circulation>,
    #[diesel(column_name = uuid)]
    pub public_id: PublicId<Circulation>,
    pub correspondence_id: RowId<Correspondence>,
    pub circulation_subject: String,
}

/// A message to a user. On MariaDB the table has partitions, and a table with partitions has no
/// foreign keys: so `references(User, on = user_id)` is not said here, and the catalog neither makes
/// such a key nor misses one. Whom a row is for is looked up when it is made.
#[derive(Debug, Clone, Queryable, Selectable, Scoped)]
#[diesel(table_name = notifications)]
#[scoped(
    tenant = organization_id,
    key = OrganizationId,
    public_id = uuid,
    created = created_at
)]
pub struct Notification {
    pub id: RowId<Notification>,
    #[diesel(column_name = uuid)]
    pub public_id: PublicId<Notification>,
    pub user_id: RowId<User>,
    pub title: String,
    pub message: String,
    pub is_read: bool,
}
