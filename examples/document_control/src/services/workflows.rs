//! Workflows: where a document stands, and how it came there.

use diesel::prelude::*;
use tenancy::prelude::*;

use crate::models::{
    Correspondence, NewHistory, NewInstance, WorkflowDefinition, WorkflowHistory, WorkflowInstance,
};
use crate::schema::{workflow_definitions, workflow_instances};
use crate::{App, Caller, Session};

/// Starts the workflow with this code for a document. The first time, it is made.
pub(crate) fn start(
    app: &App,
    caller: &Caller,
    session: &mut Session,
    code: &str,
    document: RowId<Correspondence>,
) -> tenancy::Result<WorkflowInstance> {
    let definition = definition(app, caller, session, code)?;
    let instance: WorkflowInstance = Repo::<WorkflowInstance>::new(&caller.scope)
        .insert(&NewInstance {
            id: app.db.new_id().to_string(),
            definition_id: &definition.id,
            correspondence_id: document,
            current_state: &definition.first_state,
        })
        .get_result(session)?;
    let step = (None, definition.first_state.as_str(), "START");
    note(app, caller, session, &instance.id, step)?;
    Ok(instance)
}

/// Takes a document's workflow to a state, by an action.
pub(crate) fn advance(
    app: &App,
    caller: &Caller,
    session: &mut Session,
    document: RowId<Correspondence>,
    (state, action): (&str, &str),
) -> tenancy::Result<()> {
    let repo = Repo::<WorkflowInstance>::new(&caller.scope);
    let instance: WorkflowInstance = repo
        .query()
        .filter(workflow_instances::correspondence_id.eq(document))
        .first(session)?;
    let step = (Some(instance.current_state.as_str()), state, action);
    note(app, caller, session, &instance.id, step)?;
    repo.update(instance.id)
        .set(workflow_instances::current_state.eq(state))
        .execute(session)?;
    Ok(())
}

fn definition(
    app: &App,
    caller: &Caller,
    session: &mut Session,
    code: &str,
) -> tenancy::Result<WorkflowDefinition> {
    let repo = Repo::<WorkflowDefinition>::new(&caller.scope);
    let coded = repo
        .query()
        .filter(workflow_definitions::workflow_code.eq(code));
    match coded.first(session).optional()? {
        Some(definition) => Ok(definition),
        None => repo
            .insert((
                workflow_definitions::id.eq(app.db.new_id().to_string()),
                workflow_definitions::workflow_code.eq(code),
                workflow_definitions::first_state.eq("SUBMITTED"),
            ))
            .get_result(session),
    }
}

fn note(
    app: &App,
    caller: &Caller,
    session: &mut Session,
    instance: &str,
    (from_state, to_state, action): (Option<&str>, &str, &str),
) -> tenancy::Result<()> {
    Repo::<WorkflowHistory>::new(&caller.scope)
        .insert(&NewHistory {
            id: app.db.new_id().to_string(),
            instance_id: instance,
            from_state,
            to_state,
            action,
        })
        .execute(session)?;
    Ok(())
}
