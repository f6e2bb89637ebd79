//! Letters and other documents, their revisions, whom they go to, and their tags.

use diesel::prelude::*;
use tenancy::prelude::*;

use super::{Organization, OrganizationId, Project, User};
use crate::schema::{
    correspondence_recipients, correspondence_revisions, correspondence_tags, correspondences, tags,
};

#[derive(Debug, Clone, Queryable, Selectable, Scoped)]
#[diesel(table_name = correspondences)]
#[scoped(
    tenant = organization_id,
    key = OrganizationId,
    public_id = uuid,
    created = created_at,
    references(Project, on = project_id),
    references(User, on = originator_id)
)]
pub struct Correspondence {
    pub id: RowId<Correspondence>,
    #[diesel(column_name = uuid)]
    pub public_id: PublicId<Correspondence>,
    pub project_id: RowId<Project>,
    pub type_code: String,
    pub correspondence_number: String,
}

#[derive(Debug, ScopedInsertable)]
#[diesel(table_name = correspondences)]
pub struct NewCorrespondence<'a> {
    pub project_id: RowId<Project>,
    pub originator_id: RowId<User>,
    pub type_code: &'a str,
    pub correspondence_number: &'a str,
}

/// One version of a document. It is whose the document is.
#[derive(Debug, Clone, Queryable, Selectable, Scoped)]
#[diesel(table_name = correspondence_revisions)]
#[scoped(parent(Correspondence, on = correspondence_id), public_id = uuid, created = created_at)]
pub struct CorrespondenceRevision {
    pub id: RowId<CorrespondenceRevision>,
    #[diesel(column_name = uuid)]
    pub public_id: PublicId<CorrespondenceRevision>,
    pub correspondence_id: RowId<Correspondence>,
    pub revision_number: i32,
    pub subject: String,
    pub body: String,
}

#[derive(Debug, ScopedInsertable)]
#[diesel(table_name = correspondence_revisions)]
pub struct NewRevision<'a> {
    pub correspondence_id: RowId<Correspondence>,
    pub revision_number: i32,
    pub subject: &'a str,
    pub body: &'a str,
}

#[derive(Debug, Clone, Queryable, Selectable, Scoped)]
#[diesel(
    table_name = correspondence_recipients,
    primary_key(organization_id, correspondence_id, user_id)
)]
#[scoped(
    tenant = organization_id,
    key = OrganizationId,
    references(Correspondence, on = correspondence_id),
    references(User, on = user_id)
)]
pub struct CorrespondenceRecipient {
    pub correspondence_id: RowId<Correspondence>,
    pub user_id: RowId<User>,
    pub recipient_type: String,
}

#[derive(Debug, Clone, Queryable, Selectable, Scoped)]
#[diesel(table_name = tags)]
#[scoped(
    tenant = organization_id,
    key = OrganizationId,
    references(Organization, on = organization_id)
)]
pub struct Tag {
    pub id: RowId<Tag>,
    pub tag_name: String,
}

#[derive(Debug, Clone, Copy, Queryable, Selectable, Scoped)]
#[diesel(
    table_name = correspondence_tags,
    primary_key(organization_id, correspondence_id, tag_id)
)]
#[scoped(
    tenant = organization_id,
    key = OrganizationId,
    references(Correspondence, on = correspondence_id),
    references(Tag, on = tag_id)
)]
pub struct CorrespondenceTag {
    pub correspondence_id: RowId<Correspondence>,
    pub tag_id: RowId<Tag>,
}
