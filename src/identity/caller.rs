//! Who a caller is, as far as it is told to people and to handlers.

use std::sync::Weak;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::permission::Permissions;

/// Who a caller is, and what it may ask for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Caller {
    pub(crate) subject: Option<String>,
    pub(crate) display_name: Option<String>,
    pub(crate) username: Option<String>,
    pub(crate) permissions: Permissions,
    /// The key of the directory's that it came in by, if it did.
    pub(crate) key: Option<Uuid>,
    /// The login of the directory's that it came in by, if it did.
    pub(crate) login: Option<Uuid>,
    /// Until when at most what it makes may be good: the end of the key that it came in by.
    pub(crate) makes_until: Option<DateTime<Utc>>,
    /// By a delegated token: who has one issues none.
    pub(crate) is_delegated: bool,
    /// Of a scope that is lent: what goes on as long as it is good.
    pub(crate) lent: Option<Weak<()>>,
}

impl Caller {
    /// The public id of the key or login that it came in by.
    pub(crate) fn came_by(&self) -> Option<Uuid> {
        self.key.or(self.login)
    }

    /// Whether it was lent for something that is over.
    pub(crate) fn is_over(&self) -> bool {
        let lent = self.lent.as_ref();
        lent.is_some_and(|going_on| going_on.strong_count() == 0)
    }
}
