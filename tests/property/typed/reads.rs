//! What can be asked of each table.

use diesel::dsl::{count, count_star, max, not};
use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::{KeyPage, Page as Paged, dsl};

use super::{Conn, IntoCells, Line, Outcome, Scope, all, loose};
use crate::model::{Answer, Cell};
use crate::programs::{Cond, Inner, Join, Order, Read, SetOperation, Shape};
use crate::schema::*;
use crate::worlds::Table;

/// Rows of two tables side by side, or of three.
macro_rules! joined {
    ($query:expr, $session:expr, $page:expr, $columns:expr, $keys:expr, $ty:ty) => {{
        let query = $query.select($columns).order($keys);
        let lines: Vec<$ty> = match $page {
            None => query.load($session)?,
            Some(page) => query
                .limit(page.limit)
                .offset(page.offset.unwrap_or(0))
                .load($session)?,
        };
        Ok(Answer::Ordered(all(lines)))
    }};
}

macro_rules! pair {
    ($query:ident, $session:ident, $scope:ident, $left:ident, $inner:ident, $page:ident, $t:ident to $to:ident) => {
        if $left {
            joined!(
                $query.left_join($to::table),
                $session,
                $page,
                (line!($t), line!($to).nullable()),
                ($t::id, $to::id),
                (Line, Option<Line>)
            )
        } else {
            joined!(
                $query.inner_join($to::table).filter(inner!($to, $inner)),
                $session,
                $page,
                (line!($t), line!($to)),
                ($t::id, $to::id),
                (Line, Line)
            )
        }
    };
}

macro_rules! pair_on {
    ($query:ident, $session:ident, $left:ident, $page:ident, $target:expr, $t:ident, $line:expr, $id:expr) => {
        if $left {
            joined!(
                $query.left_join($target),
                $session,
                $page,
                (line!($t), $line.nullable()),
                ($t::id, $id),
                (Line, Option<Line>)
            )
        } else {
            joined!(
                $query.inner_join($target),
                $session,
                $page,
                (line!($t), $line),
                ($t::id, $id),
                (Line, Line)
            )
        }
    };
}

/// The way through a table into another one.
macro_rules! chain {
    ($query:ident, $session:ident, $left:ident, $inner:ident, $page:ident,
        $t:ident to $a:ident to $b:ident by $on:expr) => {
        if $left {
            joined!(
                $query.left_join($a::table).left_join($b::table.on($on)),
                $session,
                $page,
                ((line!($t), line!($a).nullable()), line!($b).nullable()),
                ($t::id, $a::id, $b::id),
                ((Line, Option<Line>), Option<Line>)
            )
        } else {
            joined!(
                $query
                    .inner_join($a::table)
                    .inner_join($b::table.on($on))
                    .filter(inner!($b, $inner)),
                $session,
                $page,
                ((line!($t), line!($a)), line!($b)),
                ($t::id, $a::id, $b::id),
                ((Line, Line), Line)
            )
        }
    };
}

/// All pages by key: from the start on, from the last one back, and from the end back.
macro_rules! walked {
    ($pages:expr, $session:ident) => {{
        let pages = $pages;
        let mut page: KeyPage<Line, _> = pages.clone().load_page($session)?;
        let mut rows = Vec::new();
        let mut from_last = Vec::new();
        while let Some(cursor) = page.next {
            rows.append(&mut page.rows);
            page = pages.clone().after(&cursor).load_page($session)?;
            assert!(!page.rows.is_empty(), "an empty page");
        }
        rows.extend_from_slice(&page.rows);
        let mut end: KeyPage<Line, _> = pages.clone().from_end().load_page($session)?;
        let mut from_end = Vec::new();
        for (back, page) in [(&mut from_last, &mut page), (&mut from_end, &mut end)] {
            back.extend(std::mem::take(&mut page.rows).into_iter().rev());
            while let Some(cursor) = page.previous.take() {
                *page = pages.clone().before(&cursor).load_page($session)?;
                assert!(!page.rows.is_empty(), "an empty page");
                back.extend(std::mem::take(&mut page.rows).into_iter().rev());
            }
            back.reverse();
        }
        assert_eq!(from_last, rows, "back from the last page");
        assert_eq!(from_end, rows, "back from the end");
        Ok(Answer::Ordered(all(rows)))
    }};
}

/// Everything that a table's rows can be asked for.
macro_rules! readers {
    ($(
        $name:ident in $module:ident: $table:ident alike $other:ident;
        ties |$scope:ident, $query:ident| { $($tie:pat => $tied:expr;)* }
        joins |$left:ident, $inner:ident, $page:ident, $session:ident| { $($join:pat => $joins:expr;)* }
    )*) => { $(
        mod $module {
            use super::*;

            pub(super) fn read($scope: &Scope, $session: &mut Conn, read: &Read) -> Outcome {
                let repo = Repo::<model!($table)>::new($scope);
                let build = |conds: &[Cond]| {
                    let mut $query = repo.query().into_boxed::<diesel::sqlite::Sqlite>();
                    for cond in conds {
                        $query = match cond.clone() {
                            Cond::IdEq(id) => $query.filter($table::id.eq(id)),
                            Cond::IdNe(id) => $query.filter($table::id.ne(id)),
                            Cond::IdLt(id) => $query.filter($table::id.lt(id)),
                            Cond::IdGe(id) => $query.filter($table::id.ge(id)),
                            Cond::WordEq(word) => $query.filter(word!($table).eq(word)),
                            Cond::WordNe(word) => $query.filter(word!($table).ne(word)),
                            Cond::WordLike(word) => $query.filter(word!($table).like(word)),
                            Cond::RefIsNull => $query.filter(reference!($table).is_null()),
                            Cond::RefEq(id) => $query.filter(reference!($table).eq(id)),
                            Cond::IdAmong(ids) => $query.filter($table::id.is_among(ids)),
                            Cond::IdNotAmong(ids) => $query.filter($table::id.is_not_among(ids)),
                            Cond::WordAmong(words) => $query.filter(word!($table).is_among(words)),
                            Cond::RefNotAmong(ids) => {
                                $query.filter(reference!($table).is_not_among(ids))
                            }
                            Cond::Either(i) => $query.filter(inner!($table, i)),
                            Cond::Neither(i) => $query.filter(not(inner!($table, i))),
                            Cond::Loose(i) => $query.filter(loose(
                                word!($table).eq(i.word),
                                $table::id.lt(i.below),
                            )),
                            Cond::Always => $query.filter(
                                $table::id.eq($table::id).or(word!($table).ne(word!($table))),
                            ),
                            Cond::NamedAlike(true, i) => $query.where_exists_on(
                                held!($scope, $other, i),
                                loose(word!($other).eq(word!($table)), $other::id.eq(-1)),
                            ),
                            Cond::NamedAlike(false, i) => $query.where_not_exists_on(
                                held!($scope, $other, i),
                                loose(word!($other).eq(word!($table)), $other::id.eq(-1)),
                            ),
                            Cond::AtMostLargest(i) => $query.filter($table::id.nullable().le(
                                held!($scope, $other, i).select(max($other::id)).single_value(),
                            )),
                            $($tie => $tied,)*
                            other => unreachable!("{other:?} of {}", stringify!($table)),
                        };
                    }
                    $query
                };
                let $query = build(&read.conds);
                match &read.shape {
                    Shape::Lines(order, page) => {
                        let $query = $query.select(line!($table));
                        let query = match order {
                            None => $query,
                            Some(Order::Id) => $query.order($table::id),
                            Some(Order::IdDesc) => $query.order($table::id.desc()),
                            Some(Order::Word) => $query.order((word!($table), $table::id)),
                            Some(Order::WordDesc) => {
                                $query.order(word!($table).desc()).then_order_by($table::id)
                            }
                            Some(Order::RefThenId) => {
                                $query.order(reference!($table)).then_order_by($table::id)
                            }
                        };
                        let lines: Vec<Line> = match page {
                            None => query.load($session)?,
                            Some(page) => match page.offset {
                                None => query.limit(page.limit).load($session)?,
                                Some(offset) => {
                                    query.limit(page.limit).offset(offset).load($session)?
                                }
                            },
                        };
                        Ok(match order {
                            None => Answer::unordered(all(lines)),
                            Some(_) => Answer::Ordered(all(lines)),
                        })
                    }
                    Shape::First(order) => {
                        let query = match order {
                            Order::Id => $query.order($table::id),
                            Order::IdDesc => $query.order($table::id.desc()),
                            Order::Word => $query.order((word!($table), $table::id)),
                            Order::WordDesc => {
                                $query.order(word!($table).desc()).then_order_by($table::id)
                            }
                            Order::RefThenId => {
                                $query.order((reference!($table), $table::id))
                            }
                        };
                        let line: Line = query.select(line!($table)).first($session)?;
                        Ok(Answer::Ordered(vec![line.cells()]))
                    }
                    Shape::Count => {
                        let count: i64 = $query.count().get_result($session)?;
                        Ok(Answer::Ordered(vec![vec![Cell::Int(count)]]))
                    }
                    Shape::Exists => Ok(Answer::Truth($query.exists().get_result($session)?)),
                    Shape::DistinctWords => {
                        let words: Vec<String> =
                            $query.select(word!($table)).distinct().load($session)?;
                        let words = words.into_iter().map(|word| vec![Cell::Text(word)]);
                        Ok(Answer::unordered(words.collect()))
                    }
                    Shape::Set(operation, conds) => {
                        let left = $query.select(line!($table));
                        let right = build(conds).select(line!($table));
                        let mut lines: Vec<Line> = match operation {
                            SetOperation::Union => {
                                left.union(right).order_by_position::<1>().load($session)?
                            }
                            SetOperation::UnionAll => left.union_all(right).load($session)?,
                            SetOperation::Intersect => left.intersect(right).load($session)?,
                            SetOperation::Except => left.except(right).load($session)?,
                        };
                        if !matches!(operation, SetOperation::Union) {
                            lines.sort();
                        }
                        Ok(Answer::Ordered(all(lines)))
                    }
                    Shape::Joined { join, left, inner, page } => {
                        let ($left, $inner, $page) = (*left, *inner, *page);
                        match *join {
                            Join::Alike => pair_on!(
                                $query, $session, $left, $page,
                                $other::table.on(loose(
                                    word!($other).eq(word!($table)).and(inner!($other, $inner)),
                                    $other::id.eq(-1)
                                )),
                                $table, line!($other), $other::id
                            ),
                            Join::Itself => {
                                let twin = diesel::alias!($table as twin);
                                pair_on!(
                                    $query, $session, $left, $page,
                                    twin.on(twin.field(word!($table)).eq(word!($table)).and(
                                        twin.field(word!($table))
                                            .eq($inner.word)
                                            .or(twin.field($table::id).lt($inner.below))
                                    )),
                                    $table, twin.fields(line!($table)), twin.field($table::id)
                                )
                            }
                            $($join => $joins,)*
                            other => unreachable!("{other:?} of {}", stringify!($table)),
                        }
                    }
                }
            }

            pub(super) fn find(scope: &Scope, session: &mut Conn, id: i64) -> Outcome {
                let line: Line = Repo::<model!($table)>::new(scope)
                    .find(RowId::from_raw(id))
                    .select(line!($table))
                    .get_result(session)?;
                Ok(Answer::Ordered(vec![line.cells()]))
            }

            pub(super) fn groups(
                scope: &Scope,
                session: &mut Conn,
                inner: Inner,
                least: i64,
            ) -> Outcome {
                let groups: Vec<(String, i64)> = held!(scope, $table, inner)
                    .group_by(word!($table))
                    .having(count_star().gt(least))
                    .select((word!($table), count_star()))
                    .order(word!($table))
                    .load(session)?;
                let cells = |(word, count)| vec![Cell::Text(word), Cell::Int(count)];
                Ok(Answer::Ordered(groups.into_iter().map(cells).collect()))
            }

            pub(super) fn totals(scope: &Scope, session: &mut Conn, inner: Inner) -> Outcome {
                let (rows, words, largest): (i64, i64, Option<i64>) = held!(scope, $table, inner)
                    .select((
                        count_star(),
                        dsl::distinct(count(word!($table))),
                        max($table::id),
                    ))
                    .get_result(session)?;
                let largest = largest.map_or(Cell::Null, Cell::Int);
                Ok(Answer::Ordered(vec![vec![Cell::Int(rows), Cell::Int(words), largest]]))
            }

            pub(super) fn page(
                scope: &Scope,
                session: &mut Conn,
                inner: Inner,
                number: i64,
                size: i64,
            ) -> Outcome {
                let page: Paged<Line> = held!(scope, $table, inner)
                    .select(line!($table))
                    .order((word!($table), $table::id))
                    .paginate(number, size)
                    .load_page(session)?;
                let mut cells = all(page.rows);
                cells.push(vec![Cell::Int(page.total)]);
                Ok(Answer::Ordered(cells))
            }

            pub(super) fn walk(
                scope: &Scope,
                session: &mut Conn,
                inner: Inner,
                by_reference: bool,
                size: i64,
            ) -> Outcome {
                let query = held!(scope, $table, inner);
                if by_reference {
                    let order = (reference!($table).desc(), $table::id.asc());
                    walked!(query.keyset(order).select(line!($table)).limit(size), session)
                } else {
                    let order = (word!($table).asc(), $table::id.asc());
                    walked!(query.keyset(order).select(line!($table)).limit(size), session)
                }
            }
        }
    )*

        pub(super) fn reader(base: Table) -> fn(&Scope, &mut Conn, &Read) -> Outcome {
            match base { $(Table::$name => $module::read,)* }
        }

        pub(super) fn find(base: Table) -> fn(&Scope, &mut Conn, i64) -> Outcome {
            match base { $(Table::$name => $module::find,)* }
        }

        pub(super) fn groups(base: Table) -> fn(&Scope, &mut Conn, Inner, i64) -> Outcome {
            match base { $(Table::$name => $module::groups,)* }
        }

        pub(super) fn totals(base: Table) -> fn(&Scope, &mut Conn, Inner) -> Outcome {
            match base { $(Table::$name => $module::totals,)* }
        }

        pub(super) fn page(base: Table) -> fn(&Scope, &mut Conn, Inner, i64, i64) -> Outcome {
            match base { $(Table::$name => $module::page,)* }
        }

        pub(super) fn walk(base: Table) -> fn(&Scope, &mut Conn, Inner, bool, i64) -> Outcome {
            match base { $(Table::$name => $module::walk,)* }
        }
    };
}

readers! {
    Threads in read_threads: threads alike folders;
        ties |scope, query| {
            Cond::Within(Table::Messages, i) => query.filter(threads::id.within(held!(scope, messages, i).select(messages::thread_id)));
            Cond::Without(Table::Messages, i) => query.filter(threads::id.without(held!(scope, messages, i).select(messages::thread_id)));
            Cond::Exists(Table::Messages, i) => query.where_exists(held!(scope, messages, i));
            Cond::NotExists(Table::Messages, i) => query.where_not_exists(held!(scope, messages, i));
            Cond::Within(Table::Pins, i) => query.filter(threads::id.within(held!(scope, pins, i).select(pins::thread_id)));
            Cond::Without(Table::Pins, i) => query.filter(threads::id.without(held!(scope, pins, i).select(pins::thread_id)));
            Cond::Exists(Table::Pins, i) => query.where_exists(held!(scope, pins, i));
            Cond::NotExists(Table::Pins, i) => query.where_not_exists(held!(scope, pins, i));
            Cond::Deep(true, i) => query.filter(threads::id.within(
                Repo::<model!(messages)>::new(scope)
                    .query()
                    .filter(messages::id.within(held!(scope, marks, i).select(marks::message_id)))
                    .select(messages::thread_id),
            ));
            Cond::Deep(false, i) => query.filter(threads::id.without(
                Repo::<model!(messages)>::new(scope)
                    .query()
                    .filter(messages::id.within(held!(scope, marks, i).select(marks::message_id)))
                    .select(messages::thread_id),
            ));
        }
        joins |left, inner, page, session| {
            Join::Neighbour(Table::Messages) => pair!(query, session, scope, left, inner, page, threads to messages);
            Join::Neighbour(Table::Pins) => pair!(query, session, scope, left, inner, page, threads to pins);
            Join::Chain => chain!(query, session, left, inner, page, threads to messages to marks by marks::message_id.eq(messages::id));
        }
    Messages in read_messages: messages alike marks;
        ties |scope, query| {
            Cond::Within(Table::Threads, i) => query.filter(messages::thread_id.within(held!(scope, threads, i).select(threads::id)));
            Cond::Without(Table::Threads, i) => query.filter(messages::thread_id.without(held!(scope, threads, i).select(threads::id)));
            Cond::Exists(Table::Threads, i) => query.where_exists(held!(scope, threads, i));
            Cond::NotExists(Table::Threads, i) => query.where_not_exists(held!(scope, threads, i));
            Cond::Within(Table::Marks, i) => query.filter(messages::id.within(held!(scope, marks, i).select(marks::message_id)));
            Cond::Without(Table::Marks, i) => query.filter(messages::id.without(held!(scope, marks, i).select(marks::message_id)));
            Cond::Exists(Table::Marks, i) => query.where_exists(held!(scope, marks, i));
            Cond::NotExists(Table::Marks, i) => query.where_not_exists(held!(scope, marks, i));
            Cond::Deep(true, i) => query.where_exists(
                Repo::<Thread>::new(scope).query().where_exists(held!(scope, pins, i)),
            );
            Cond::Deep(false, i) => query.where_not_exists(
                Repo::<Thread>::new(scope).query().where_exists(held!(scope, pins, i)),
            );
        }
        joins |left, inner, page, session| {
            Join::Neighbour(Table::Threads) => pair!(query, session, scope, left, inner, page, messages to threads);
            Join::Neighbour(Table::Marks) => pair!(query, session, scope, left, inner, page, messages to marks);
            Join::Chain => chain!(query, session, left, inner, page, messages to threads to pins by pins::thread_id.eq(threads::id));
        }
    Marks in read_marks: marks alike devices;
        ties |scope, query| {
            Cond::Within(Table::Messages, i) => query.filter(marks::message_id.within(held!(scope, messages, i).select(messages::id)));
            Cond::Without(Table::Messages, i) => query.filter(marks::message_id.without(held!(scope, messages, i).select(messages::id)));
            Cond::Exists(Table::Messages, i) => query.where_exists(held!(scope, messages, i));
            Cond::NotExists(Table::Messages, i) => query.where_not_exists(held!(scope, messages, i));
            Cond::Deep(true, i) => query.filter(marks::message_id.within(
                Repo::<model!(messages)>::new(scope)
                    .query()
                    .filter(messages::thread_id.within(held!(scope, threads, i).select(threads::id)))
                    .select(messages::id),
            ));
            Cond::Deep(false, i) => query.filter(marks::message_id.without(
                Repo::<model!(messages)>::new(scope)
                    .query()
                    .filter(messages::thread_id.within(held!(scope, threads, i).select(threads::id)))
                    .select(messages::id),
            ));
        }
        joins |left, inner, page, session| {
            Join::Neighbour(Table::Messages) => pair!(query, session, scope, left, inner, page, marks to messages);
            Join::Chain => chain!(query, session, left, inner, page, marks to messages to threads by threads::id.eq(messages::thread_id));
        }
    Folders in read_folders: folders alike threads;
        ties |scope, query| {
            Cond::Within(Table::Pins, i) => query.filter(folders::id.within(held!(scope, pins, i).select(pins::folder_id)));
            Cond::Without(Table::Pins, i) => query.filter(folders::id.without(held!(scope, pins, i).select(pins::folder_id)));
            Cond::Exists(Table::Pins, i) => query.where_exists(held!(scope, pins, i));
            Cond::NotExists(Table::Pins, i) => query.where_not_exists(held!(scope, pins, i));
            Cond::Within(Table::Folders, i) => query.filter(folders::parent_id.within(held!(scope, folders, i).select(folders::id)));
            Cond::Without(Table::Folders, i) => query.filter(folders::parent_id.without(held!(scope, folders, i).select(folders::id)));
            Cond::Deep(true, i) => query.filter(folders::id.within(
                Repo::<model!(pins)>::new(scope)
                    .query()
                    .filter(pins::thread_id.within(held!(scope, threads, i).select(threads::id)))
                    .select(pins::folder_id),
            ));
            Cond::Deep(false, i) => query.filter(folders::id.without(
                Repo::<model!(pins)>::new(scope)
                    .query()
                    .filter(pins::thread_id.within(held!(scope, threads, i).select(threads::id)))
                    .select(pins::folder_id),
            ));
        }
        joins |left, inner, page, session| {
            Join::Neighbour(Table::Pins) => pair!(query, session, scope, left, inner, page, folders to pins);
            Join::Chain => chain!(query, session, left, inner, page, folders to pins to threads by threads::id.eq(pins::thread_id));
        }
    Labels in read_labels: labels alike devices;
        ties |scope, query| {
            Cond::Within(Table::Hints, i) => query.filter(labels::id.within(held!(scope, hints, i).select(hints::label_id)));
            Cond::Without(Table::Hints, i) => query.filter(labels::id.without(held!(scope, hints, i).select(hints::label_id)));
            Cond::Exists(Table::Hints, i) => query.where_exists(held!(scope, hints, i));
            Cond::NotExists(Table::Hints, i) => query.where_not_exists(held!(scope, hints, i));
        }
        joins |left, inner, page, session| {
            Join::Neighbour(Table::Hints) => pair!(query, session, scope, left, inner, page, labels to hints);
        }
    Hints in read_hints: hints alike labels;
        ties |scope, query| {
            Cond::Within(Table::Labels, i) => query.filter(hints::label_id.within(held!(scope, labels, i).select(labels::id)));
            Cond::Without(Table::Labels, i) => query.filter(hints::label_id.without(held!(scope, labels, i).select(labels::id)));
            Cond::Exists(Table::Labels, i) => query.where_exists(held!(scope, labels, i));
            Cond::NotExists(Table::Labels, i) => query.where_not_exists(held!(scope, labels, i));
        }
        joins |left, inner, page, session| {
            Join::Neighbour(Table::Labels) => pair!(query, session, scope, left, inner, page, hints to labels);
        }
    Devices in read_devices: devices alike plans;
        ties |scope, query| {
        }
        joins |left, inner, page, session| {
        }
    Pins in read_pins: pins alike folders;
        ties |scope, query| {
            Cond::Within(Table::Threads, i) => query.filter(pins::thread_id.within(held!(scope, threads, i).select(threads::id)));
            Cond::Without(Table::Threads, i) => query.filter(pins::thread_id.without(held!(scope, threads, i).select(threads::id)));
            Cond::Exists(Table::Threads, i) => query.where_exists(held!(scope, threads, i));
            Cond::NotExists(Table::Threads, i) => query.where_not_exists(held!(scope, threads, i));
            Cond::Within(Table::Folders, i) => query.filter(pins::folder_id.within(held!(scope, folders, i).select(folders::id)));
            Cond::Without(Table::Folders, i) => query.filter(pins::folder_id.without(held!(scope, folders, i).select(folders::id)));
            Cond::Exists(Table::Folders, i) => query.where_exists(held!(scope, folders, i));
            Cond::NotExists(Table::Folders, i) => query.where_not_exists(held!(scope, folders, i));
            Cond::Deep(true, i) => query.filter(pins::thread_id.within(
                Repo::<model!(threads)>::new(scope)
                    .query()
                    .filter(threads::id.within(held!(scope, messages, i).select(messages::thread_id)))
                    .select(threads::id),
            ));
            Cond::Deep(false, i) => query.filter(pins::thread_id.without(
                Repo::<model!(threads)>::new(scope)
                    .query()
                    .filter(threads::id.within(held!(scope, messages, i).select(messages::thread_id)))
                    .select(threads::id),
            ));
        }
        joins |left, inner, page, session| {
            Join::Neighbour(Table::Threads) => pair!(query, session, scope, left, inner, page, pins to threads);
            Join::Neighbour(Table::Folders) => pair!(query, session, scope, left, inner, page, pins to folders);
            Join::Chain => chain!(query, session, left, inner, page, pins to threads to messages by messages::thread_id.eq(threads::id));
        }
    Tints in read_tints: tints alike plans;
        ties |scope, query| {
        }
        joins |left, inner, page, session| {
        }
    Plans in read_plans: plans alike devices;
        ties |scope, query| {
        }
        joins |left, inner, page, session| {
        }
}
