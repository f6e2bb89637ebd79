//! `/rfas`. An RFA is found by the public id of the correspondence that it is.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use tenancy::IdOrPublicId;
use tenancy::prelude::*;

use super::correspondences::{CreateCorrespondence, RevisionResponse};
use super::{Answer, InTransition, read, write};
use crate::models::{Correspondence, Rfa, RfaRevision, WorkflowInstance};
use crate::schema::{correspondences, workflow_instances};
use crate::services::correspondences::current_revision;
use crate::{App, Caller, Session, services};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RaiseRfa {
    #[serde(flatten)]
    pub document: CreateCorrespondence,
    pub rfa_type: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShowRfa {
    pub correspondence: IdOrPublicId<Correspondence>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AnswerRfa {
    pub correspondence_public_id: PublicId<Correspondence>,
    pub approve_code: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RfaResponse {
    /// The correspondence's: an RFA has no id of its own.
    pub public_id: PublicId<Correspondence>,
    pub correspondence_number: String,
    pub rfa_type: String,
    pub current_revision: RevisionResponse,
    pub status_code: String,
    pub approve_code: Option<String>,
    pub workflow_public_id: String,
    pub workflow_state: String,
}

/// `POST /rfas`
pub fn raise_rfa(app: &App, caller: &Caller, request: RaiseRfa) -> Answer<RfaResponse> {
    write(app, caller, |session| {
        let draft = request.document.draft();
        let raised = services::rfas::raise(app, caller, session, &draft, &request.rfa_type)?;
        Ok(RfaResponse {
            public_id: raised.written.correspondence.public_id,
            correspondence_number: raised.written.correspondence.correspondence_number,
            rfa_type: raised.rfa.rfa_type,
            current_revision: raised.written.revision.into(),
            status_code: raised.review.status_code,
            approve_code: raised.review.approve_code,
            workflow_public_id: raised.workflow.id,
            workflow_state: raised.workflow.current_state,
        })
    })
}

/// `GET /rfas/{id}`
pub fn show_rfa(app: &App, caller: &Caller, request: ShowRfa) -> Answer<InTransition<RfaResponse>> {
    let mut session = read(app, caller)?;
    let found: (Rfa, Correspondence) = Repo::<Rfa>::new(&caller.scope)
        .find_either(request.correspondence, &app.numbers)?
        .inner_join(correspondences::table)
        .select((Rfa::as_select(), Correspondence::as_select()))
        .first(&mut session)?;
    let id = found.0.id;
    let answer = response(caller, &mut session, found)?;
    Ok(InTransition::new(app, id, answer))
}

/// `POST /rfas/{id}/answer`
pub fn answer_rfa(app: &App, caller: &Caller, request: AnswerRfa) -> Answer<RfaResponse> {
    write(app, caller, |session| {
        let id = request.correspondence_public_id;
        services::rfas::answer(app, caller, session, id, &request.approve_code)?;
        let found: (Rfa, Correspondence) = Repo::<Rfa>::new(&caller.scope)
            .find_public(id)
            .inner_join(correspondences::table)
            .select((Rfa::as_select(), Correspondence::as_select()))
            .first(session)?;
        response(caller, session, found)
    })
}

fn response(
    caller: &Caller,
    session: &mut Session,
    (rfa, document): (Rfa, Correspondence),
) -> tenancy::Result<RfaResponse> {
    let current = current_revision(caller, session, rfa.id)?;
    let review: RfaRevision = Repo::<RfaRevision>::new(&caller.scope)
        .find_public(current.public_id)
        .first(session)?;
    let workflow: WorkflowInstance = Repo::<WorkflowInstance>::new(&caller.scope)
        .query()
        .filter(workflow_instances::correspondence_id.eq(rfa.id))
        .first(session)?;
    Ok(RfaResponse {
        public_id: document.public_id,
        correspondence_number: document.correspondence_number,
        rfa_type: rfa.rfa_type,
        current_revision: current.into(),
        status_code: review.status_code,
        approve_code: review.approve_code,
        workflow_public_id: workflow.id,
        workflow_state: workflow.current_state,
    })
}
