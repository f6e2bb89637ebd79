//! What cannot be boxed, or begins otherwise than with `query()`.

use diesel::prelude::*;
use tenancy::prelude::*;

use super::reads::{find, groups, page, totals, walk};
use super::{Conn, Line, Outcome, Scope, all};
use crate::model::Answer;
use crate::plans as on_plans;
use crate::programs::Typed;
use crate::schema::*;

pub(super) fn run(scope: &Scope, session: &mut Conn, typed: &Typed) -> Outcome {
    let folders = Repo::<Folder>::new(scope);
    let lines: Vec<Line> = match typed.clone() {
        Typed::Find(table, id) => return find(table)(scope, session, id),
        Typed::Groups(table, inner, least) => return groups(table)(scope, session, inner, least),
        Typed::Totals(table, inner) => return totals(table)(scope, session, inner),
        Typed::Page(table, inner, number, size) => {
            return page(table)(scope, session, inner, number, size);
        }
        Typed::Walk(table, inner, by_reference, size) => {
            return walk(table)(scope, session, inner, by_reference, size);
        }
        Typed::Bin(sight, inner) => return on_plans::bin(scope, session, sight, inner),
        Typed::FindInBin(sight, id) => return on_plans::find(scope, session, sight, id),
        Typed::FoldersBelow(ids, inner) => {
            let mut lines: Vec<Line> = Vec::new();
            for id in ids.into_iter().map(RowId::<Folder>::from_raw) {
                let query = folders.descendants_of(id, folders::parent_id);
                let query = query.select(line!(folders)).order(folders::id);
                lines.extend(match inner {
                    None => query.load::<Line>(session)?,
                    Some(inner) => query.filter(inner!(folders, inner)).load(session)?,
                });
            }
            lines
        }
        Typed::FoldersAbove(ids, inner) => {
            let mut lines: Vec<Line> = Vec::new();
            for id in ids.into_iter().map(RowId::<Folder>::from_raw) {
                let query = folders.ancestors_of(id, folders::parent_id);
                let query = query.select(line!(folders)).order(folders::id);
                lines.extend(match inner {
                    None => query.load::<Line>(session)?,
                    Some(inner) => query.filter(inner!(folders, inner)).load(session)?,
                });
            }
            lines
        }
        Typed::MessagesOf(ids, inner) => {
            let parents: Vec<Thread> = ids.into_iter().map(thread).collect();
            Repo::<Message>::new(scope)
                .belonging_to(&parents)
                .filter(inner!(messages, inner))
                .select(line!(messages))
                .order(messages::id)
                .load(session)?
        }
        Typed::MarksOf(ids, inner) => {
            let parents: Vec<Message> = ids.into_iter().map(message).collect();
            Repo::<Mark>::new(scope)
                .belonging_to(&parents)
                .filter(inner!(marks, inner))
                .select(line!(marks))
                .order(marks::id)
                .load(session)?
        }
    };
    Ok(Answer::Ordered(all(lines)))
}

/// A parent of which only the key counts.
fn thread(id: i64) -> Thread {
    Thread {
        id: RowId::from_raw(id),
        title: String::new(),
    }
}

fn message(id: i64) -> Message {
    Message {
        id: RowId::from_raw(id),
        thread_id: RowId::from_raw(0),
        body: String::new(),
    }
}
