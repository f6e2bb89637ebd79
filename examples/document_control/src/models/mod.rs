//! The rows, and whose they are. The catalog at the end is all of them.
//!
//! Most models have a public id in the column `uuid`. Those that share their parent's key
//! (`rfas`, `rfa_revisions`, `transmittals`) are found by the parent's. The others are never shown by
//! themselves, and cannot be asked for one:
//!
//! ```
//! # use document_control::{models::*, Scope};
//! use tenancy::prelude::*;
//!
//! fn of(scope: &Scope, id: PublicId<Project>) {
//!     let _ = Repo::<Project>::new(scope).find_public(id);
//! }
//! ```
//!
//! ```compile_fail
//! # use document_control::{models::*, Scope};
//! use tenancy::prelude::*;
//!
//! fn of(scope: &Scope, id: PublicId<Tag>) {
//!     let _ = Repo::<Tag>::new(scope).find_public(id);
//! }
//! ```
//!
//! The id of a project finds no correspondence:
//!
//! ```compile_fail
//! # use document_control::{models::*, Scope};
//! use tenancy::prelude::*;
//!
//! fn of(scope: &Scope, id: PublicId<Project>) {
//!     let _ = Repo::<Correspondence>::new(scope).find_public(id);
//! }
//! ```

mod attachments;
mod audit;
mod circulations;
mod correspondences;
mod drawings;
mod numbering;
mod organizations;
mod projects;
mod rfas;
mod transmittals;
mod workflows;

pub use attachments::{Attachment, CorrespondenceAttachment, NewAttachment};
pub use audit::AuditLog;
pub use circulations::{Circulation, Notification};
pub use correspondences::{
    Correspondence, CorrespondenceRecipient, CorrespondenceRevision, CorrespondenceTag,
    NewCorrespondence, NewRevision, Tag,
};
pub use drawings::{
    AsbuiltDrawing, AsbuiltDrawingRevision, ContractDrawing, ShopDrawing, ShopDrawingRevision,
};
pub use numbering::{DocumentNumberCounter, DocumentNumberFormat};
pub use organizations::{Organization, OrganizationId, RefreshToken, User, UserAssignment};
pub use projects::{Contract, ContractOrganization, Project, ProjectOrganization};
pub use rfas::{NewRfa, NewRfaRevision, Rfa, RfaRevision};
pub use transmittals::{NewTransmittal, Transmittal, TransmittalItem};
pub use workflows::{
    NewHistory, NewInstance, WorkflowDefinition, WorkflowHistory, WorkflowInstance,
};

/// All tables of the system.
#[must_use]
pub fn catalog() -> tenancy::Catalog {
    tenancy::catalog![
        Organization,
        User,
        RefreshToken,
        UserAssignment,
        Project,
        ProjectOrganization,
        Contract,
        ContractOrganization,
        DocumentNumberFormat,
        DocumentNumberCounter,
        Correspondence,
        CorrespondenceRevision,
        CorrespondenceRecipient,
        Tag,
        CorrespondenceTag,
        Rfa,
        RfaRevision,
        Transmittal,
        TransmittalItem,
        Circulation,
        ContractDrawing,
        ShopDrawing,
        ShopDrawingRevision,
        AsbuiltDrawing,
        AsbuiltDrawingRevision,
        Attachment,
        CorrespondenceAttachment,
        Notification,
        WorkflowDefinition,
        WorkflowInstance,
        WorkflowHistory,
        AuditLog,
    ]
}
