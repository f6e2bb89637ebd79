//! What hangs on a row, from link to link; whether all of it can go; and its going.

use std::any::TypeId;
use std::collections::BTreeSet;
use std::marker::PhantomData;

use diesel::query_builder::QueryFragment;

use super::cannot;
use super::dialect::{Found, MovesRows};
use super::moved::MovedRows;
use super::root::Root;
use super::set::Set;
use super::sql::Sql;
use crate::catalog::{Holder, Link, Related, RelatedTable};
use crate::error::{Error, Result};
use crate::session::Use;

/// How many rows one statement names.
const AT_ONCE: usize = 500;

pub(super) struct Walk<'a, C> {
    conn: &'a mut C,
    related: &'a Related,
    sql: Sql<'a, C>,
    /// What moves, of each table.
    sets: Vec<Set>,
    /// What was found, and whose own references were not looked for yet.
    open: Vec<(usize, Vec<String>)>,
    /// Rows that refer to one that moves and follow another one: their table, key and columns.
    bound: Vec<(usize, String, String)>,
    read: BTreeSet<usize>,
    written: BTreeSet<usize>,
}

impl<'a, C: MovesRows> Walk<'a, C> {
    pub(super) fn new(
        conn: &'a mut C,
        related: &'a Related,
        [from, to]: [String; 2],
        kind: TypeId,
    ) -> Self {
        Self {
            conn,
            related,
            sql: Sql {
                related,
                from,
                to,
                kind,
                of: PhantomData,
            },
            sets: related.tables.iter().map(|_| Set::default()).collect(),
            open: Vec::new(),
            bound: Vec::new(),
            read: BTreeSet::new(),
            written: BTreeSet::new(),
        }
    }

    pub(super) fn go<P: QueryFragment<C::Backend>>(
        &mut self,
        at: usize,
        id: P,
    ) -> Result<MovedRows> {
        self.read.insert(at);
        let root = Root {
            select: self.sql.root(at),
            id,
            lock: C::LOCKS,
        };
        let root = self.conn.find_root(root)?.ok_or(Error::NotFound)?;
        self.add(at, vec![root]);
        while let Some((at, rows)) = self.open.pop() {
            self.follow(at, &rows)?;
        }
        self.check_bound()?;
        self.check_references()?;
        let taken = self.arrived()?;
        self.shift()?;
        self.check_arrived(&taken)?;
        if C::KEYS_ARE_OFF {
            self.check_held()?;
        }
        let moved = self.moving().map(|at| {
            let name = self.related.tables[at].name.to_string();
            (name, self.sets[at].rows().len())
        });
        Ok(MovedRows::new(moved.collect()))
    }

    /// The tables that were read and written.
    pub(super) fn uses(&self) -> Vec<(String, Use)> {
        let name = |at: &usize| self.related.tables[*at].name.to_string();
        let read = self.read.iter().map(|at| (name(at), Use::Reads));
        let written = self.written.iter().map(|at| (name(at), Use::Writes));
        read.chain(written).collect()
    }

    fn moving(&self) -> impl Iterator<Item = usize> {
        let sets = self.sets.iter().enumerate();
        sets.filter(|(_, set)| !set.is_empty()).map(|(at, _)| at)
    }

    fn add(&mut self, at: usize, rows: Vec<String>) {
        let new = self.sets[at].add(rows);
        if !new.is_empty() {
            self.open.push((at, new));
        }
    }

    fn ask(&mut self, sql: &str) -> Result<Vec<Found>> {
        Ok(self.conn.rows(sql)?)
    }

    /// The rows that refer to these go along, or nothing goes.
    fn follow(&mut self, at: usize, rows: &[String]) -> Result<()> {
        let related = self.related;
        let mut strangers = related.strangers.iter();
        if let Some((stranger, _)) = strangers.find(|(_, to)| *to == at) {
            let reason = format!("are referred to by `{stranger}`, which is not in the catalog");
            return Err(cannot(&related.tables[at].name, reason));
        }
        for link in related.links.iter().filter(|link| link.to == at) {
            self.read.insert(link.from);
            for rows in rows.chunks(AT_ONCE) {
                let found = self.ask(&self.sql.children(link, rows))?;
                self.take(link, found)?;
            }
        }
        Ok(())
    }

    fn take(&mut self, link: &Link, found: Vec<Found>) -> Result<()> {
        if found.is_empty() {
            return Ok(());
        }
        let (child, parent) = (
            &self.related.tables[link.from],
            &self.related.tables[link.to],
        );
        let by = link.shown(child.tenant());
        let refused = |whose: &str| {
            let reason = format!("are referred to by `{}` ({by}), {whose}", child.name);
            Err(cannot(&parent.name, reason))
        };
        match &child.holder {
            Holder::Nobody => return refused("whose rows are nobody's"),
            Holder::Tenant {
                is_tenant: true, ..
            } => {
                return refused("whose rows are told apart by their tenant");
            }
            Holder::Tenant { kind, .. } if *kind != self.sql.kind => {
                return refused("whose tenants are of another kind");
            }
            Holder::Tenant { .. } if found.iter().any(|row| !row.is_own) => {
                return refused("by a row that is not this tenant's");
            }
            Holder::Parent { .. } if !link.is_parent(child) => {
                let bound = found.into_iter();
                self.bound
                    .extend(bound.map(|row| (link.from, row.moved_key, by.clone())));
                return Ok(());
            }
            Holder::Tenant { .. } | Holder::Parent { .. } => {}
        }
        let rows = found.into_iter().map(|row| row.moved_key).collect();
        self.add(link.from, rows);
        Ok(())
    }

    /// Those who follow another row have been found through it, too.
    fn check_bound(&self) -> Result<()> {
        let mut bound = self.bound.iter();
        match bound.find(|(at, row, _)| !self.sets[*at].has(row)) {
            None => Ok(()),
            Some((at, _, by)) => {
                let table = &self.related.tables[*at].name;
                let reason = format!("refer by `{by}` to what would move, and their parents stay");
                Err(cannot(table, reason))
            }
        }
    }

    /// What moves refers to nothing that stays.
    fn check_references(&mut self) -> Result<()> {
        let related = self.related;
        for link in &related.links {
            let child = &related.tables[link.from];
            if link.is_parent(child) {
                continue;
            }
            let rows = self.sets[link.from].rows().to_vec();
            for rows in rows.chunks(AT_ONCE) {
                self.read.insert(link.to);
                self.check_link(link, rows)?;
            }
        }
        Ok(())
    }

    fn check_link(&mut self, link: &Link, rows: &[String]) -> Result<()> {
        let (child, parent) = (
            &self.related.tables[link.from],
            &self.related.tables[link.to],
        );
        let names_tenant = child.tenant().is_some_and(|tenant| link.has(tenant));
        let by = link.shown(child.tenant());
        match parent.holder {
            Holder::Nobody
            | Holder::Tenant {
                is_tenant: true, ..
            } if names_tenant => {
                if self.ask(&self.sql.nowhere(link, rows))?.is_empty() {
                    return Ok(());
                }
                Err(nowhere(link, child, parent))
            }
            Holder::Nobody => Ok(()),
            Holder::Tenant { .. } | Holder::Parent { .. } => {
                let referred = self.ask(&self.sql.referred(link, rows))?;
                let moving = &self.sets[link.to];
                let stays = |row: &Found| !row.is_own && !moving.has(&row.moved_key);
                if !referred.iter().any(stays) {
                    return Ok(());
                }
                let reason = format!("refer by `{by}` to a row of `{}` that stays", parent.name);
                Err(cannot(&child.name, reason))
            }
        }
    }

    fn shift(&mut self) -> Result<()> {
        let order = self.order();
        let mut shifts = Vec::new();
        for at in order {
            let chunks: Vec<&[String]> = self.sets[at].rows().chunks(AT_ONCE).collect();
            let is_tied = self.related.is_tied(at);
            if let Some(shift) = self.sql.shift(at, &chunks, is_tied) {
                self.written.insert(at);
                shifts.push(shift);
            }
        }
        self.conn.shift(&shifts)
    }

    /// Children before what they refer to, so that no cascade finds any.
    fn order(&self) -> Vec<usize> {
        let mut left: Vec<usize> = self.moving().collect();
        let mut order = Vec::new();
        while !left.is_empty() {
            let next = left
                .iter()
                .position(|at| !self.related.is_tied_to(*at, &left));
            // In a circle, any of them.
            order.push(left.remove(next.unwrap_or_default()));
        }
        order
    }

    /// How many of the rows that move, or of the same keys, are the second tenant's, of each table.
    fn arrived(&mut self) -> Result<Vec<usize>> {
        let mut arrived = vec![0; self.sets.len()];
        let moving: Vec<usize> = self.moving().collect();
        for at in moving {
            let rows = self.sets[at].rows().to_vec();
            if self.related.tables[at].tenant().is_none() {
                continue;
            }
            for rows in rows.chunks(AT_ONCE) {
                arrived[at] += self.ask(&self.sql.arrived(at, rows))?.len();
            }
        }
        Ok(arrived)
    }

    /// A trigger may have kept some, or sent them elsewhere. A row that was there already is not
    /// taken for one of them.
    fn check_arrived(&mut self, taken: &[usize]) -> Result<()> {
        let arrived = self.arrived()?;
        for at in self.written.iter().copied() {
            if arrived[at] != taken[at] + self.sets[at].rows().len() {
                let table = &self.related.tables[at].name;
                return Err(cannot(table, "were not all moved by the database"));
            }
        }
        Ok(())
    }

    /// What the foreign keys would have said. Who refers to a row that was moved is among the
    /// moved, too, so that this looks at both ends.
    fn check_held(&mut self) -> Result<()> {
        let related = self.related;
        for link in related.links.iter().filter(|link| link.is_held) {
            let (child, parent) = (&related.tables[link.from], &related.tables[link.to]);
            let rows = self.sets[link.from].rows().to_vec();
            for rows in rows.chunks(AT_ONCE) {
                if !self.ask(&self.sql.lost(link, rows))?.is_empty() {
                    return Err(nowhere(link, child, parent));
                }
            }
        }
        Ok(())
    }
}

fn nowhere(link: &Link, child: &RelatedTable, parent: &RelatedTable) -> Error {
    let by = link.shown(child.tenant());
    let reason = format!("would refer by `{by}` to no row of `{}`", parent.name);
    cannot(&child.name, reason)
}
