//! What the library writes into rows by itself: the time, and the version.

use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::insertable::Insertable;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use uuid::Uuid;

use crate::__private::Seal;
use crate::clock::{Birth, Moment, Now};
use crate::id::MadeText;
use crate::ownership::{IdSql, KeptColumns, KeySlot, KeySql, Slot, SlotSql, TimeSql, WritableBy};

/// Values of new rows that wait for the moment in which they are written.
#[doc(hidden)]
pub trait RowValues<T, K> {
    /// The columns and the values, ready to render.
    type Ready;
    fn ready(self, key: &K, birth: Birth<'_>) -> Self::Ready;
}

/// The time of an insert, if the table keeps it, or makes an id of it.
pub(super) fn time_of_insert<Kp: KeptColumns>(moment: Moment<'_>) -> Now {
    asked(Kp::TIMES_INSERTS, moment)
}

/// The time of an update, if the table keeps it.
pub(super) fn time_of_update<Kp: KeptColumns>(moment: Moment<'_>) -> Now {
    asked(Kp::TIMES_UPDATES, moment)
}

/// The time of a delete, if the table keeps it.
pub(super) fn time_of_delete<Kp: KeptColumns>(moment: Moment<'_>) -> Now {
    asked(Kp::MARKS_DELETED, moment)
}

fn asked(wanted: bool, moment: Moment<'_>) -> Now {
    if wanted { moment.now() } else { Now::default() }
}

/// A tuple of `column.eq(value)`. diesel renders it, the stamp before it.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct TupleRow<V>(V);

impl<V> TupleRow<V> {
    pub(super) fn new(values: V) -> Self {
        Self(values)
    }
}

impl<T, K, V> RowValues<T, K> for TupleRow<V>
where
    T: WritableBy<K>,
    (T::Stamp, V): Insertable<T>,
{
    type Ready = <(T::Stamp, V) as Insertable<T>>::Values;

    fn ready(self, key: &K, birth: Birth<'_>) -> Self::Ready {
        (T::stamp(key, birth, Seal::new()), self.0).values()
    }
}

/// What the library keeps in new rows: a key and a public id of each, the two times, and
/// version 1.
#[derive(Debug, Clone)]
pub(super) struct KeptRows<Kp> {
    now: Now,
    /// Of each row, if the library makes its key. It may be refused, and so the statement is walked
    /// through before diesel sees it: its `QueryId` has this list in it, which needs to be dropped.
    keys: Vec<MadeText>,
    /// Of each row, if the table has one.
    ids: Vec<Uuid>,
    of: PhantomData<Kp>,
}

impl<Kp: KeptColumns> KeptRows<Kp> {
    pub(super) fn new(birth: Birth<'_>, rows: usize) -> Self {
        let ids = if Kp::Public::NAME.is_some() { rows } else { 0 };
        Self {
            now: birth.now(),
            keys: Kp::Key::make(birth, rows),
            ids: (0..ids).map(|_| birth.id()).collect(),
            of: PhantomData,
        }
    }

    /// The columns, behind others if there are any. Says whether there are now.
    pub(super) fn columns<DB: Backend>(
        &self,
        mut begun: bool,
        mut out: AstPass<'_, '_, DB>,
    ) -> QueryResult<bool> {
        let names = [
            Kp::Key::NAME,
            Kp::Public::NAME,
            Kp::Created::NAME,
            Kp::Touched::NAME,
            Kp::Version::NAME,
        ];
        for name in names.into_iter().flatten() {
            comma(begun, &mut out);
            out.push_identifier(name)?;
            begun = true;
        }
        Ok(begun)
    }

    /// Their values in one of the rows.
    pub(super) fn values<'b, DB>(
        &'b self,
        row: usize,
        mut begun: bool,
        mut out: AstPass<'_, 'b, DB>,
    ) -> QueryResult<bool>
    where
        DB: Backend,
        Kp::Key: KeySql<DB>,
        Kp::Public: IdSql<DB>,
        Kp::Created: TimeSql<DB>,
        Kp::Touched: TimeSql<DB>,
    {
        if let Some(key) = self.keys.get(row) {
            comma(begun, &mut out);
            Kp::Key::push(key, out.reborrow())?;
            begun = true;
        }
        if let Some(id) = self.ids.get(row) {
            comma(begun, &mut out);
            Kp::Public::push(id, out.reborrow())?;
            begun = true;
        }
        if Kp::Created::NAME.is_some() {
            comma(begun, &mut out);
            Kp::Created::push(&self.now, out.reborrow())?;
            begun = true;
        }
        if Kp::Touched::NAME.is_some() {
            comma(begun, &mut out);
            Kp::Touched::push(&self.now, out.reborrow())?;
            begun = true;
        }
        if Kp::Version::NAME.is_some() {
            comma(begun, &mut out);
            out.push_sql("1");
            begun = true;
        }
        Ok(begun)
    }
}

fn comma<DB: Backend>(begun: bool, out: &mut AstPass<'_, '_, DB>) {
    if begun {
        out.push_sql(", ");
    }
}

/// `changes, updated_at = now, version = version + 1`.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Touching<C, Kp: KeptColumns> {
    changes: C,
    touch: Touch<Kp>,
}

impl<C, Kp: KeptColumns> Touching<C, Kp> {
    pub(super) fn new(changes: C, moment: Moment<'_>) -> Self {
        Self::at(changes, time_of_update::<Kp>(moment))
    }

    pub(super) fn at(changes: C, now: Now) -> Self {
        Self {
            changes,
            touch: Touch::at(now),
        }
    }
}

impl<C: QueryId, Kp: KeptColumns> QueryId for Touching<C, Kp> {
    type QueryId = Touching<C::QueryId, Kp>;
    const HAS_STATIC_QUERY_ID: bool = C::HAS_STATIC_QUERY_ID;
}

impl<DB, C, Kp> QueryFragment<DB> for Touching<C, Kp>
where
    DB: Backend,
    C: QueryFragment<DB>,
    Kp: KeptColumns<Touched: TimeSql<DB>, Version: SlotSql<DB>>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.changes.walk_ast(out.reborrow())?;
        self.touch.walk(out)
    }
}

/// `, updated_at = now, version = version + 1`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Touch<Kp: KeptColumns> {
    now: Now,
    version: Kp::Version,
}

impl<Kp: KeptColumns> Touch<Kp> {
    pub(super) fn at(now: Now) -> Self {
        Self {
            now,
            version: Kp::Version::default(),
        }
    }

    pub(super) fn now(&self) -> &Now {
        &self.now
    }

    pub(super) fn walk<'b, DB>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        DB: Backend,
        Kp::Touched: TimeSql<DB>,
        Kp::Version: SlotSql<DB>,
    {
        if let Some(touched) = Kp::Touched::NAME {
            out.push_sql(", ");
            out.push_identifier(touched)?;
            out.push_sql(" = ");
            Kp::Touched::push(&self.now, out.reborrow())?;
        }
        if let Some(version) = Kp::Version::NAME {
            out.push_sql(", ");
            out.push_identifier(version)?;
            out.push_sql(" = ");
            self.version.column(out.reborrow())?;
            out.push_sql(" + 1");
        }
        Ok(())
    }
}
