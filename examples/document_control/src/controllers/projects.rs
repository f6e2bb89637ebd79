//! `/projects` and `/contracts`.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use tenancy::IdOrPublicId;
use tenancy::prelude::*;

use super::{Answer, InTransition, read, write};
use crate::models::{Contract, Organization, Project};
use crate::schema::{organizations, projects};
use crate::{App, Caller, Session, services};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateProject {
    pub project_code: String,
    pub project_name: String,
    #[serde(default)]
    pub number_formats: Vec<NumberFormat>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NumberFormat {
    pub type_code: String,
    pub template: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShowProject {
    pub project: IdOrPublicId<Project>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
pub struct ListProjects {}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProjectResponse {
    pub public_id: PublicId<Project>,
    pub organization_public_id: PublicId<Organization>,
    pub project_code: String,
    pub project_name: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateContract {
    pub project_public_id: PublicId<Project>,
    pub contract_code: String,
    pub contract_name: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ContractResponse {
    pub public_id: PublicId<Contract>,
    pub project_public_id: PublicId<Project>,
    pub contract_code: String,
    pub contract_name: String,
}

fn response((project, organization): (Project, PublicId<Organization>)) -> ProjectResponse {
    ProjectResponse {
        public_id: project.public_id,
        organization_public_id: organization,
        project_code: project.project_code,
        project_name: project.project_name,
    }
}

/// `POST /projects`
pub fn create_project(
    app: &App,
    caller: &Caller,
    request: CreateProject,
) -> Answer<ProjectResponse> {
    let formats = request.number_formats.into_iter();
    let formats: Vec<_> = formats.map(|of| (of.type_code, of.template)).collect();
    write(app, caller, |session: &mut Session| {
        let (code, name) = (&request.project_code, &request.project_name);
        let project = services::projects::create(caller, session, code, name, &formats)?;
        let mine: Organization = Repo::<Organization>::new(&caller.scope)
            .query()
            .first(session)?;
        Ok(response((project, mine.public_id)))
    })
}

/// `GET /projects/{id}`
pub fn show_project(
    app: &App,
    caller: &Caller,
    request: ShowProject,
) -> Answer<InTransition<ProjectResponse>> {
    let found: (Project, PublicId<Organization>) = Repo::<Project>::new(&caller.scope)
        .find_either(request.project, &app.numbers)?
        .inner_join(organizations::table)
        .select((Project::as_select(), organizations::uuid))
        .first(&mut read(app, caller)?)?;
    Ok(InTransition::new(app, found.0.id, response(found)))
}

/// `GET /projects`
pub fn list_projects(app: &App, caller: &Caller, _: ListProjects) -> Answer<Vec<ProjectResponse>> {
    let found: Vec<(Project, PublicId<Organization>)> = Repo::<Project>::new(&caller.scope)
        .query()
        .inner_join(organizations::table)
        .select((Project::as_select(), organizations::uuid))
        .order(projects::project_code)
        .load(&mut read(app, caller)?)?;
    Ok(found.into_iter().map(response).collect())
}

/// `POST /contracts`
pub fn create_contract(
    app: &App,
    caller: &Caller,
    request: CreateContract,
) -> Answer<ContractResponse> {
    write(app, caller, |session| {
        let project: Project = Repo::<Project>::new(&caller.scope)
            .find_public(request.project_public_id)
            .first(session)?;
        let (code, name) = (&request.contract_code, &request.contract_name);
        let contract = services::projects::contract(caller, session, &project, code, name)?;
        Ok(ContractResponse {
            public_id: contract.public_id,
            project_public_id: project.public_id,
            contract_code: contract.contract_code,
            contract_name: contract.contract_name,
        })
    })
}
