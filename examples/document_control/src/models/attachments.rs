//! Files, and which documents they belong to.

use diesel::prelude::*;
use tenancy::prelude::*;

use super::{Correspondence, Organization, OrganizationId};
use crate::schema::{attachments, correspondence_attachments};

#[derive(Debug, Clone, Queryable, Selectable, Scoped)]
#[diesel(table_name = attachments)]
#[scoped(
    tenant = organization_id,
    key = OrganizationId,
    public_id = uuid,
    created = created_at,
    references(Organization, on = organization_id)
)]
pub struct Attachment {
    pub id: RowId<Attachment>,
    #[diesel(column_name = uuid)]
    pub public_id: PublicId<Attachment>,
    pub original_filename: String,
    pub mime_type: String,
    pub file_size: i64,
}

#[derive(Debug, ScopedInsertable)]
#[diesel(table_name = attachments)]
pub struct NewAttachment<'a> {
    pub original_filename: &'a str,
    pub mime_type: &'a str,
    pub file_size: i64,
}

#[derive(Debug, Clone, Copy, Queryable, Selectable, Scoped)]
#[diesel(
    table_name = correspondence_attachments,
    primary_key(organization_id, correspondence_id, attachment_id)
)]
#[scoped(
    tenant = organization_id,
    key = OrganizationId,
    references(Correspondence, on = correspondence_id),
    references(Attachment, on = attachment_id)
)]
pub struct CorrespondenceAttachment {
    pub correspondence_id: RowId<Correspondence>,
    pub attachment_id: RowId<Attachment>,
}
