//! The upserts among the programs as calls of the library.

use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::proposed;

use super::model::Answer;
use super::programs::{Action, NewRow, NewRows, Upsert};
use super::schema::*;
use super::typed::{Conn, Line, Outcome, Scope, all, changed, loose};
use super::worlds::Table;

macro_rules! columns {
    (messages) => {
        (messages::id, messages::thread_id.nullable(), messages::body)
    };
    (plans) => {
        (plans::id, plans::tenant_id.nullable(), plans::name)
    };
}

/// Runs an insert with each action.
macro_rules! upserted {
    ($session:ident, $upsert:ident, $table:ident by $key:expr, $number:ident, $insert:expr,
        $new_line:ident) => {{
        let conflict = $insert.on_conflict($key);
        let add = $table::$number.eq($table::$number + proposed($table::$number));
        match ($upsert.action, $upsert.back) {
            (Action::Nothing, false) => changed(conflict.do_nothing().execute($session)),
            (Action::Nothing, true) => {
                let insert = conflict.do_nothing().returning(columns!($table));
                Ok(Answer::unordered(all($new_line!(insert, $session))))
            }
            (Action::Add, false) => changed(conflict.do_update().set(add).execute($session)),
            (Action::Add, true) => {
                let upsert = conflict.do_update().set(add).returning(columns!($table));
                let lines: Vec<Line> = upsert.get_results($session)?;
                Ok(Answer::unordered(all(lines)))
            }
            (Action::AddIf(below), back) => {
                let upsert = conflict.do_update().set(add).filter(loose(
                    $table::$number.lt(proposed($table::$number)),
                    $table::id.lt(below),
                ));
                if !back {
                    return changed(upsert.execute($session));
                }
                let lines: Vec<Line> = upsert.returning(columns!($table)).get_results($session)?;
                Ok(Answer::unordered(all(lines)))
            }
        }
    }};
}

macro_rules! one_line {
    ($insert:expr, $session:ident) => {{
        let line: Option<Line> = $insert.get_result($session)?;
        Vec::from_iter(line)
    }};
}

macro_rules! lines {
    ($insert:expr, $session:ident) => {{
        let lines: Vec<Line> = $insert.get_results($session)?;
        lines
    }};
}

pub(crate) fn run(scope: &Scope, session: &mut Conn, upsert: &Upsert) -> Outcome {
    match upsert.table {
        Table::Messages => messages(scope, session, upsert),
        Table::Plans => plans(scope, session, upsert),
        other => unreachable!("{other:?}"),
    }
}

fn messages(scope: &Scope, session: &mut Conn, upsert: &Upsert) -> Outcome {
    let repo = Repo::<Message>::new(scope);
    let key = (messages::thread_id, messages::body);
    let likes = |row: &NewRow| i32::try_from(row.side).expect("a small number");
    let new = |row: &NewRow| LikedMessage {
        thread_id: RowId::from_raw(row.up),
        body: row.word,
        likes: likes(row),
    };
    match &upsert.rows {
        NewRows::One(row) => {
            upserted!(session, upsert, messages by key, likes, repo.insert(new(row)), one_line)
        }
        NewRows::Under(row) => {
            let place = repo.under(RowId::from_raw(row.up));
            let insert =
                place.insert((messages::body.eq(row.word), messages::likes.eq(likes(row))));
            upserted!(session, upsert, messages by key, likes, insert, one_line)
        }
        NewRows::Batch(rows) => {
            let rows: Vec<_> = rows.iter().map(new).collect();
            upserted!(session, upsert, messages by key, likes, repo.insert(rows), lines)
        }
    }
}

fn plans(scope: &Scope, session: &mut Conn, upsert: &Upsert) -> Outcome {
    let repo = Repo::<Plan>::new(scope);
    let key = (plans::tenant_id, plans::name);
    let new = |row: &NewRow| NewPlan {
        name: row.word,
        amount: row.side,
    };
    match &upsert.rows {
        NewRows::One(row) => {
            upserted!(session, upsert, plans by key, amount, repo.insert(new(row)), one_line)
        }
        NewRows::Batch(rows) => {
            let rows: Vec<_> = rows.iter().map(new).collect();
            upserted!(session, upsert, plans by key, amount, repo.insert(rows), lines)
        }
        NewRows::Under(_) => unreachable!("a plan has no parent"),
    }
}
