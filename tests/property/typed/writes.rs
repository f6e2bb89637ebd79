//! What can be done to the rows of each table.

use diesel::prelude::*;
use tenancy::prelude::*;

use super::{Conn, Line, Outcome, Scope, all, changed, loose};
use crate::model::Answer;
use crate::programs::{Found, NewRow, Write};
use crate::schema::*;
use crate::worlds::Table;
use crate::{plans as on_plans, upserts};

macro_rules! joined_with {
    ($table:ident) => {
        $table::table
    };
    ($table:ident $on:expr) => {
        $table::table.on($on)
    };
}

/// Everything that can be done to a table's rows.
macro_rules! writers {
    ($(
        $name:ident in $module:ident: $table:ident $(.$settled:ident())?
            related ($($other_name:ident $other:ident)*)
            joined ($($joined_name:ident $joined:ident $($on:expr)?),*);
        new |$new:ident| $row:expr;
        $(@moved |$to:ident| $moved:expr;)?
    )*) => { $(
        mod $module {
            use super::*;

            /// Does something with each kind of target.
            macro_rules! on_target {
                ($repo:ident, $scope:ident, $found:ident, |$target:ident| $what:expr) => {
                    match $found.clone() {
                        Found::Key(id) => {
                            let $target = RowId::<model!($table)>::from_raw(id);
                            $what
                        }
                        Found::Where(inner) => {
                            let $target = held!($scope, $table, inner);
                            $what
                        }
                        $(Found::Related(Table::$other_name, inner) => {
                            let $target = $repo.query().where_exists(held!($scope, $other, inner));
                            $what
                        })*
                        $(Found::Joined(Table::$joined_name, inner) => {
                            let $target = $repo
                                .query()
                                .inner_join(joined_with!($joined $($on)?))
                                .filter(loose(
                                    word!($joined).eq(inner.word),
                                    $joined::id.lt(inner.below),
                                ));
                            $what
                        })*
                        Found::Last(inner, most, from) => {
                            let $target = held!($scope, $table, inner)
                                .order((word!($table).desc(), $table::id))
                                .limit(most)
                                .offset(from);
                            $what
                        }
                        Found::Boxed(inner, word) => {
                            let $target = held!($scope, $table, inner)
                                .into_boxed::<diesel::sqlite::Sqlite>()
                                .filter(word!($table).ne(word));
                            $what
                        }
                        other @ (Found::Related(..) | Found::Joined(..)) => {
                            unreachable!("{other:?}")
                        }
                    }
                };
            }

            pub(super) fn rename(
                scope: &Scope,
                session: &mut Conn,
                found: &Found,
                word: &str,
            ) -> Outcome {
                let repo = Repo::<model!($table)>::new(scope);
                changed(on_target!(repo, scope, found, |target| repo
                    .update(target)
                    $(.$settled())?
                    .set(word!($table).eq(word))
                    .execute(session)))
            }

            pub(super) fn delete(
                scope: &Scope,
                session: &mut Conn,
                found: &Found,
                back: bool,
            ) -> Outcome {
                let repo = Repo::<model!($table)>::new(scope);
                on_target!(repo, scope, found, |target| {
                    let delete = repo.delete(target);
                    if !back {
                        return changed(delete.execute(session));
                    }
                    let lines: Vec<Line> =
                        delete.returning(line!($table)).get_results(session)?;
                    Ok(Answer::unordered(all(lines)))
                })
            }

            pub(super) fn insert(scope: &Scope, session: &mut Conn, $new: &NewRow) -> Outcome {
                changed(Repo::<model!($table)>::new(scope).insert($row).execute(session))
            }

            pub(super) fn insert_many(
                scope: &Scope,
                session: &mut Conn,
                rows: &[NewRow],
            ) -> Outcome {
                let rows: Vec<_> = rows.iter().map(|$new| $row).collect();
                changed(Repo::<model!($table)>::new(scope).insert(rows).execute(session))
            }

            $(pub(super) fn moved(
                scope: &Scope,
                session: &mut Conn,
                found: &Found,
                $to: i64,
            ) -> Outcome {
                let repo = Repo::<model!($table)>::new(scope);
                changed(on_target!(repo, scope, found, |target| repo
                    .update(target)
                    .set($moved)
                    .execute(session)))
            })?
        }
    )*

        pub(super) fn write(scope: &Scope, session: &mut Conn, write: &Write) -> Outcome {
            match write {
                $(
                    Write::Rename(Table::$name, found, word) => {
                        $module::rename(scope, session, found, word)
                    }
                    Write::Delete(Table::$name, found, back) => {
                        $module::delete(scope, session, found, *back)
                    }
                    Write::Insert(Table::$name, row) => $module::insert(scope, session, row),
                    Write::InsertMany(Table::$name, rows) => {
                        $module::insert_many(scope, session, rows)
                    }
                )*
                Write::Move(Table::Messages, found, to) => {
                    write_messages::moved(scope, session, found, *to)
                }
                Write::Move(Table::Marks, found, to) => {
                    write_marks::moved(scope, session, found, *to)
                }
                Write::Move(Table::Hints, found, to) => {
                    write_hints::moved(scope, session, found, *to)
                }
                Write::Move(Table::Folders, found, to) => {
                    write_folders::moved(scope, session, found, *to)
                }
                Write::Under(Table::Messages, row) => changed(
                    Repo::<Message>::new(scope)
                        .under(RowId::from_raw(row.up))
                        .insert((messages::body.eq(row.word),))
                        .execute(session),
                ),
                Write::Under(Table::Marks, row) => changed(
                    Repo::<Mark>::new(scope)
                        .under(RowId::from_raw(row.up))
                        .insert(marks::word.eq(row.word))
                        .execute(session),
                ),
                Write::Under(Table::Hints, row) => changed(
                    Repo::<Hint>::new(scope)
                        .under(RowId::from_raw(row.up))
                        .insert((hints::text.eq(row.word),))
                        .execute(session),
                ),
                Write::Upsert(upsert) => upserts::run(scope, session, upsert),
                Write::Plans(write) => on_plans::write(scope, session, *write),
                other => unreachable!("{other:?}"),
            }
        }
    };
}

writers! {
    Threads in write_threads: threads related (Messages messages Pins pins) joined (Messages messages, Pins pins);
        new |row| (threads::title.eq(row.word),);
    Messages in write_messages: messages related (Threads threads Marks marks) joined (Threads threads, Marks marks);
        new |row| NewMessage { thread_id: RowId::from_raw(row.up), body: row.word };
        @moved |to| MessageChanges { thread_id: Some(RowId::from_raw(to)), body: None };
    Marks in write_marks: marks related (Messages messages) joined (Messages messages);
        new |row| NewMark { word: row.word, message_id: RowId::from_raw(row.up) };
        @moved |to| MarkMoves { message_id: RowId::from_raw(to) };
    Folders in write_folders: folders related (Pins pins) joined (Pins pins);
        new |row| (folders::name.eq(row.word), folders::parent_id.eq(row.up));
        @moved |to| folders::parent_id.eq(to);
    Labels in write_labels: labels related (Hints hints) joined (Hints hints);
        new |row| NewLabel { name: row.word };
    Hints in write_hints: hints related (Labels labels) joined (Labels labels);
        new |row| NewHint { label_id: RowId::from_raw(row.up), text: row.word };
        @moved |to| HintMoves { label_id: RowId::from_raw(to) };
    Devices in write_devices: devices related () joined (Plans plans plans::name.eq(devices::name));
        new |row| (devices::name.eq(row.word),);
    Pins in write_pins: pins related (Threads threads Folders folders) joined (Threads threads, Folders folders);
        new |row| (
            pins::note.eq(row.word),
            pins::thread_id.eq(row.up),
            pins::folder_id.eq(row.side),
        );
    Plans in write_plans: plans.any_version() related () joined (Devices devices devices::name.eq(plans::name));
        new |row| (plans::name.eq(row.word), plans::amount.eq(row.side));
}
