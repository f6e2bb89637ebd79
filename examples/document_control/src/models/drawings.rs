//! Drawings: of the contract, for the shop, and as built. The latter two have revisions.

use diesel::prelude::*;
use tenancy::prelude::*;

use super::{OrganizationId, Project};
use crate::schema::{
    asbuilt_drawing_revisions, asbuilt_drawings, contract_drawings, shop_drawing_revisions,
    shop_drawings,
};

#[derive(Debug, Clone, Queryable, Selectable, Scoped)]
#[diesel(table_name = contract_drawings)]
#[scoped(
    tenant = organization_id,
    key = OrganizationId,
    public_id = uuid,
    created = created_at,
    references(Project, on = project_id)
)]
pub struct ContractDrawing {
    pub id: RowId<ContractDrawing>,
    #[diesel(column_name = uuid)]
    pub public_id: PublicId<ContractDrawing>,
    pub project_id: RowId<Project>,
    pub drawing_number: String,
    pub title: String,
}

#[derive(Debug, Clone, Queryable, Selectable, Scoped)]
#[diesel(table_name = shop_drawings)]
#[scoped(
    tenant = organization_id,
    key = OrganizationId,
    public_id = uuid,
    created = created_at,
    references(Project, on = project_id)
)]
pub struct ShopDrawing {
    pub id: RowId<ShopDrawing>,
    #[diesel(column_name = uuid)]
    pub public_id: PublicId<ShopDrawing>,
    pub project_id: RowId<Project>,
    pub drawing_number: String,
}

#[derive(Debug, Clone, Queryable, Selectable, Scoped)]
#[diesel(table_name = shop_drawing_revisions)]
#[scoped(parent(ShopDrawing, on = shop_drawing_id), public_id = uuid, created = created_at)]
pub struct ShopDrawingRevision {
    pub id: RowId<ShopDrawingRevision>,
    #[diesel(column_name = uuid)]
    pub public_id: PublicId<ShopDrawingRevision>,
    pub shop_drawing_id: RowId<ShopDrawing>,
    pub revision_number: i32,
    pub title: String,
}

#[derive(Debug, Clone, Queryable, Selectable, Scoped)]
#[diesel(table_name = asbuilt_drawings)]
#[scoped(
    tenant = organization_id,
    key = OrganizationId,
    public_id = uuid,
    created = created_at,
    references(Project, on = project_id)
)]
pub struct AsbuiltDrawing {
    pub id: RowId<AsbuiltDrawing>,
    #[diesel(column_name = uuid)]
    pub public_id: PublicId<AsbuiltDrawing>,
    pub project_id: RowId<Project>,
    pub drawing_number: String,
}

#[derive(Debug, Clone, Queryable, Selectable, Scoped)]
#[diesel(table_name = asbuilt_drawing_revisions)]
#[scoped(parent(AsbuiltDrawing, on = asbuilt_drawing_id), public_id = uuid, created = created_at)]
pub struct AsbuiltDrawingRevision {
    pub id: RowId<AsbuiltDrawingRevision>,
    #[diesel(column_name = uuid)]
    pub public_id: PublicId<AsbuiltDrawingRevision>,
    pub asbuilt_drawing_id: RowId<AsbuiltDrawing>,
    pub revision_number: i32,
    pub title: String,
}
