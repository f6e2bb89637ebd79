//! Projects and contracts.

use diesel::prelude::*;
use tenancy::prelude::*;

use super::{audit, numbers};
use crate::models::{
    Contract, ContractOrganization, DocumentNumberFormat, Project, ProjectOrganization,
    UserAssignment,
};
use crate::schema::{
    contract_organizations, contracts, document_number_formats, project_organizations, projects,
    user_assignments,
};
use crate::{Caller, Session};

/// Makes a project of the organization, which the caller manages. `formats` says how the types of
/// its documents are numbered.
pub(crate) fn create(
    caller: &Caller,
    session: &mut Session,
    code: &str,
    name: &str,
    formats: &[(String, String)],
) -> tenancy::Result<Project> {
    let project: Project = Repo::<Project>::new(&caller.scope)
        .insert((
            projects::project_code.eq(code),
            projects::project_name.eq(name),
        ))
        .get_result(session)?;
    Repo::<ProjectOrganization>::new(&caller.scope)
        .insert((
            project_organizations::project_id.eq(project.id),
            project_organizations::role.eq("OWNER"),
        ))
        .execute(session)?;
    Repo::<UserAssignment>::new(&caller.scope)
        .insert((
            user_assignments::user_id.eq(caller.user),
            user_assignments::project_id.eq(project.id),
            user_assignments::role.eq("MANAGER"),
        ))
        .execute(session)?;
    for (type_code, template) in formats {
        Repo::<DocumentNumberFormat>::new(&caller.scope)
            .insert((
                document_number_formats::project_id.eq(project.id),
                document_number_formats::type_code.eq(type_code),
                document_number_formats::format_template.eq(template),
            ))
            .execute(session)?;
        numbers::begin(caller, session, project.id, type_code, 0)?;
    }
    audit::write(caller, session, "CREATE", ("projects", project.id))?;
    Ok(project)
}

/// Makes a contract of a project.
pub(crate) fn contract(
    caller: &Caller,
    session: &mut Session,
    project: &Project,
    code: &str,
    name: &str,
) -> tenancy::Result<Contract> {
    let contract: Contract = Repo::<Contract>::new(&caller.scope)
        .insert((
            contracts::project_id.eq(project.id),
            contracts::contract_code.eq(code),
            contracts::contract_name.eq(name),
        ))
        .get_result(session)?;
    Repo::<ContractOrganization>::new(&caller.scope)
        .insert((
            contract_organizations::contract_id.eq(contract.id),
            contract_organizations::role.eq("OWNER"),
        ))
        .execute(session)?;
    audit::write(caller, session, "CREATE", ("contracts", contract.id))?;
    Ok(contract)
}
