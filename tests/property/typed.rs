//! The programs as calls of the library: a macro makes the typed statements for each table.

use diesel::dsl::{count, count_star, max, not};
use diesel::prelude::*;
use tenancy::prelude::*;
use tenancy::{Error, KeyPage, Page as Paged, dsl};

use super::model::{Answer, Cell, Failure};
use super::programs::{
    Cond, Found, Inner, Join, NewRow, Order, Program, Read, SetOperation, Shape, Typed, Write,
};
use super::schema::*;
use super::worlds::Table;
use super::{plans as on_plans, upserts};

pub(crate) type Scope = TenantScope<i64>;
pub(crate) type Conn = Session<SqliteConnection>;

/// A row as programs load it: its key, its reference and its word.
pub(crate) type Line = (i64, Option<i64>, String);

// diesel's own `or` comes in parentheses; this one does not. What it stands in must put them.
diesel::infix_operator!(LooseOr, " OR ");

pub(crate) fn loose<A, B>(a: A, b: B) -> LooseOr<A, B> {
    LooseOr::new(a, b)
}

/// One or more rows side by side, as cells.
pub(crate) trait IntoCells {
    fn cells(self) -> Vec<Cell>;
}

impl IntoCells for Line {
    fn cells(self) -> Vec<Cell> {
        let up = self.1.map_or(Cell::Null, Cell::Int);
        vec![Cell::Int(self.0), up, Cell::Text(self.2)]
    }
}

impl IntoCells for Option<Line> {
    fn cells(self) -> Vec<Cell> {
        self.map_or_else(|| vec![Cell::Null; 3], IntoCells::cells)
    }
}

impl<A: IntoCells, B: IntoCells> IntoCells for (A, B) {
    fn cells(self) -> Vec<Cell> {
        [self.0.cells(), self.1.cells()].concat()
    }
}

pub(crate) fn all<L: IntoCells>(lines: Vec<L>) -> Vec<Vec<Cell>> {
    lines.into_iter().map(IntoCells::cells).collect()
}

/// How a program failed, and all that the error says.
pub(crate) struct Failed {
    pub(crate) failure: Failure,
    pub(crate) text: String,
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        let failure = match &error {
            Error::NotFound => Failure::NotFound,
            Error::UniqueViolation { .. } => Failure::Unique,
            Error::ForeignKeyViolation { .. } => Failure::ForeignKey,
            Error::Conflict => Failure::Conflict,
            Error::StaleVersion => Failure::Stale,
            _ => Failure::Other,
        };
        Self {
            failure,
            text: format!("{error}, {error:?}"),
        }
    }
}

pub(crate) type Outcome = Result<Answer, Failed>;

/// The columns that every program loads.
macro_rules! line {
    (threads) => {
        (threads::id, threads::tenant_id.nullable(), threads::title)
    };
    (messages) => {
        (messages::id, messages::thread_id.nullable(), messages::body)
    };
    (marks) => {
        (marks::id, marks::message_id.nullable(), marks::word)
    };
    (folders) => {
        (folders::id, folders::parent_id.nullable(), folders::name)
    };
    (labels) => {
        (labels::id, labels::tenant_id.nullable(), labels::name)
    };
    (hints) => {
        (hints::id, hints::label_id.nullable(), hints::text)
    };
    (devices) => {
        (devices::id, devices::owner_id.nullable(), devices::name)
    };
    (pins) => {
        (pins::id, pins::thread_id.nullable(), pins::note)
    };
    (plans) => {
        (plans::id, plans::tenant_id.nullable(), plans::name)
    };
    (tints) => {
        (tints::id, tints::grade.nullable(), tints::name)
    };
}

macro_rules! word {
    (threads) => {
        threads::title
    };
    (messages) => {
        messages::body
    };
    (marks) => {
        marks::word
    };
    (folders) => {
        folders::name
    };
    (labels) => {
        labels::name
    };
    (hints) => {
        hints::text
    };
    (devices) => {
        devices::name
    };
    (pins) => {
        pins::note
    };
    (plans) => {
        plans::name
    };
    (tints) => {
        tints::name
    };
}

macro_rules! reference {
    (threads) => {
        threads::tenant_id
    };
    (messages) => {
        messages::thread_id
    };
    (marks) => {
        marks::message_id
    };
    (folders) => {
        folders::parent_id
    };
    (labels) => {
        labels::tenant_id
    };
    (hints) => {
        hints::label_id
    };
    (devices) => {
        devices::owner_id
    };
    (pins) => {
        pins::thread_id
    };
    (plans) => {
        plans::tenant_id
    };
    (tints) => {
        tints::grade
    };
}

macro_rules! model {
    (threads) => {
        Thread
    };
    (messages) => {
        Message
    };
    (marks) => {
        Mark
    };
    (folders) => {
        Folder
    };
    (labels) => {
        Label
    };
    (hints) => {
        Hint
    };
    (devices) => {
        Device
    };
    (pins) => {
        Pin
    };
    (plans) => {
        Plan
    };
    (tints) => {
        Tint
    };
}

macro_rules! inner {
    ($table:ident, $inner:expr) => {
        word!($table)
            .eq($inner.word)
            .or($table::id.lt($inner.below))
    };
}

/// The rows of a table for which the inner condition holds.
macro_rules! held {
    ($scope:expr, $table:ident, $inner:expr) => {
        Repo::<model!($table)>::new($scope).query().filter(loose(
            word!($table).eq($inner.word),
            $table::id.lt($inner.below),
        ))
    };
}

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

        fn reader(base: Table) -> fn(&Scope, &mut Conn, &Read) -> Outcome {
            match base { $(Table::$name => $module::read,)* }
        }

        fn find(base: Table) -> fn(&Scope, &mut Conn, i64) -> Outcome {
            match base { $(Table::$name => $module::find,)* }
        }

        fn groups(base: Table) -> fn(&Scope, &mut Conn, Inner, i64) -> Outcome {
            match base { $(Table::$name => $module::groups,)* }
        }

        fn totals(base: Table) -> fn(&Scope, &mut Conn, Inner) -> Outcome {
            match base { $(Table::$name => $module::totals,)* }
        }

        fn page(base: Table) -> fn(&Scope, &mut Conn, Inner, i64, i64) -> Outcome {
            match base { $(Table::$name => $module::page,)* }
        }

        fn walk(base: Table) -> fn(&Scope, &mut Conn, Inner, bool, i64) -> Outcome {
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

fn typed(scope: &Scope, session: &mut Conn, typed: &Typed) -> Outcome {
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

pub(crate) fn changed(rows: Result<usize, Error>) -> Outcome {
    Ok(Answer::Changed(rows?))
}

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

        fn write(scope: &Scope, session: &mut Conn, write: &Write) -> Outcome {
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

/// Runs a program in a scope.
pub(crate) fn run(scope: &Scope, session: &mut Conn, program: &Program) -> Outcome {
    match program {
        Program::Read(read) => reader(read.base)(scope, session, read),
        Program::Typed(program) => typed(scope, session, program),
        Program::Write(program) => write(scope, session, program),
    }
}
