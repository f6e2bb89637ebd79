//! Drawings and their revisions.

use diesel::prelude::*;
use tenancy::prelude::*;

use crate::models::{
    AsbuiltDrawing, AsbuiltDrawingRevision, ContractDrawing, Project, ShopDrawing,
    ShopDrawingRevision,
};
use crate::schema::{
    asbuilt_drawing_revisions, asbuilt_drawings, contract_drawings, shop_drawing_revisions,
    shop_drawings,
};
use crate::{Caller, Session};

/// Adds a drawing of the contract.
pub(crate) fn add_contract_drawing(
    caller: &Caller,
    session: &mut Session,
    project: &Project,
    number: &str,
    title: &str,
) -> tenancy::Result<ContractDrawing> {
    Repo::<ContractDrawing>::new(&caller.scope)
        .insert((
            contract_drawings::project_id.eq(project.id),
            contract_drawings::drawing_number.eq(number),
            contract_drawings::title.eq(title),
        ))
        .get_result(session)
}

/// The services of a kind of drawings that have revisions.
macro_rules! revised {
    ($add:ident, $revise:ident, $drawing:ident: $drawings:ident,
        $revision:ident: $revisions:ident, $parent:ident) => {
        /// Adds a drawing, with its first revision.
        pub(crate) fn $add(
            caller: &Caller,
            session: &mut Session,
            project: &Project,
            number: &str,
            title: &str,
        ) -> tenancy::Result<($drawing, $revision)> {
            let drawing: $drawing = Repo::<$drawing>::new(&caller.scope)
                .insert((
                    $drawings::project_id.eq(project.id),
                    $drawings::drawing_number.eq(number),
                ))
                .get_result(session)?;
            let revision = Repo::<$revision>::new(&caller.scope)
                .under(drawing.id)
                .insert((
                    $revisions::revision_number.eq(1),
                    $revisions::title.eq(title),
                ))
                .get_result(session)?;
            Ok((drawing, revision))
        }

        /// Adds the next revision.
        pub(crate) fn $revise(
            caller: &Caller,
            session: &mut Session,
            drawing: PublicId<$drawing>,
            title: &str,
        ) -> tenancy::Result<($drawing, $revision)> {
            let drawing: $drawing = Repo::<$drawing>::new(&caller.scope)
                .find_public(drawing)
                .first(session)?;
            let repo = Repo::<$revision>::new(&caller.scope);
            let current: $revision = repo
                .query()
                .filter($revisions::$parent.eq(drawing.id))
                .order($revisions::revision_number.desc())
                .first(session)?;
            let revision = repo
                .under(drawing.id)
                .insert((
                    $revisions::revision_number.eq(current.revision_number + 1),
                    $revisions::title.eq(title),
                ))
                .get_result(session)?;
            Ok((drawing, revision))
        }
    };
}

revised!(add_shop_drawing, revise_shop_drawing, ShopDrawing: shop_drawings,
    ShopDrawingRevision: shop_drawing_revisions, shop_drawing_id);
revised!(add_asbuilt_drawing, revise_asbuilt_drawing, AsbuiltDrawing: asbuilt_drawings,
    AsbuiltDrawingRevision: asbuilt_drawing_revisions, asbuilt_drawing_id);
