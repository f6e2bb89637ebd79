//! The two events of one act.

use uuid::Uuid;

use super::hash;
use super::model::AuditEvent;
use super::store::{Audits, Head, HeadOf};
use crate::clock::Now;
use crate::error::{Error, Result};
use crate::id::RowId;
use crate::key::TenantKey;
use crate::operator::{OperatorScope, Reason};
use crate::session::{Database, Journal, Outcome, Tables};

/// What kind of access an act is.
#[derive(Debug, Clone, Copy)]
pub(in crate::operator) enum Kind {
    Act,
    Read,
    ReadAcross,
    ForEach,
    MoveOut,
    MoveIn,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Act => "act",
            Self::Read => "read",
            Self::ReadAcross => "read across",
            Self::ForEach => "for each",
            Self::MoveOut => "move out",
            Self::MoveIn => "move in",
        }
    }
}

/// Whose chain of events: a tenant's, with the kind of its key, or that across all tenants, which
/// is of no kind.
#[derive(Debug, Clone)]
pub(in crate::operator) struct Chain {
    tenant: Option<String>,
    kind: &'static str,
}

impl Chain {
    pub(in crate::operator) fn of<K: TenantKey>(key: &K) -> Self {
        Self {
            tenant: Some(key.as_key().to_string()),
            kind: K::lasting_kind(),
        }
    }

    pub(in crate::operator) fn across() -> Self {
        Self {
            tenant: None,
            kind: "",
        }
    }

    pub(super) fn tenant(&self) -> Option<&str> {
        self.tenant.as_deref()
    }

    pub(super) fn kind(&self) -> &str {
        self.kind
    }

    /// What its head is called. No tenant's key is empty, and no kind of keys.
    pub(super) fn head(&self) -> HeadOf<'_> {
        (self.tenant().unwrap_or_default(), self.kind)
    }
}

/// An act, as its events tell it.
pub(in crate::operator) struct Entry<C: Audits> {
    db: Database<C>,
    actor: String,
    reason: Reason,
    kind: Kind,
    chain: Chain,
    /// What stands before the tables in both events.
    line: Option<String>,
    opened_by: Option<i64>,
}

impl<C: Audits> Entry<C> {
    pub(in crate::operator) fn new<K: TenantKey>(
        db: &Database<C>,
        operator: &OperatorScope<K>,
        kind: Kind,
        chain: Chain,
    ) -> Self {
        Self {
            db: db.clone(),
            actor: operator.actor.clone(),
            reason: operator.reason.clone(),
            kind,
            chain,
            line: None,
            opened_by: None,
        }
    }

    /// The same, with a line of its own before those of the tables.
    pub(in crate::operator) fn with_line(mut self, line: String) -> Self {
        self.line = Some(line);
        self
    }

    fn lines(&self, tables: String) -> String {
        match &self.line {
            None => tables,
            Some(line) if tables.is_empty() => line.clone(),
            Some(line) => format!("{line}\n{tables}"),
        }
    }

    fn append(&self, conn: &mut C, outcome: Option<Outcome>, tables: String) -> Result<i64> {
        let head = self.chain.head();
        let (last, previous_hash) = lock_head(conn, head)?;
        let sequence = last + 1;
        let mut event = AuditEvent {
            id: RowId::from_raw(0),
            public_id: self.new_id(),
            tenant_id: self.chain.tenant().map(str::to_owned),
            tenant_kind: self.chain.kind().to_owned(),
            sequence,
            opened_by: self.opened_by,
            actor: self.actor.clone(),
            kind: self.kind.name().to_owned(),
            outcome: outcome.map(|outcome| name_of(outcome).to_owned()),
            tables: self.lines(tables),
            reason: self.reason.text.clone(),
            ticket: self.reason.ticket.clone(),
            at: Now::at(self.db.clock().now()).naive,
            previous_hash,
            hash: Vec::new(),
        };
        event.hash = hash::of(&event).to_vec();
        conn.append(head, &event)?;
        Ok(sequence)
    }

    fn new_id(&self) -> Uuid {
        self.db.new_id()
    }
}

fn lock_head<C: Audits>(conn: &mut C, head: HeadOf<'_>) -> Result<Head> {
    if C::GAPS_LOCK {
        conn.begin_chain(head)?;
    } else if let Some(found) = conn.find_head(head)? {
        return Ok(found);
    } else {
        conn.begin_chain(head)?;
    }
    conn.find_head(head)?.ok_or(Error::NotFound)
}

fn name_of(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Done => "done",
        Outcome::Failed => "failed",
        Outcome::Panicked => "panicked",
    }
}

impl<C: Audits> Journal<C> for Entry<C> {
    fn open(&mut self, conn: &mut C) -> Result<()> {
        self.opened_by = None;
        self.opened_by = Some(self.append(conn, None, String::new())?);
        Ok(())
    }

    fn close(&mut self, conn: &mut C, outcome: Outcome, tables: &Tables) -> Result<()> {
        self.append(conn, Some(outcome), tables.lines())?;
        Ok(())
    }
}
