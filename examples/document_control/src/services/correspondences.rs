//! Documents with their first revision, whom they go to, and their tags.

use std::collections::BTreeSet;

use diesel::prelude::*;
use tenancy::prelude::*;

use super::{audit, numbers, people, rfas};
use crate::models::{
    Correspondence, CorrespondenceRecipient, CorrespondenceRevision, CorrespondenceTag,
    NewCorrespondence, NewRevision, Project, Tag, User,
};
use crate::schema::{
    correspondence_recipients as recipients, correspondence_revisions as revisions,
    correspondence_tags, tags,
};
use crate::{Caller, Session};

/// What a document begins with.
#[derive(Debug)]
pub(crate) struct Draft<'a> {
    pub(crate) project: PublicId<Project>,
    pub(crate) type_code: &'a str,
    pub(crate) subject: &'a str,
    pub(crate) body: &'a str,
    pub(crate) to: &'a [PublicId<User>],
    pub(crate) tags: &'a [String],
}

/// A document that was written, and its first revision.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) correspondence: Correspondence,
    pub(crate) revision: CorrespondenceRevision,
}

/// Writes a document, with the next number of its project.
pub(crate) fn write(
    caller: &Caller,
    session: &mut Session,
    draft: &Draft<'_>,
) -> tenancy::Result<Written> {
    let project: Project = Repo::<Project>::new(&caller.scope)
        .find_public(draft.project)
        .first(session)?;
    let number = numbers::next(caller, session, &project, draft.type_code)?;
    let correspondence: Correspondence = Repo::<Correspondence>::new(&caller.scope)
        .insert(&NewCorrespondence {
            project_id: project.id,
            originator_id: caller.user,
            type_code: draft.type_code,
            correspondence_number: &number,
        })
        .get_result(session)?;
    let revision = add_revision(
        caller,
        session,
        (correspondence.id, 1),
        draft.subject,
        draft.body,
    )?;
    address(caller, session, correspondence.id, draft.to)?;
    tag(caller, session, correspondence.id, draft.tags)?;
    let entity = ("correspondences", correspondence.id);
    audit::write(caller, session, "CREATE", entity)?;
    Ok(Written {
        correspondence,
        revision,
    })
}

/// Adds the next revision to a document.
pub(crate) fn revise(
    caller: &Caller,
    session: &mut Session,
    document: PublicId<Correspondence>,
    subject: &str,
    body: &str,
) -> tenancy::Result<Written> {
    let correspondence: Correspondence = Repo::<Correspondence>::new(&caller.scope)
        .find_public(document)
        .first(session)?;
    let current = current_revision(caller, session, correspondence.id)?;
    let next = (correspondence.id, current.revision_number + 1);
    let revision = add_revision(caller, session, next, subject, body)?;
    rfas::follow(caller, session, correspondence.id, revision.id)?;
    let entity = ("correspondences", correspondence.id);
    audit::write(caller, session, "REVISE", entity)?;
    Ok(Written {
        correspondence,
        revision,
    })
}

/// The revision with the highest number.
pub(crate) fn current_revision(
    caller: &Caller,
    session: &mut Session,
    of: RowId<Correspondence>,
) -> tenancy::Result<CorrespondenceRevision> {
    Repo::<CorrespondenceRevision>::new(&caller.scope)
        .query()
        .filter(revisions::correspondence_id.eq(of))
        .order(revisions::revision_number.desc())
        .first(session)
}

fn add_revision(
    caller: &Caller,
    session: &mut Session,
    (correspondence_id, revision_number): (RowId<Correspondence>, i32),
    subject: &str,
    body: &str,
) -> tenancy::Result<CorrespondenceRevision> {
    Repo::<CorrespondenceRevision>::new(&caller.scope)
        .insert(&NewRevision {
            correspondence_id,
            revision_number,
            subject,
            body,
        })
        .get_result(session)
}

fn address(
    caller: &Caller,
    session: &mut Session,
    document: RowId<Correspondence>,
    to: &[PublicId<User>],
) -> tenancy::Result<()> {
    for user in people::resolve(caller, session, to)? {
        Repo::<CorrespondenceRecipient>::new(&caller.scope)
            .insert((
                recipients::correspondence_id.eq(document),
                recipients::user_id.eq(user),
                recipients::recipient_type.eq("TO"),
            ))
            .execute(session)?;
    }
    Ok(())
}

/// Tags are found by their names, and made when they are new. Each is put on once.
fn tag(
    caller: &Caller,
    session: &mut Session,
    document: RowId<Correspondence>,
    names: &[String],
) -> tenancy::Result<()> {
    let repo = Repo::<Tag>::new(&caller.scope);
    for name in names.iter().collect::<BTreeSet<_>>() {
        let named = repo.query().filter(tags::tag_name.eq(name));
        let tag: Tag = match named.first(session).optional()? {
            Some(tag) => tag,
            None => repo
                .insert((tags::tag_name.eq(name),))
                .get_result(session)?,
        };
        Repo::<CorrespondenceTag>::new(&caller.scope)
            .insert((
                correspondence_tags::correspondence_id.eq(document),
                correspondence_tags::tag_id.eq(tag.id),
            ))
            .execute(session)?;
    }
    Ok(())
}
