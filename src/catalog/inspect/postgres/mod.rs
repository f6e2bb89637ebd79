//! PostgreSQL: row security, the role, what goes round them, and a live probe.

mod around;
mod definers;
mod distribution;
pub(in super::super) mod doors;
mod elsewhere;
mod functions;
mod inheritance;
mod kinds;
mod leaks;
mod mends;
mod parts;
pub(in super::super) mod policies;
mod probe;
mod read;
mod references;
mod rights;
mod role;
mod row_security;
mod rules;
mod same;
mod server;
mod stored;
pub(in super::super) mod telling;

use diesel::PgConnection;
use diesel::connection::Connection;
use diesel::result::Error as DieselError;

use self::role::Role;
use super::super::name::text;
use super::super::{Catalog, Declared, alone};
use super::finding::Finding;
use super::schema::{Schema, Table};
use super::{Inspects, Related, checks, related};
use crate::error::{Error, Result};

impl Inspects for PgConnection {
    /// In one transaction, so that a pooler of transactions gives one connection for all.
    fn look_at(&mut self, catalog: &Catalog) -> Result<Vec<Finding>> {
        alone::check(self)?;
        let mut seen = None;
        let done = self.transaction(|conn| {
            seen = Some(look(conn, catalog)?);
            Err::<(), _>(DieselError::RollbackTransaction)
        });
        match (done, seen) {
            (_, Some(findings)) => Ok(findings),
            (Err(error), None) => Err(Error::from(error)),
            (Ok(()), None) => Ok(Vec::new()),
        }
    }

    fn related(&mut self, catalog: &Catalog) -> Result<Related> {
        let schema = read::schema(self, catalog)?;
        let strangers = read::strangers(self, &schema)?;
        related::read(catalog, &schema, strangers)
    }
}

/// What the checks look at.
struct Live<'a> {
    catalog: &'a Catalog,
    schema: Schema,
    role: Role,
}

impl Live<'_> {
    /// The tables that are there and have row security, says the catalog.
    fn guarded(&self) -> impl Iterator<Item = (&Declared, &Table)> {
        let declared = self.schema.declared(self.catalog);
        declared.filter(|(declared, _)| self.catalog.has_row_security(declared))
    }

    /// Their numbers, for `IN (..)`.
    fn guarded_ids(&self) -> String {
        ids(self.guarded().map(|(_, table)| table))
    }

    /// Their numbers with their tenants' columns, for `VALUES`.
    fn owners(&self) -> String {
        let declared = self.schema.declared(self.catalog);
        let pairs = declared.map(|(declared, table)| {
            let owner = declared.tenant_column().unwrap_or_default();
            format!("({}, {})", table.id, text(owner))
        });
        let pairs: Vec<String> = pairs.chain(["(0, '')".to_owned()]).collect();
        pairs.join(", ")
    }

    fn declared_ids(&self) -> String {
        ids(self.schema.declared(self.catalog).map(|(_, table)| table))
    }
}

/// A list for `IN`. No table has the number 0.
fn ids<'a>(tables: impl Iterator<Item = &'a Table>) -> String {
    tables.fold("0".to_owned(), |list, table| {
        format!("{list}, {}", table.id)
    })
}

fn look(conn: &mut PgConnection, catalog: &Catalog) -> Result<Vec<Finding>, DieselError> {
    let role = role::read(conn)?;
    let schema = read::schema(conn, catalog)?;
    let live = Live {
        catalog,
        schema,
        role,
    };
    let mut findings = role::check(conn, &live)?;
    findings.extend(server::check(&live.role));
    findings.extend(kinds::check(&live));
    let mut general = checks::all(catalog, &live.schema);
    if catalog.style.distributed {
        checks::distribution::add(catalog, &live.schema, &mut general);
        general.extend(distribution::check(conn, &live)?);
    }
    findings.extend(
        general
            .into_iter()
            .map(|found| mends::past_row_security(&live, found)),
    );
    findings.extend(row_security::check(conn, &live)?);
    let doors = doors::read(conn, &live)?;
    findings.extend(doors.check(&live));
    findings.extend(rights::slow_indexes(conn, &live)?);
    findings.extend(around::triggers(conn, &live)?);
    findings.extend(references::check(conn, &live)?);
    findings.extend(rules::check(conn, &live)?);
    findings.extend(inheritance::check(conn, &live)?);
    findings.extend(parts::check(conn, &live)?);
    findings.extend(server::encoding(conn, &live)?);
    if !live.role.is_above() {
        findings.extend(rights::check(conn, &live)?);
        findings.extend(around::check(conn, &live, &doors)?);
        findings.extend(definers::check(conn, &live, &doors)?);
        findings.extend(elsewhere::check(conn, &live)?);
        findings.extend(functions::check(conn, &live)?);
        findings.extend(telling::check(conn, &live)?);
        findings.extend(leaks::check(conn, &live)?);
        findings.extend(rights::database(conn, &live)?);
    }
    findings.extend(probe::check(conn, &live)?);
    Ok(findings)
}
