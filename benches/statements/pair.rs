//! What a pair is: one statement, written twice.

use super::sides::{ByHandCall, ScopedCall};

/// One statement by hand in diesel with the tenant's condition, and scoped.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pair {
    pub(crate) name: &'static str,
    /// The time that the scoped one may take, by hand being 1.
    pub(crate) goal: f64,
    /// How many calls a round has. A write has a row of its own in each.
    pub(crate) calls: usize,
    /// Whether it writes, so that it must be rolled back.
    pub(crate) writes: bool,
    pub(crate) by_hand: ByHandCall,
    /// `None` as long as the library has no such statement.
    pub(crate) scoped: Option<ScopedCall>,
}

/// The goal where diesel gives no time away: not to be slower.
pub(crate) const SAME: f64 = 1.03;

/// The goal for the instructions of any statement.
pub(crate) const INSTRUCTIONS: f64 = 1.02;

/// The goal for the geometric mean over all statements.
pub(crate) const MEAN: f64 = 0.65;
