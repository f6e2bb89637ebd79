//! The hash of an event: over all that it says, and over the hash of the one before it.

use sha2::{Digest, Sha256};

use super::model::AuditEvent;

/// The length of a hash in bytes.
pub(super) const LENGTH: usize = 32;

/// What the hash of the first event of a chain is made with.
pub(super) const NONE_BEFORE: [u8; LENGTH] = [0; LENGTH];

/// The encoding that is hashed. A change of it is another version.
const VERSION: &[u8] = b"tenancy audit event 1";

/// The hash that the event should have. Each part stands behind its length, so that no two events
/// are written alike, and one that may be missing behind a byte that says whether it is there.
pub(super) fn of(event: &AuditEvent) -> [u8; LENGTH] {
    let mut hash = Sha256::new();
    part(&mut hash, VERSION);
    part(&mut hash, event.public_id.as_bytes());
    maybe(&mut hash, event.tenant_id.as_deref().map(str::as_bytes));
    part(&mut hash, event.tenant_kind.as_bytes());
    part(&mut hash, &event.sequence.to_be_bytes());
    let opened_by = event.opened_by.map(i64::to_be_bytes);
    maybe(&mut hash, opened_by.as_ref().map(<[u8; 8]>::as_slice));
    part(&mut hash, event.actor.as_bytes());
    part(&mut hash, event.kind.as_bytes());
    maybe(&mut hash, event.outcome.as_deref().map(str::as_bytes));
    part(&mut hash, event.tables.as_bytes());
    part(&mut hash, event.reason.as_bytes());
    maybe(&mut hash, event.ticket.as_deref().map(str::as_bytes));
    let at = event.at.and_utc().timestamp_micros();
    part(&mut hash, &at.to_be_bytes());
    part(&mut hash, &event.previous_hash);
    hash.finalize().into()
}

fn part(hash: &mut Sha256, bytes: &[u8]) {
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    hash.update(length.to_be_bytes());
    hash.update(bytes);
}

fn maybe(hash: &mut Sha256, bytes: Option<&[u8]>) {
    match bytes {
        None => hash.update([0]),
        Some(bytes) => {
            hash.update([1]);
            part(hash, bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RowId;
    use chrono::DateTime;
    use uuid::Uuid;

    fn event() -> AuditEvent {
        AuditEvent {
            id: RowId::from_raw(1),
            public_id: Uuid::from_u128(7),
            tenant_id: Some("1".to_owned()),
            tenant_kind: "customer".to_owned(),
            sequence: 3,
            opened_by: Some(2),
            actor: "olga".to_owned(),
            kind: "act".to_owned(),
            outcome: Some("done".to_owned()),
            tables: "items: read".to_owned(),
            reason: "a reason".to_owned(),
            ticket: None,
            at: DateTime::UNIX_EPOCH.naive_utc(),
            previous_hash: vec![1; LENGTH],
            hash: Vec::new(),
        }
    }

    /// Each part of an event, changed.
    fn changed() -> Vec<AuditEvent> {
        let change = |with: fn(&mut AuditEvent)| {
            let mut event = event();
            with(&mut event);
            event
        };
        vec![
            event(),
            change(|event| event.public_id = Uuid::from_u128(8)),
            change(|event| event.tenant_id = Some("2".to_owned())),
            change(|event| event.tenant_id = None),
            change(|event| event.tenant_kind = "supplier".to_owned()),
            change(|event| event.sequence = 4),
            change(|event| event.opened_by = None),
            change(|event| event.actor = "otto".to_owned()),
            change(|event| event.kind = "read".to_owned()),
            change(|event| event.outcome = None),
            change(|event| event.tables = String::new()),
            change(|event| event.reason = "another".to_owned()),
            change(|event| event.ticket = Some(String::new())),
            change(|event| event.at += chrono::TimeDelta::microseconds(1)),
            change(|event| event.previous_hash = vec![2; LENGTH]),
            // The same letters, otherwise cut.
            change(|event| {
                event.actor = "olgaa".to_owned();
                event.kind = "ct".to_owned();
            }),
            change(|event| {
                event.tenant_id = Some("1c".to_owned());
                event.tenant_kind = "ustomer".to_owned();
            }),
        ]
    }

    #[test]
    fn each_part_is_in_the_hash() {
        let mut hashes: Vec<_> = changed().iter().map(of).collect();
        hashes.sort_unstable();
        hashes.dedup();
        assert_eq!(hashes.len(), changed().len());
    }

    #[test]
    fn the_number_of_the_row_is_not() {
        let mut other = event();
        other.id = RowId::from_raw(99);
        assert_eq!(of(&other), of(&event()));
    }
}
