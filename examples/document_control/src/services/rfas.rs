//! Requests for approval: a document, what makes it a request, and the workflow that it goes through.

use diesel::prelude::*;
use tenancy::prelude::*;

use super::correspondences::{self, Draft, Written};
use super::{audit, workflows};
use crate::models::{
    Correspondence, CorrespondenceRevision, NewRfa, NewRfaRevision, Rfa, RfaRevision,
    WorkflowInstance,
};
use crate::schema::rfa_revisions;
use crate::{App, Caller, Session};

/// An RFA, with all that it consists of.
#[derive(Debug)]
pub(crate) struct Raised {
    pub(crate) written: Written,
    pub(crate) rfa: Rfa,
    pub(crate) review: RfaRevision,
    pub(crate) workflow: WorkflowInstance,
}

/// Raises an RFA: its rows have the keys of the document's.
pub(crate) fn raise(
    app: &App,
    caller: &Caller,
    session: &mut Session,
    draft: &Draft<'_>,
    rfa_type: &str,
) -> tenancy::Result<Raised> {
    let written = correspondences::write(caller, session, draft)?;
    let id = written.correspondence.id;
    let rfa: Rfa = Repo::<Rfa>::new(&caller.scope)
        .insert(&NewRfa { id, rfa_type })
        .get_result(session)?;
    let review = submit(caller, session, written.revision.id)?;
    let workflow = workflows::start(app, caller, session, "RFA", id)?;
    Ok(Raised {
        written,
        rfa,
        review,
        workflow,
    })
}

/// A new revision of a document that is an RFA is to be approved, too.
pub(crate) fn follow(
    caller: &Caller,
    session: &mut Session,
    document: RowId<Correspondence>,
    revision: RowId<CorrespondenceRevision>,
) -> tenancy::Result<()> {
    let rfa: Option<Rfa> = Repo::<Rfa>::new(&caller.scope)
        .find(document)
        .first(session)
        .optional()?;
    if rfa.is_some() {
        submit(caller, session, revision)?;
    }
    Ok(())
}

fn submit(
    caller: &Caller,
    session: &mut Session,
    id: RowId<CorrespondenceRevision>,
) -> tenancy::Result<RfaRevision> {
    Repo::<RfaRevision>::new(&caller.scope)
        .insert(&NewRfaRevision {
            id,
            status_code: "SUBMITTED",
        })
        .get_result(session)
}

/// Answers an RFA: its latest revision gets the code of the answer.
pub(crate) fn answer(
    app: &App,
    caller: &Caller,
    session: &mut Session,
    of: PublicId<Correspondence>,
    approve_code: &str,
) -> tenancy::Result<()> {
    let rfa: Rfa = Repo::<Rfa>::new(&caller.scope)
        .find_public(of)
        .first(session)?;
    let current = correspondences::current_revision(caller, session, rfa.id)?;
    Repo::<RfaRevision>::new(&caller.scope)
        .update(current.id)
        .set((
            rfa_revisions::status_code.eq("ANSWERED"),
            rfa_revisions::approve_code.eq(approve_code),
        ))
        .execute(session)?;
    workflows::advance(app, caller, session, rfa.id, ("ANSWERED", "ANSWER"))?;
    audit::write(caller, session, "ANSWER", ("rfas", rfa.id))
}
