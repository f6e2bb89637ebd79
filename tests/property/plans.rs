//! What programs do with plans, deleted or not, as calls of the library.

use diesel::prelude::*;
use tenancy::prelude::*;

use super::model::Answer;
use super::programs::{FoundPlans, Inner, PlanWrite, Sight};
use super::schema::*;
use super::typed::{Conn, IntoCells, Line, Outcome, Scope, all, changed, loose};

macro_rules! columns {
    () => {
        (plans::id, plans::tenant_id.nullable(), plans::name)
    };
}

/// Does something with what the repo sees.
macro_rules! seeing {
    ($sight:expr, $repo:ident, |$seen:ident| $what:expr) => {
        match $sight {
            Sight::Live => {
                let $seen = &$repo;
                $what
            }
            Sight::WithDeleted => {
                let $seen = $repo.with_deleted();
                $what
            }
            Sight::OnlyDeleted => {
                let $seen = $repo.only_deleted();
                $what
            }
        }
    };
}

macro_rules! held {
    ($seen:expr, $inner:expr) => {
        $seen.query().filter(loose(
            plans::name.eq($inner.word),
            plans::id.lt($inner.below),
        ))
    };
}

/// Does something with what a query finds.
macro_rules! on_query {
    ($repo:ident, $found:ident, |$target:ident| $what:expr) => {
        match $found {
            FoundPlans::Key(..) => unreachable!("a key is no query"),
            FoundPlans::Where(sight, inner) => seeing!(sight, $repo, |seen| {
                let $target = held!(seen, inner);
                $what
            }),
            FoundPlans::Last(sight, inner) => seeing!(sight, $repo, |seen| {
                let $target = held!(seen, inner).order(plans::id.desc()).limit(1);
                $what
            }),
        }
    };
}

pub(crate) fn bin(scope: &Scope, session: &mut Conn, sight: Sight, inner: Inner) -> Outcome {
    let repo = Repo::<Plan>::new(scope);
    let lines: Vec<Line> = seeing!(sight, repo, |seen| held!(seen, inner)
        .select(columns!())
        .order(plans::id)
        .load(session)?);
    Ok(Answer::Ordered(all(lines)))
}

pub(crate) fn find(scope: &Scope, session: &mut Conn, sight: Sight, id: i64) -> Outcome {
    let repo = Repo::<Plan>::new(scope);
    let line: Line = seeing!(sight, repo, |seen| seen
        .find(RowId::from_raw(id))
        .select(columns!())
        .get_result(session)?);
    Ok(Answer::Ordered(vec![line.cells()]))
}

pub(crate) fn write(scope: &Scope, session: &mut Conn, write: PlanWrite) -> Outcome {
    let repo = Repo::<Plan>::new(scope);
    changed(match write {
        PlanWrite::Rename(sight, found, word) => {
            let name = plans::name.eq(word);
            seeing!(sight, repo, |by| match found {
                FoundPlans::Key(id, Some(version)) => by
                    .update(key(id))
                    .if_version(version)
                    .set(name)
                    .execute(session),
                FoundPlans::Key(id, None) =>
                    by.update(key(id)).any_version().set(name).execute(session),
                _ => on_query!(repo, found, |target| by
                    .update(target)
                    .set(name)
                    .execute(session)),
            })
        }
        PlanWrite::Delete(found) => match found {
            FoundPlans::Key(id, Some(version)) => {
                repo.delete(key(id)).if_version(version).execute(session)
            }
            FoundPlans::Key(id, None) => repo.delete(key(id)).execute(session),
            _ => on_query!(repo, found, |target| repo.delete(target).execute(session)),
        },
        PlanWrite::Restore(found) => match found {
            FoundPlans::Key(id, _) => repo.restore(key(id)).execute(session),
            _ => on_query!(repo, found, |target| repo.restore(target).execute(session)),
        },
        PlanWrite::Purge(found) => match found {
            FoundPlans::Key(id, _) => repo.purge(key(id)).execute(session),
            _ => on_query!(repo, found, |target| repo.purge(target).execute(session)),
        },
    })
}

fn key(id: i64) -> RowId<Plan> {
    RowId::from_raw(id)
}
