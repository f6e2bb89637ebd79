//! From a request to an answer. Both are plain structs, and what names a row in them is a
//! [`PublicId`](tenancy::PublicId): an answer that would hold an internal key does not compile, since
//! a [`RowId`] has no `Serialize`.
//!
//! ```
//! # use document_control::models::Project;
//! # use tenancy::{PublicId, RowId};
//! #[derive(serde::Serialize)]
//! struct ProjectResponse {
//!     id: PublicId<Project>,
//! }
//! ```
//!
//! ```compile_fail
//! # use document_control::models::Project;
//! # use tenancy::{PublicId, RowId};
//! #[derive(serde::Serialize)]
//! struct ProjectResponse {
//!     id: RowId<Project>,
//! }
//! ```
//!
//! The models have no `Serialize` either, and a request cannot bring an internal key:
//!
//! ```compile_fail
//! # use document_control::models::Project;
//! # use tenancy::{PublicId, RowId};
//! #[derive(serde::Deserialize)]
//! struct ShowProject {
//!     id: RowId<Project>,
//! }
//! ```

#![allow(
    clippy::missing_errors_doc,
    reason = "each gives an `ApiError`, which says when"
)]

mod attachments;
mod circulations;
mod correspondences;
mod drawings;
mod projects;
mod rfas;
mod transmittals;

pub use attachments::{AttachFile, AttachmentResponse, attach_file};
pub use circulations::{
    Circulate, CirculationResponse, ListNotifications, MarkRead, NotificationResponse, circulate,
    list_notifications, mark_read,
};
pub use correspondences::{
    CorrespondenceResponse, CreateCorrespondence, RecipientResponse, ReviseCorrespondence,
    RevisionResponse, ShowCorrespondence, create_correspondence, revise_correspondence,
    show_correspondence,
};
pub use drawings::{
    AddDrawing, ContractDrawingResponse, DrawingResponse, ReviseAsbuiltDrawing, ReviseShopDrawing,
    add_asbuilt_drawing, add_contract_drawing, add_shop_drawing, revise_asbuilt_drawing,
    revise_shop_drawing,
};
pub use projects::{
    ContractResponse, CreateContract, CreateProject, ListProjects, NumberFormat, ProjectResponse,
    ShowProject, create_contract, create_project, list_projects, show_project,
};
pub use rfas::{AnswerRfa, RaiseRfa, RfaResponse, ShowRfa, answer_rfa, raise_rfa, show_rfa};
pub use transmittals::{
    SendTransmittal, ShowTransmittal, TransmittalResponse, send_transmittal, show_transmittal,
};

use serde::Serialize;
use serde::de::DeserializeOwned;
use tenancy::{InvalidId, RowId};

use crate::{App, Caller, Session};

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// 404: there is no such row in the organization, wherever else it may be.
    #[error("404 not found")]
    NotFound,
    /// 400: what was sent cannot be read, or is no id any more.
    #[error("400 {0}")]
    BadRequest(String),
    /// 409: there is one already.
    #[error("409 there is one already")]
    Conflict,
    /// 500: it is in the log.
    #[error("500 internal error")]
    Internal(#[source] tenancy::Error),
}

impl From<tenancy::Error> for ApiError {
    fn from(error: tenancy::Error) -> Self {
        match error {
            tenancy::Error::NotFound => Self::NotFound,
            tenancy::Error::UniqueViolation { .. } => Self::Conflict,
            error => Self::Internal(error),
        }
    }
}

impl From<InvalidId> for ApiError {
    fn from(error: InvalidId) -> Self {
        Self::BadRequest(error.to_string())
    }
}

/// What a controller gives.
pub type Answer<R> = Result<R, ApiError>;

/// Calls a controller as a web server would: JSON in, JSON out.
///
/// # Errors
///
/// `BadRequest` for a text that is not the request's, and what the controller gives.
pub fn call<Q: DeserializeOwned, R: Serialize>(
    controller: impl Fn(&App, &Caller, Q) -> Answer<R>,
    app: &App,
    caller: &Caller,
    json: &str,
) -> Answer<serde_json::Value> {
    let bad = |error: serde_json::Error| ApiError::BadRequest(error.to_string());
    let request = serde_json::from_str(json).map_err(bad)?;
    let answer = controller(app, caller, request)?;
    serde_json::to_value(answer).map_err(bad)
}

/// An answer, with the internal number beside it as long as the transition is in its second phase.
/// This is the one place that shows a number: it goes with the last phase.
#[derive(Debug, Serialize)]
pub struct InTransition<R> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<i64>,
    #[serde(flatten)]
    pub answer: R,
}

impl<R> InTransition<R> {
    fn new<T>(app: &App, id: RowId<T>, answer: R) -> Self {
        let id = app.shows_numbers().then(|| id.get());
        Self { id, answer }
    }
}

/// Works in one transaction.
fn write<T>(
    app: &App,
    caller: &Caller,
    work: impl FnOnce(&mut Session) -> tenancy::Result<T>,
) -> Answer<T> {
    let mut session = app.db.session(&caller.scope)?;
    Ok(session.transaction(work)?)
}

fn read(app: &App, caller: &Caller) -> Answer<Session> {
    Ok(app.db.session(&caller.scope)?)
}
