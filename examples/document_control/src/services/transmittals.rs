//! Transmittals: a document that sends others.

use std::collections::HashSet;

use diesel::prelude::*;
use tenancy::prelude::*;

use super::correspondences::{self, Draft, Written};
use crate::models::{Correspondence, NewTransmittal, Transmittal, TransmittalItem};
use crate::schema::transmittal_items as items;
use crate::{Caller, Session};

/// Sends documents, all of which are the organization's.
pub(crate) fn send(
    caller: &Caller,
    session: &mut Session,
    draft: &Draft<'_>,
    purpose: &str,
    sent: &[PublicId<Correspondence>],
) -> tenancy::Result<(Written, Transmittal)> {
    let sent: HashSet<PublicId<Correspondence>> = sent.iter().copied().collect();
    let documents: Vec<Correspondence> = Repo::<Correspondence>::new(&caller.scope)
        .find_all_public(sent.iter().copied())
        .load(session)?;
    if documents.len() != sent.len() {
        return Err(tenancy::Error::NotFound);
    }
    let written = correspondences::write(caller, session, draft)?;
    let transmittal: Transmittal = Repo::<Transmittal>::new(&caller.scope)
        .insert(&NewTransmittal {
            correspondence_id: written.correspondence.id,
            purpose,
        })
        .get_result(session)?;
    for document in documents {
        Repo::<TransmittalItem>::new(&caller.scope)
            .insert((
                items::transmittal_id.eq(transmittal.correspondence_id),
                items::item_id.eq(document.id),
            ))
            .execute(session)?;
    }
    Ok((written, transmittal))
}
