//! Whether a chain of events is whole.

use super::entry::Chain;
use super::hash::{self, NONE_BEFORE};
use super::model::AuditEvent;
use super::store::{Audits, Head};
use crate::error::Result;
use crate::key::TenantKey;
use crate::operator::OperatorScope;
use crate::session::Database;

/// Whether a chain of audit events is as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditState {
    /// It is. To keep elsewhere: a chain that ends before, or with another hash at this place,
    /// was written anew.
    Whole {
        /// How many events there are, which is the place of the last one.
        events: i64,
        /// The hash of the last one; of zeros if there is none.
        hash: Vec<u8>,
    },
    /// It is not.
    Broken {
        /// The place of the first event that does not fit, or of one that is missing.
        at: i64,
        /// What is wrong there.
        fault: AuditFault,
    },
}

/// What is wrong with a chain of audit events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuditFault {
    /// An event is missing at this place, or stands elsewhere.
    Missing,
    /// The event does not have the hash of the one before it: one of them is another.
    Unchained,
    /// The event has not the hash that it should have: it was changed.
    Changed,
    /// The chain has events, and no head.
    NoHead,
    /// The head tells of events that are not there: the last ones are missing.
    CutOff,
    /// The event stands behind the one that the head tells as the last.
    BehindTheHead,
    /// The head tells another hash than the last event has.
    OtherHead,
}

impl<C: Audits> Database<C> {
    /// Looks whether the chain of a tenant's audit events is whole, of the tenant with this key and
    /// [kind](TenantKey#the-kind-of-a-key) of key, or, without a tenant, that of
    /// the events across all tenants.
    ///
    /// It reads nothing but the audit, and writes no event: also a chain that nothing can be
    /// appended to anymore can be looked at.
    ///
    /// # Errors
    ///
    /// As [`act_for`](Self::act_for), and what the database says.
    pub fn verify_audit<K: TenantKey>(
        &self,
        operator: &OperatorScope<K>,
        tenant: Option<&K>,
    ) -> Result<AuditState> {
        self.check_operator(operator)?;
        let chain = match tenant {
            None => Chain::across(),
            Some(tenant) => {
                tenant.as_key().check()?;
                Chain::of(tenant)
            }
        };
        self.looking(|conn| {
            let head = conn.find_head(chain.head())?;
            let mut walk = Walk::default();
            loop {
                let events = conn.events_after(chain.tenant(), chain.kind(), walk.id, AT_ONCE)?;
                let is_last = events.len() < usize::try_from(AT_ONCE).unwrap_or(usize::MAX);
                if let Some((at, fault)) = walk.over(&events, head.as_ref()) {
                    return Ok(AuditState::Broken { at, fault });
                }
                if is_last {
                    return Ok(walk.end(head));
                }
            }
        })
    }
}

/// How many events are looked at together.
const AT_ONCE: i64 = 1000;

/// A walk along a chain, so far.
struct Walk {
    id: i64,
    last: i64,
    hash: Vec<u8>,
}

impl Default for Walk {
    fn default() -> Self {
        Self {
            id: 0,
            last: 0,
            hash: NONE_BEFORE.to_vec(),
        }
    }
}

impl Walk {
    /// The first of these events that does not fit.
    fn over(&mut self, events: &[AuditEvent], head: Option<&Head>) -> Option<(i64, AuditFault)> {
        for event in events {
            let place = self.last + 1;
            if event.sequence != place {
                return Some((place, AuditFault::Missing));
            }
            let fault = match head {
                None => Some(AuditFault::NoHead),
                Some((last, _)) if place > *last => Some(AuditFault::BehindTheHead),
                _ if event.previous_hash != self.hash => Some(AuditFault::Unchained),
                _ if event.hash != hash::of(event) => Some(AuditFault::Changed),
                _ => None,
            };
            if let Some(fault) = fault {
                return Some((place, fault));
            }
            self.id = event.id.get();
            self.last = place;
            self.hash.clone_from(&event.hash);
        }
        None
    }

    /// What the head says at the end.
    fn end(self, head: Option<Head>) -> AuditState {
        let broken = |at, fault| AuditState::Broken { at, fault };
        match head {
            Some((last, _)) if last > self.last => broken(self.last + 1, AuditFault::CutOff),
            Some((_, hash)) if hash != self.hash => broken(self.last, AuditFault::OtherHead),
            _ => AuditState::Whole {
                events: self.last,
                hash: self.hash,
            },
        }
    }
}
