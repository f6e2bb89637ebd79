//! `/correspondences/{id}/attachments`.

use serde::{Deserialize, Serialize};
use tenancy::prelude::*;

use super::{Answer, write};
use crate::models::{Attachment, Correspondence, NewAttachment};
use crate::{App, Caller, services};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttachFile {
    pub correspondence_public_id: PublicId<Correspondence>,
    pub original_filename: String,
    pub mime_type: String,
    pub file_size: i64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AttachmentResponse {
    pub public_id: PublicId<Attachment>,
    pub correspondence_public_id: PublicId<Correspondence>,
    pub original_filename: String,
}

/// `POST /correspondences/{id}/attachments`
pub fn attach_file(app: &App, caller: &Caller, request: AttachFile) -> Answer<AttachmentResponse> {
    write(app, caller, |session| {
        let file = NewAttachment {
            original_filename: &request.original_filename,
            mime_type: &request.mime_type,
            file_size: request.file_size,
        };
        let document = request.correspondence_public_id;
        let made = services::attachments::attach(caller, session, document, &file)?;
        Ok(AttachmentResponse {
            public_id: made.public_id,
            correspondence_public_id: document,
            original_filename: made.original_filename,
        })
    })
}
