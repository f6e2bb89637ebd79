//! What operators did, written down where nobody changes it.
//!
//! Each act of an [`OperatorScope`](crate::OperatorScope) writes two events: one before anything
//! is done, and one at the end, in the transaction of the act. They say who, for which tenant or
//! across all, what kind of access, why, when, and the last one also how it ended and which tables
//! were read and written. If the first cannot be written, nothing is done, not even read:
//! [`Error::AuditUnavailable`](crate::Error::AuditUnavailable). An act that fails or panics leaves
//! its events, and nothing else. A [move](crate::Database::move_row) has two events in the chains of
//! both tenants, and they name the other one. But the first event is committed with the act: when
//! the process or the machine ends in the middle of one, nothing stays of what it did, and no event
//! tells of it or of what it has read.
//!
//! The events of one tenant are a chain, and those across all tenants are another: each has a
//! number and the hash of the one before it (SHA-256), and a head tells the last one, so that what
//! is changed, missing or cut off shows:
//! [`Database::verify_audit`](crate::Database::verify_audit). The head of a chain is locked while
//! an act lasts: two acts for one tenant, or two across all, come one after the other.
//!
//! The tables are made by [`MIGRATIONS`]. Who runs them beside the application's own:
//!
//! ```
//! # #[cfg(feature = "sqlite")]
//! # fn main() -> tenancy::Result<()> {
//! # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
//! # use gear::*;
//! # let gear = Gear::new();
//! # let db = &gear.db;
//! use tenancy::audit::{self, AuditEvent, AuditHead};
//! use tenancy::catalog;
//!
//! db.migrate(audit::MIGRATIONS)?;
//! let tables = catalog![Category, Item, AuditEvent, AuditHead];
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "sqlite"))]
//! # fn main() {}
//! ```
//!
//! Both models belong into the application's catalog. A tenant reads the events about itself by
//! `Repo::<AuditEvent>`, and nobody writes them so. Triggers refuse to change, to replace or to
//! delete an event, and to set a head back. On PostgreSQL the service's role only reads, within row security, and the operators'
//! role needs SELECT and INSERT on `tenancy_audit_events`, SELECT, INSERT and UPDATE on
//! `tenancy_audit_heads`, and what it is to do with the application's tables. On the other
//! backends operators may sign in as the service does, and its account needs the same.
//!
//! # What it does not show
//!
//! Who owns the tables can take the triggers away, and write a whole chain anew. So keep the
//! numbers and hashes of the heads elsewhere from time to time: [`AuditState::Whole`] tells them.
//!
//! A tenant stands there as the text of its key, and the
//! [kind](crate::TenantKey#the-kind-of-a-key) of the key beside it: customer 5 and supplier 5 have a
//! chain each, and read their own. On PostgreSQL row security compares the key alone, so that SQL of
//! the application's own would read those of both.

mod entry;
mod hash;
mod migrations;
mod model;
pub mod schema;
mod store;
mod verify;

pub(super) use entry::{Chain, Entry, Kind};
pub use migrations::{AuditMigrations, MIGRATIONS};
pub use model::{AuditEvent, AuditHead};
pub use store::Audits;
pub use verify::{AuditFault, AuditState};
