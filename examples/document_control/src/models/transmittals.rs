//! What goes out with which documents. A transmittal is a correspondence, too.

use diesel::prelude::*;
use tenancy::prelude::*;

use super::{Correspondence, OrganizationId};
use crate::schema::{transmittal_items, transmittals};

#[derive(Debug, Clone, Queryable, Selectable, Scoped)]
#[diesel(table_name = transmittals, primary_key(correspondence_id))]
#[scoped(parent(Correspondence, on = correspondence_id), public_id(parent))]
pub struct Transmittal {
    pub correspondence_id: RowId<Correspondence>,
    pub purpose: String,
}

#[derive(Debug, ScopedInsertable)]
#[diesel(table_name = transmittals)]
pub struct NewTransmittal<'a> {
    pub correspondence_id: RowId<Correspondence>,
    pub purpose: &'a str,
}

#[derive(Debug, Clone, Copy, Queryable, Selectable, Scoped)]
#[diesel(
    table_name = transmittal_items,
    primary_key(organization_id, transmittal_id, item_id)
)]
#[scoped(
    tenant = organization_id,
    key = OrganizationId,
    references(Correspondence, on = transmittal_id),
    references(Correspondence, on = item_id)
)]
pub struct TransmittalItem {
    pub transmittal_id: RowId<Correspondence>,
    pub item_id: RowId<Correspondence>,
}
