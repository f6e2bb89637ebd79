//! Moving a row, and all that hangs on it, from one tenant to another.

mod dialect;
mod moved;
mod root;
mod set;
mod sql;
mod walk;

use std::any::TypeId;

use diesel::query_builder::QueryFragment;

pub use dialect::MovesRows;
pub use moved::MovedRows;

use self::walk::Walk;
use super::audit::{Chain, Entry, Kind};
use super::scope::OperatorScope;
use crate::__private::Seal;
use crate::catalog::{Catalog, Holder, Name};
use crate::error::{Error, Result};
use crate::key::{TenantKey, TenantTag};
use crate::ownership::{Scoped, ScopedTable, WritableBy};
use crate::session::{Database, Journal, Outcome, Session, Tables};

impl<C: MovesRows> Database<C> {
    /// Moves a row from one tenant to another, and with it all that hangs on it: rows that refer
    /// to it, and rows that refer to those, to any depth, deleted ones too. It is one transaction,
    /// with events in the chains of both tenants, and all of it moves or nothing.
    ///
    /// What refers to what is known from the catalog, and from the foreign keys of the live
    /// database. Rows that belong through their parent follow it by themselves.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")]
    /// # fn main() -> tenancy::Result<()> {
    /// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
    /// # use gear::*;
    /// # let gear = Gear::new();
    /// # let db = &gear.db;
    /// # use tenancy::prelude::*;
    /// # use tenancy::{AuthError, Authenticator, Claims, Error, OperatorScope, Reason, audit};
    /// # struct Staff;
    /// # impl Authenticator<diesel::SqliteConnection> for Staff {
    /// #     type Credential<'a> = &'a str;
    /// #     type Key = i64;
    /// #     fn authenticate(&self, _: &mut diesel::SqliteConnection, _: &str) -> Result<Claims<i64>, AuthError> {
    /// #         Ok(Claims::new(2).subject("olga").operator())
    /// #     }
    /// # }
    /// # db.migrate(audit::MIGRATIONS)?;
    /// # let olga = db.authenticate(&Staff, "olga's key")?;
    /// let catalog = tenancy::catalog![Customer, Category, Item, Setting, Unit];
    /// let operator = OperatorScope::new(&olga, Reason::new("two accounts of one customer")?)?;
    /// let category = RowId::<Category>::from_raw(1);
    /// # let (anna, ben) = (1, 2);
    /// # let taken = db.move_row::<Category, _>(&operator, &catalog, category, anna, ben);
    /// # assert!(matches!(taken, Err(Error::UniqueViolation { .. })));
    /// # db.act_for(&operator, ben, |scope, session| {
    /// #     use diesel::prelude::*;
    /// #     let items = Repo::<Item>::new(scope);
    /// #     items.delete(items.query()).execute(session)?;
    /// #     let categories = Repo::<Category>::new(scope);
    /// #     categories.delete(categories.query()).execute(session)
    /// # })?;
    /// let moved = db.move_row::<Category, _>(&operator, &catalog, category, anna, ben)?;
    /// for (table, rows) in moved.iter() {
    ///     println!("{table}: {rows}"); // categories: 1, and its items
    /// }
    /// assert_eq!(moved.of("categories"), 1);
    /// assert!(moved.of("items") > 0);
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "sqlite"))]
    /// # fn main() {}
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if the row is not the first tenant's, [`Error::CannotMove`] if both
    /// tenants are the same, if a row that would move refers to one that stays, or if a row that
    /// stays refers to one that would move; that or [`Error::ForeignKeyViolation`] if a column that
    /// is no tenant column has a copy of the tenant; [`Error::UniqueViolation`] if the other tenant has such
    /// a row already, and [`Error::Catalog`] for a catalog that cannot be guarded, that does not
    /// fit the database, or that has not this table. Nothing is moved then, and the events say
    /// that it failed.
    ///
    /// Before anything is read, those of [`act_for`](Self::act_for); on MySQL and MariaDB also
    /// [`Error::Configuration`] if the operators' account has no PROCESS: it would not see which
    /// tables of the server refer to the row.
    ///
    /// # Tenancy
    ///
    /// The operators' account needs the right to change the tenant column, which the service's does
    /// not have. On MariaDB triggers keep it: see [`Catalog::operated_by`]. There foreign keys are off
    /// while rows move that refer to others of their tenant, and a trigger of the application's that
    /// writes other rows meanwhile is [`Error::CannotMove`]: let it write none where
    /// `@@foreign_key_checks` is 0.
    ///
    /// A reference that neither the catalog nor the database knows is not seen, and its row stays.
    pub fn move_row<M, K>(
        &self,
        operator: &OperatorScope<K>,
        catalog: &Catalog,
        id: M::Id,
        from: K,
        to: K,
    ) -> Result<MovedRows>
    where
        M: Scoped<Table: WritableBy<K>, IdPredicate: QueryFragment<C::Backend>>,
        K: TenantKey,
    {
        self.check_operator(operator)?;
        if !operator.may_write {
            return Err(Error::Forbidden);
        }
        from.as_key().check()?;
        to.as_key().check()?;
        let name = <M::Table as ScopedTable>::declared(Seal::new()).name;
        if from.as_key() == to.as_key() {
            return Err(cannot(&name, "are this tenant's already"));
        }
        catalog.check()?;
        let journal = Both::new(self, operator, &from, &to);
        let tag = TenantTag::new(&from);
        self.act(tag, journal, |session: &mut Session<C>| {
            let conn = session.behind();
            let related = conn.related(catalog)?;
            let table = related.find(&name).ok_or_else(|| not_there(&name))?;
            if !matches!(related.tables[table].holder, Holder::Tenant { .. }) {
                return Err(cannot(&name, "belong to their parent: move that"));
            }
            if related.tables[table].tenant().is_none() {
                return Err(cannot(&name, "are told apart by their tenant"));
            }
            let keys = [from.as_key(), to.as_key()].map(C::key);
            let mut walk = Walk::new(conn, &related, keys, TypeId::of::<K>());
            let moved = walk.go(table, M::id_predicate(id, Seal::new()));
            let uses = walk.uses();
            session.note(uses);
            moved
        })
    }
}

fn cannot(table: &Name, reason: impl Into<String>) -> Error {
    Error::CannotMove {
        table: table.to_string(),
        reason: reason.into(),
    }
}

fn not_there(table: &Name) -> Error {
    Error::Catalog {
        table: table.to_string(),
        reason: "is not in the catalog".to_owned(),
    }
}

/// A move in the chains of both tenants. Their heads are locked in one order, whichever way a
/// move goes, so that two opposite ones wait for one another.
struct Both<C: MovesRows>([Entry<C>; 2]);

impl<C: MovesRows> Both<C> {
    fn new<K: TenantKey>(db: &Database<C>, operator: &OperatorScope<K>, from: &K, to: &K) -> Self {
        let entry = |kind, of: &K, line: &str, other: &K| {
            // No key makes a line of its own.
            let other = other.as_key().to_string();
            let line = format!("{line} the tenant {}", other.escape_debug());
            Entry::new(db, operator, kind, Chain::of(of)).with_line(line)
        };
        let out = entry(Kind::MoveOut, from, "to", to);
        let into = entry(Kind::MoveIn, to, "from", from);
        let is_in_order = from.as_key().to_string() < to.as_key().to_string();
        Self(if is_in_order {
            [out, into]
        } else {
            [into, out]
        })
    }
}

impl<C: MovesRows> Journal<C> for Both<C> {
    fn open(&mut self, conn: &mut C) -> Result<()> {
        let mut entries = self.0.iter_mut();
        entries.try_for_each(|entry| entry.open(conn))
    }

    fn close(&mut self, conn: &mut C, outcome: Outcome, tables: &Tables) -> Result<()> {
        let mut entries = self.0.iter_mut();
        entries.try_for_each(|entry| entry.close(conn, outcome, tables))
    }
}
