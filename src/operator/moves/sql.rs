//! The SQL of a move: which rows refer to which.
//!
//! The key of a row is a text of SQL that the database itself has written, a value or several in
//! parentheses: it is compared with the columns as it is, and no type of Rust stands between.

use std::any::TypeId;
use std::marker::PhantomData;

use super::dialect::{MovesRows, Shift};
use crate::catalog::{Holder, Link, Related, RelatedTable, is_column};

/// How the tables are asked, for a move from one tenant to another.
pub(super) struct Sql<'a, C> {
    pub(super) related: &'a Related,
    /// The tenants' keys in SQL.
    pub(super) from: String,
    pub(super) to: String,
    /// The type of these keys.
    pub(super) kind: TypeId,
    pub(super) of: PhantomData<fn() -> C>,
}

impl<C: MovesRows> Sql<'_, C> {
    fn table(&self, at: usize) -> &RelatedTable {
        &self.related.tables[at]
    }

    /// The beginning of the query for the first row, up to the condition on its key.
    pub(super) fn root(&self, at: usize) -> String {
        let table = self.table(at);
        let name = table.name.with(C::quote);
        format!(
            "SELECT {} FROM {name} WHERE {} AND ",
            key::<C>(table, &name),
            self.is_of(table, &name, &self.from),
        )
    }

    /// The rows that refer to these by the link, and whether each is the first tenant's.
    pub(super) fn children(&self, link: &Link, rows: &[String]) -> String {
        let (child, parent) = (self.table(link.from), self.table(link.to));
        format!(
            "SELECT {} AS moved_key, {} AS is_own FROM {} c JOIN {} p ON {} WHERE {}{}",
            key::<C>(child, "c"),
            coalesced(&self.is_of(child, "c", &self.from)),
            child.sql,
            parent.sql,
            pairs::<C>(link),
            self.among(parent, "p", rows),
            C::LOCKS
        )
    }

    /// The rows that these refer to by the link, and whether each is the second tenant's already.
    pub(super) fn referred(&self, link: &Link, rows: &[String]) -> String {
        let (child, parent) = (self.table(link.from), self.table(link.to));
        format!(
            "SELECT {} AS moved_key, {} AS is_own FROM {} c JOIN {} p ON {} WHERE {}{}",
            key::<C>(parent, "p"),
            coalesced(&self.belongs(parent, "p", 1)),
            child.sql,
            parent.sql,
            pairs::<C>(link),
            self.among(child, "c", rows),
            C::SHARES
        )
    }

    /// Those of the rows whose link would lead nowhere, with the second tenant in its place.
    pub(super) fn nowhere(&self, link: &Link, rows: &[String]) -> String {
        let child = self.table(link.from);
        let own = |own: &str| match child.tenant() {
            Some(tenant) if is_column(tenant, own) => self.to.clone(),
            _ => format!("c.{}", C::quote(own)),
        };
        self.without_target(link, &self.among(child, "c", rows), &own)
    }

    /// Those of the rows whose link leads nowhere, now that they are the second tenant's.
    pub(super) fn lost(&self, link: &Link, rows: &[String]) -> String {
        let child = self.table(link.from);
        let whose = self.is_of(child, "c", &self.to);
        let rows = within::<C>(child, "c", rows);
        let own = |own: &str| format!("c.{}", C::quote(own));
        self.without_target(link, &format!("{whose} AND {rows}"), &own)
    }

    /// Rows of the child whose link has a value, by what stands for each of its columns, and no
    /// row that it leads to.
    fn without_target(&self, link: &Link, rows: &str, own: &dyn Fn(&str) -> String) -> String {
        let (child, parent) = (self.table(link.from), self.table(link.to));
        let columns = link.columns.iter();
        let columns: Vec<(String, String)> = columns
            .map(|(column, to)| (own(column), format!("p.{}", C::quote(to))))
            .collect();
        let all = |of: &dyn Fn(&(String, String)) -> String| {
            let all: Vec<String> = columns.iter().map(of).collect();
            all.join(" AND ")
        };
        format!(
            "SELECT '' AS moved_key, {} AS is_own FROM {} c WHERE {rows} AND {} \
             AND NOT EXISTS (SELECT 1 FROM {} p WHERE {}{})",
            coalesced("1 = 0"),
            child.sql,
            all(&|(own, _)| format!("{own} IS NOT NULL")),
            parent.sql,
            all(&|(own, to)| format!("{to} = {own}")),
            C::SHARES
        )
    }

    /// Those of the rows that are the second tenant's now.
    pub(super) fn arrived(&self, at: usize, rows: &[String]) -> String {
        let table = self.table(at);
        format!(
            "SELECT {} AS moved_key, {} AS is_own FROM {} c WHERE {} AND {}",
            key::<C>(table, "c"),
            coalesced("1 = 1"),
            table.sql,
            self.is_of(table, "c", &self.to),
            within::<C>(table, "c", rows)
        )
    }

    /// The change that moves these rows.
    pub(super) fn shift(&self, at: usize, chunks: &[&[String]], is_tied: bool) -> Option<Shift> {
        let table = self.table(at);
        let column = C::quote(table.tenant()?);
        let begin = format!(
            "UPDATE {} SET {column} = {} WHERE {column} = {} AND ",
            table.sql, self.to, self.from
        );
        let within = chunks
            .iter()
            .map(|rows| within::<C>(table, &table.sql, rows));
        Some(Shift {
            table: table.name.clone(),
            is_tied,
            begin,
            within: within.collect(),
        })
    }

    /// Whether a row is the tenant's by its own column; one without it is its parent's. A tenant of
    /// another kind is none of both.
    fn is_of(&self, table: &RelatedTable, row: &str, tenant: &str) -> String {
        match &table.holder {
            Holder::Tenant { kind, .. } if *kind != self.kind => "1 = 0".to_owned(),
            Holder::Tenant { column, .. } => format!("{row}.{} = {tenant}", C::quote(column)),
            Holder::Nobody | Holder::Parent { .. } => "1 = 1".to_owned(),
        }
    }

    fn among(&self, table: &RelatedTable, row: &str, rows: &[String]) -> String {
        let own = self.is_of(table, row, &self.from);
        format!("{own} AND {}", within::<C>(table, row, rows))
    }

    /// Whether a row is the second tenant's, or everyone's. Who refers to a tenant of another kind
    /// goes on to.
    fn belongs(&self, table: &RelatedTable, row: &str, depth: usize) -> String {
        match &table.holder {
            Holder::Nobody => "1 = 1".to_owned(),
            Holder::Tenant { kind, .. } if *kind != self.kind => "1 = 1".to_owned(),
            Holder::Tenant { column, shared, .. } => {
                let own = self.is_of(table, row, &self.to);
                if *shared {
                    format!("({own} OR {row}.{} IS NULL)", C::quote(column))
                } else {
                    own
                }
            }
            Holder::Parent {
                column,
                parent,
                key,
            } => {
                let above = self.table(*parent);
                let alias = format!("p{depth}");
                format!(
                    "EXISTS (SELECT 1 FROM {} {alias} WHERE {alias}.{} = {row}.{} AND {})",
                    above.sql,
                    C::quote(key),
                    C::quote(column),
                    self.belongs(above, &alias, depth + 1)
                )
            }
        }
    }
}

/// NULL is no.
fn coalesced(condition: &str) -> String {
    format!("coalesce({condition}, 1 = 0)")
}

fn pairs<C: MovesRows>(link: &Link) -> String {
    let pairs = link.columns.iter();
    let pairs: Vec<String> = pairs
        .map(|(own, to)| format!("p.{} = c.{}", C::quote(to), C::quote(own)))
        .collect();
    pairs.join(" AND ")
}

/// The key of a row, as SQL.
fn key<C: MovesRows>(table: &RelatedTable, row: &str) -> String {
    let columns = table.keys.iter().map(|column| {
        let name = format!("{row}.{}", C::quote(&column.name));
        C::value(&name, &column.type_name)
    });
    let columns: Vec<String> = columns.collect();
    match columns.as_slice() {
        [] => "''".to_owned(),
        [one] => one.clone(),
        several => {
            let mut parts = vec!["'('".to_owned()];
            for (at, column) in several.iter().enumerate() {
                if at > 0 {
                    parts.push("', '".to_owned());
                }
                parts.push(column.clone());
            }
            parts.push("')'".to_owned());
            C::joined(&parts)
        }
    }
}

fn within<C: MovesRows>(table: &RelatedTable, row: &str, rows: &[String]) -> String {
    let columns: Vec<String> = table
        .keys
        .iter()
        .map(|column| format!("{row}.{}", C::quote(&column.name)))
        .collect();
    let rows = rows.join(", ");
    match columns.as_slice() {
        [] => "1 = 0".to_owned(),
        [one] => format!("{one} IN ({rows})"),
        several => format!("({}) IN ({}{rows})", several.join(", "), C::ROWS),
    }
}
