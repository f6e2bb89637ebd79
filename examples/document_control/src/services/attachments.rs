//! Files of documents.

use diesel::prelude::*;
use tenancy::prelude::*;

use super::audit;
use crate::models::{Attachment, Correspondence, CorrespondenceAttachment, NewAttachment};
use crate::schema::correspondence_attachments;
use crate::{Caller, Session};

/// Attaches a file to a document.
pub(crate) fn attach(
    caller: &Caller,
    session: &mut Session,
    document: PublicId<Correspondence>,
    file: &NewAttachment<'_>,
) -> tenancy::Result<Attachment> {
    let document: Correspondence = Repo::<Correspondence>::new(&caller.scope)
        .find_public(document)
        .first(session)?;
    let attachment: Attachment = Repo::<Attachment>::new(&caller.scope)
        .insert(file)
        .get_result(session)?;
    Repo::<CorrespondenceAttachment>::new(&caller.scope)
        .insert((
            correspondence_attachments::correspondence_id.eq(document.id),
            correspondence_attachments::attachment_id.eq(attachment.id),
        ))
        .execute(session)?;
    audit::write(caller, session, "ATTACH", ("attachments", attachment.id))?;
    Ok(attachment)
}
