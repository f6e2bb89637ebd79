//! How much of a scope a delegated token carries.

use std::time::Duration;

use super::misconfigured;
use crate::error::Result;

/// How much of a scope a [delegated token](super::DelegatedTokens) carries: for which purpose,
/// for how long, and which permissions. It has none that is not named here.
///
/// ```
/// use std::time::Duration;
/// use tenancy::jwt::Delegation;
///
/// let soon = Delegation::new("export")
///     .expires_in(Duration::from_secs(10 * 60))
///     .permission("items:export")
///     .read_only();
/// ```
///
/// A token ends with the scope that it was issued from, at the latest, however long it asks for: scopes
/// of the [directory](crate::directory) end after 15 minutes, unless
/// [`lasting`](crate::directory::Directory::lasting) says otherwise. A job that begins later has a
/// credential of its own, as an API key.
#[derive(Debug, Clone)]
#[must_use]
pub struct Delegation {
    pub(super) purpose: String,
    pub(super) expires_in: Duration,
    pub(super) is_read_only: bool,
    pub(super) permissions: Vec<String>,
}

/// Longer, and it would be a key.
const LONGEST_LIFE: Duration = Duration::from_secs(30 * 24 * 60 * 60);
const SHORTEST_LIFE: Duration = Duration::from_secs(1);
const LONGEST_PURPOSE: usize = 128;

impl Delegation {
    /// For this purpose, for 15 minutes, to read and to write, and without a permission.
    pub fn new(purpose: impl Into<String>) -> Self {
        Self {
            purpose: purpose.into(),
            expires_in: Duration::from_secs(15 * 60),
            is_read_only: false,
            permissions: Vec::new(),
        }
    }

    /// For this long: whole seconds, at least one and at most 30 days. Where the scope ends
    /// earlier, so does the token, and nothing is said of it: what is issued is never longer.
    pub fn expires_in(mut self, time: Duration) -> Self {
        self.expires_in = time;
        self
    }

    /// Only to read.
    pub fn read_only(mut self) -> Self {
        self.is_read_only = true;
        self
    }

    /// With this permission of the scope's caller.
    pub fn permission(mut self, name: impl Into<String>) -> Self {
        self.permissions.push(name.into());
        self
    }

    pub(super) fn check(&self) -> Result<()> {
        if !(1..=LONGEST_PURPOSE).contains(&self.purpose.len()) {
            return Err(misconfigured("a purpose has one to 128 bytes"));
        }
        if !(SHORTEST_LIFE..=LONGEST_LIFE).contains(&self.expires_in) {
            return Err(misconfigured(
                "a delegated token lives for a second at least, and for 30 days at most",
            ));
        }
        Ok(())
    }
}
