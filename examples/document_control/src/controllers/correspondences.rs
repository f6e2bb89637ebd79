//! `/correspondences`.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use tenancy::IdOrPublicId;
use tenancy::prelude::*;

use super::{Answer, InTransition, read, write};
use crate::models::{
    Attachment, Correspondence, CorrespondenceAttachment, CorrespondenceRecipient,
    CorrespondenceRevision, CorrespondenceTag, Project, User,
};
use crate::schema::{
    attachments, correspondence_attachments, correspondence_recipients as recipients,
    correspondence_tags, projects, tags, users,
};
use crate::services::correspondences::{self as service, Draft};
use crate::{App, Caller, Session};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateCorrespondence {
    pub project_public_id: PublicId<Project>,
    pub type_code: String,
    pub subject: String,
    pub body: String,
    #[serde(default)]
    pub recipient_public_ids: Vec<PublicId<User>>,
    #[serde(default)]
    pub tags: Vec<String>,
}

impl CreateCorrespondence {
    pub(super) fn draft(&self) -> Draft<'_> {
        Draft {
            project: self.project_public_id,
            type_code: &self.type_code,
            subject: &self.subject,
            body: &self.body,
            to: &self.recipient_public_ids,
            tags: &self.tags,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReviseCorrespondence {
    pub correspondence_public_id: PublicId<Correspondence>,
    pub subject: String,
    pub body: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShowCorrespondence {
    pub correspondence: IdOrPublicId<Correspondence>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CorrespondenceResponse {
    pub public_id: PublicId<Correspondence>,
    pub project_public_id: PublicId<Project>,
    pub originator_public_id: PublicId<User>,
    pub correspondence_number: String,
    pub current_revision: RevisionResponse,
    pub recipients: Vec<RecipientResponse>,
    pub tags: Vec<String>,
    pub attachment_public_ids: Vec<PublicId<Attachment>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RevisionResponse {
    pub public_id: PublicId<CorrespondenceRevision>,
    pub revision_number: i32,
    pub subject: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RecipientResponse {
    pub user_public_id: PublicId<User>,
    pub recipient_type: String,
}

impl From<CorrespondenceRevision> for RevisionResponse {
    fn from(revision: CorrespondenceRevision) -> Self {
        Self {
            public_id: revision.public_id,
            revision_number: revision.revision_number,
            subject: revision.subject,
        }
    }
}

/// A document, with what its foreign keys lead to as public ids: one query, by joins.
type Joined = (Correspondence, PublicId<Project>, PublicId<User>);

/// `GET /correspondences/{id}`
pub fn show_correspondence(
    app: &App,
    caller: &Caller,
    request: ShowCorrespondence,
) -> Answer<InTransition<CorrespondenceResponse>> {
    let mut session = read(app, caller)?;
    let found: Joined = Repo::<Correspondence>::new(&caller.scope)
        .find_either(request.correspondence, &app.numbers)?
        .inner_join(projects::table)
        .inner_join(users::table)
        .select((Correspondence::as_select(), projects::uuid, users::uuid))
        .first(&mut session)?;
    let id = found.0.id;
    let answer = response(caller, &mut session, found)?;
    Ok(InTransition::new(app, id, answer))
}

/// `POST /correspondences`
pub fn create_correspondence(
    app: &App,
    caller: &Caller,
    request: CreateCorrespondence,
) -> Answer<CorrespondenceResponse> {
    write(app, caller, |session| {
        let written = service::write(caller, session, &request.draft())?;
        again(caller, session, written.correspondence.id)
    })
}

/// `POST /correspondences/{id}/revisions`
pub fn revise_correspondence(
    app: &App,
    caller: &Caller,
    request: ReviseCorrespondence,
) -> Answer<CorrespondenceResponse> {
    write(app, caller, |session| {
        let document = request.correspondence_public_id;
        let (subject, body) = (&request.subject, &request.body);
        let written = service::revise(caller, session, document, subject, body)?;
        again(caller, session, written.correspondence.id)
    })
}

/// The answer to who has just written the document.
fn again(
    caller: &Caller,
    session: &mut Session,
    id: RowId<Correspondence>,
) -> tenancy::Result<CorrespondenceResponse> {
    let found: Joined = Repo::<Correspondence>::new(&caller.scope)
        .find(id)
        .inner_join(projects::table)
        .inner_join(users::table)
        .select((Correspondence::as_select(), projects::uuid, users::uuid))
        .first(session)?;
    response(caller, session, found)
}

fn response(
    caller: &Caller,
    session: &mut Session,
    (document, project, originator): Joined,
) -> tenancy::Result<CorrespondenceResponse> {
    let current = service::current_revision(caller, session, document.id)?;
    let recipients: Vec<(PublicId<User>, String)> =
        Repo::<CorrespondenceRecipient>::new(&caller.scope)
            .query()
            .filter(recipients::correspondence_id.eq(document.id))
            .inner_join(users::table)
            .select((users::uuid, recipients::recipient_type))
            .order(users::username)
            .load(session)?;
    let tags: Vec<String> = Repo::<CorrespondenceTag>::new(&caller.scope)
        .query()
        .filter(correspondence_tags::correspondence_id.eq(document.id))
        .inner_join(tags::table)
        .select(tags::tag_name)
        .order(tags::tag_name)
        .load(session)?;
    let files: Vec<PublicId<Attachment>> = Repo::<CorrespondenceAttachment>::new(&caller.scope)
        .query()
        .filter(correspondence_attachments::correspondence_id.eq(document.id))
        .inner_join(attachments::table)
        .select(attachments::uuid)
        .order(attachments::id)
        .load(session)?;
    let recipients = recipients
        .into_iter()
        .map(|(user, kind)| RecipientResponse {
            user_public_id: user,
            recipient_type: kind,
        });
    Ok(CorrespondenceResponse {
        public_id: document.public_id,
        project_public_id: project,
        originator_public_id: originator,
        correspondence_number: document.correspondence_number,
        current_revision: current.into(),
        recipients: recipients.collect(),
        tags,
        attachment_public_ids: files,
    })
}
