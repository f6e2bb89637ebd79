//! `/transmittals`. A transmittal is found by the public id of the correspondence that it is.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use tenancy::prelude::*;

use super::correspondences::CreateCorrespondence;
use super::{Answer, read, write};
use crate::models::{Correspondence, Transmittal, TransmittalItem};
use crate::schema::{correspondences, transmittal_items};
use crate::{App, Caller, Session, services};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SendTransmittal {
    #[serde(flatten)]
    pub document: CreateCorrespondence,
    pub purpose: String,
    pub item_public_ids: Vec<PublicId<Correspondence>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShowTransmittal {
    pub correspondence_public_id: PublicId<Correspondence>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TransmittalResponse {
    /// The correspondence's: a transmittal has no id of its own.
    pub public_id: PublicId<Correspondence>,
    pub correspondence_number: String,
    pub purpose: String,
    pub item_public_ids: Vec<PublicId<Correspondence>>,
}

/// `POST /transmittals`
pub fn send_transmittal(
    app: &App,
    caller: &Caller,
    request: SendTransmittal,
) -> Answer<TransmittalResponse> {
    write(app, caller, |session| {
        let (draft, sent) = (request.document.draft(), &request.item_public_ids);
        let (written, transmittal) =
            services::transmittals::send(caller, session, &draft, &request.purpose, sent)?;
        response(caller, session, transmittal, written.correspondence)
    })
}

/// `GET /transmittals/{id}`
pub fn show_transmittal(
    app: &App,
    caller: &Caller,
    request: ShowTransmittal,
) -> Answer<TransmittalResponse> {
    let mut session = read(app, caller)?;
    let (transmittal, document): (Transmittal, Correspondence) =
        Repo::<Transmittal>::new(&caller.scope)
            .find_public(request.correspondence_public_id)
            .inner_join(correspondences::table)
            .select((Transmittal::as_select(), Correspondence::as_select()))
            .first(&mut session)?;
    Ok(response(caller, &mut session, transmittal, document)?)
}

fn response(
    caller: &Caller,
    session: &mut Session,
    transmittal: Transmittal,
    document: Correspondence,
) -> tenancy::Result<TransmittalResponse> {
    let items: Vec<PublicId<Correspondence>> = Repo::<TransmittalItem>::new(&caller.scope)
        .query()
        .filter(transmittal_items::transmittal_id.eq(transmittal.correspondence_id))
        .inner_join(correspondences::table)
        .select(correspondences::uuid)
        .order(correspondences::id)
        .load(session)?;
    Ok(TransmittalResponse {
        public_id: document.public_id,
        correspondence_number: document.correspondence_number,
        purpose: transmittal.purpose,
        item_public_ids: items,
    })
}
