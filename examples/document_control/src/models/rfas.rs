//! Requests for approval. An RFA is a correspondence with more to it: it has the same key, and so
//! the same public id.

use diesel::prelude::*;
use tenancy::prelude::*;

use super::{Correspondence, CorrespondenceRevision};
use crate::schema::{rfa_revisions, rfas};

#[derive(Debug, Clone, Queryable, Selectable, Scoped)]
#[diesel(table_name = rfas)]
#[scoped(parent(Correspondence, on = id), public_id(parent))]
pub struct Rfa {
    pub id: RowId<Correspondence>,
    pub rfa_type: String,
}

#[derive(Debug, ScopedInsertable)]
#[diesel(table_name = rfas)]
pub struct NewRfa<'a> {
    pub id: RowId<Correspondence>,
    pub rfa_type: &'a str,
}

#[derive(Debug, Clone, Queryable, Selectable, Scoped)]
#[diesel(table_name = rfa_revisions)]
#[scoped(parent(CorrespondenceRevision, on = id), public_id(parent))]
pub struct RfaRevision {
    pub id: RowId<CorrespondenceRevision>,
    pub status_code: String,
    pub approve_code: Option<String>,
}

#[derive(Debug, ScopedInsertable)]
#[diesel(table_name = rfa_revisions)]
pub struct NewRfaRevision<'a> {
    pub id: RowId<CorrespondenceRevision>,
    pub status_code: &'a str,
}
