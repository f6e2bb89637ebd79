//! What came of something that was done for each tenant.

use std::fmt;
use std::slice;
use std::vec;

/// What came of one tenant's turn in
/// [`Database::for_each_tenant`](crate::Database::for_each_tenant).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TenantOutcome<T, E> {
    /// It was done, and stays.
    Done(T),
    /// It failed, and nothing of it stays.
    Failed(E),
    /// It panicked, and nothing of it stays. The message, if it was a text.
    Panicked(Option<String>),
}

/// What came of each tenant's turn in
/// [`Database::for_each_tenant`](crate::Database::for_each_tenant), in the order of the tenants.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "some tenants may have failed: ask `.is_complete()`, or look at each"]
pub struct TenantReport<K, T, E> {
    turns: Vec<(K, TenantOutcome<T, E>)>,
}

impl<K, T, E> TenantReport<K, T, E> {
    pub(super) fn new(turns: Vec<(K, TenantOutcome<T, E>)>) -> Self {
        Self { turns }
    }

    /// Whether it was done for each.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.failures().next().is_none()
    }

    /// Each tenant, and what came of its turn.
    pub fn iter(&self) -> slice::Iter<'_, (K, TenantOutcome<T, E>)> {
        self.turns.iter()
    }

    /// The tenants for which it was not done.
    pub fn failures(&self) -> impl Iterator<Item = &(K, TenantOutcome<T, E>)> {
        let failed = |turn: &&(K, _)| !matches!(turn.1, TenantOutcome::Done(_));
        self.turns.iter().filter(failed)
    }

    /// What was given back for each tenant for which it was done.
    pub fn values(&self) -> impl Iterator<Item = (&K, &T)> {
        self.turns
            .iter()
            .filter_map(|(tenant, outcome)| match outcome {
                TenantOutcome::Done(value) => Some((tenant, value)),
                TenantOutcome::Failed(_) | TenantOutcome::Panicked(_) => None,
            })
    }
}

impl<K, T, E> IntoIterator for TenantReport<K, T, E> {
    type Item = (K, TenantOutcome<T, E>);
    type IntoIter = vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.turns.into_iter()
    }
}

impl<'a, K, T, E> IntoIterator for &'a TenantReport<K, T, E> {
    type Item = &'a (K, TenantOutcome<T, E>);
    type IntoIter = slice::Iter<'a, (K, TenantOutcome<T, E>)>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// How many were done, and how many not.
impl<K, T, E> fmt::Display for TenantReport<K, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failed = self.failures().count();
        let done = self.turns.len() - failed;
        write!(f, "done for {done} tenants, not for {failed}")
    }
}
