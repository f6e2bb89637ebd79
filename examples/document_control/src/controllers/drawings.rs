//! `/contract-drawings`, `/shop-drawings` and `/asbuilt-drawings`.

use serde::{Deserialize, Serialize};
use tenancy::HasPublicId;
use tenancy::prelude::*;

use super::{Answer, write};
use crate::models::{
    AsbuiltDrawing, AsbuiltDrawingRevision, ContractDrawing, Project, ShopDrawing,
    ShopDrawingRevision,
};
use crate::services::drawings as service;
use crate::{App, Caller, Session};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AddDrawing {
    pub project_public_id: PublicId<Project>,
    pub drawing_number: String,
    pub title: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReviseShopDrawing {
    pub drawing_public_id: PublicId<ShopDrawing>,
    pub title: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReviseAsbuiltDrawing {
    pub drawing_public_id: PublicId<AsbuiltDrawing>,
    pub title: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ContractDrawingResponse {
    pub public_id: PublicId<ContractDrawing>,
    pub drawing_number: String,
    pub title: String,
}

/// A drawing with its latest revision. Ids of shop drawings and of as-built ones do not mix.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase", bound = "")]
pub struct DrawingResponse<D: HasPublicId, R: HasPublicId> {
    pub public_id: PublicId<D>,
    pub drawing_number: String,
    pub revision_public_id: PublicId<R>,
    pub revision_number: i32,
    pub title: String,
}

type ShopDrawingResponse = DrawingResponse<ShopDrawing, ShopDrawingRevision>;
type AsbuiltDrawingResponse = DrawingResponse<AsbuiltDrawing, AsbuiltDrawingRevision>;

macro_rules! shown {
    ($found:expr) => {{
        let (drawing, revision) = $found;
        DrawingResponse {
            public_id: drawing.public_id,
            drawing_number: drawing.drawing_number,
            revision_public_id: revision.public_id,
            revision_number: revision.revision_number,
            title: revision.title,
        }
    }};
}

fn project(
    caller: &Caller,
    session: &mut Session,
    id: PublicId<Project>,
) -> tenancy::Result<Project> {
    Repo::<Project>::new(&caller.scope)
        .find_public(id)
        .first(session)
}

/// `POST /contract-drawings`
pub fn add_contract_drawing(
    app: &App,
    caller: &Caller,
    request: AddDrawing,
) -> Answer<ContractDrawingResponse> {
    write(app, caller, |session| {
        let project = project(caller, session, request.project_public_id)?;
        let (number, title) = (&request.drawing_number, &request.title);
        let made = service::add_contract_drawing(caller, session, &project, number, title)?;
        Ok(ContractDrawingResponse {
            public_id: made.public_id,
            drawing_number: made.drawing_number,
            title: made.title,
        })
    })
}

/// `POST /shop-drawings`
pub fn add_shop_drawing(
    app: &App,
    caller: &Caller,
    request: AddDrawing,
) -> Answer<ShopDrawingResponse> {
    write(app, caller, |session| {
        let project = project(caller, session, request.project_public_id)?;
        let (number, title) = (&request.drawing_number, &request.title);
        let made = service::add_shop_drawing(caller, session, &project, number, title)?;
        Ok(shown!(made))
    })
}

/// `POST /shop-drawings/{id}/revisions`
pub fn revise_shop_drawing(
    app: &App,
    caller: &Caller,
    request: ReviseShopDrawing,
) -> Answer<ShopDrawingResponse> {
    write(app, caller, |session| {
        let (id, title) = (request.drawing_public_id, &request.title);
        let made = service::revise_shop_drawing(caller, session, id, title)?;
        Ok(shown!(made))
    })
}

/// `POST /asbuilt-drawings`
pub fn add_asbuilt_drawing(
    app: &App,
    caller: &Caller,
    request: AddDrawing,
) -> Answer<AsbuiltDrawingResponse> {
    write(app, caller, |session| {
        let project = project(caller, session, request.project_public_id)?;
        let (number, title) = (&request.drawing_number, &request.title);
        let made = service::add_asbuilt_drawing(caller, session, &project, number, title)?;
        Ok(shown!(made))
    })
}

/// `POST /asbuilt-drawings/{id}/revisions`
pub fn revise_asbuilt_drawing(
    app: &App,
    caller: &Caller,
    request: ReviseAsbuiltDrawing,
) -> Answer<AsbuiltDrawingResponse> {
    write(app, caller, |session| {
        let (id, title) = (request.drawing_public_id, &request.title);
        let made = service::revise_asbuilt_drawing(caller, session, id, title)?;
        Ok(shown!(made))
    })
}
