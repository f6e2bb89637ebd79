//! The privileged way: an operator, a reason, and an audit event for each use.

mod across;
mod acts;
pub mod audit;
mod moves;
mod reason;
mod report;
mod scope;

pub use across::AcrossTenants;
pub use moves::{MovedRows, MovesRows};
pub use reason::Reason;
pub use report::{TenantOutcome, TenantReport};
pub use scope::OperatorScope;
