//! Who a caller is, as far as it is told to people and to handlers.

use super::permission::Permissions;

/// Who a caller is, and what it may ask for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Caller {
    pub(crate) subject: Option<String>,
    pub(crate) display_name: Option<String>,
    pub(crate) username: Option<String>,
    pub(crate) permissions: Permissions,
    /// By a delegated token: who has one issues none.
    pub(crate) is_delegated: bool,
}
