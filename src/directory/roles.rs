//! What a member may do, by the name of its role.

use std::collections::BTreeMap;

use crate::identity::{Claims, Permissions};

/// The roles of an application: what a [`Membership`](crate::directory::Membership) of that role
/// may do.
///
/// By default there are `owner`, which has every permission, `member`, which reads and writes and
/// has none, and `viewer`, which only reads. A role that nobody has described opens nothing.
///
/// ```
/// use tenancy::directory::Roles;
///
/// let roles = Roles::default()
///     .role("editor", ["items:export", "items:import"])
///     .read_only_role("auditor", ["items:export"]);
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Roles(BTreeMap<String, Rights>);

#[derive(Debug, Clone)]
struct Rights {
    writes: bool,
    all: bool,
    permissions: Vec<String>,
}

impl Default for Roles {
    fn default() -> Self {
        let owner = Rights {
            writes: true,
            all: true,
            permissions: Vec::new(),
        };
        let mut roles = Self::none()
            .role("member", [""; 0])
            .read_only_role("viewer", [""; 0]);
        roles.0.insert(OWNER.to_owned(), owner);
        roles
    }
}

/// The role of a user in the tenant that was made for it.
pub(super) const OWNER: &str = "owner";

impl Roles {
    /// No roles at all. (The one who signs in first is an `owner`: describe that too.)
    pub fn none() -> Self {
        Self(BTreeMap::new())
    }

    /// A role that reads and writes, with these permissions, by name. It takes the place of one
    /// of the same name.
    pub fn role<N: Into<String>>(
        self,
        name: impl Into<String>,
        permissions: impl IntoIterator<Item = N>,
    ) -> Self {
        self.with(name.into(), true, permissions)
    }

    /// The same, for a role that only reads.
    pub fn read_only_role<N: Into<String>>(
        self,
        name: impl Into<String>,
        permissions: impl IntoIterator<Item = N>,
    ) -> Self {
        self.with(name.into(), false, permissions)
    }

    fn with<N: Into<String>>(
        mut self,
        name: String,
        writes: bool,
        permissions: impl IntoIterator<Item = N>,
    ) -> Self {
        let rights = Rights {
            writes,
            all: false,
            permissions: permissions.into_iter().map(Into::into).collect(),
        };
        self.0.insert(name, rights);
        self
    }

    pub(super) fn knows(&self, role: &str) -> bool {
        self.0.contains_key(role)
    }

    /// Whether who has these permissions has all that the role has.
    pub(super) fn is_within(&self, role: &str, own: &Permissions) -> bool {
        self.0.get(role).is_some_and(|rights| {
            own.has_all() || (!rights.all && rights.permissions.iter().all(|name| own.has(name)))
        })
    }

    /// Whether the role still allows this much.
    pub(super) fn still_allows(
        &self,
        role: &str,
        writes: bool,
        permissions: &[impl AsRef<str>],
    ) -> bool {
        self.0.get(role).is_some_and(|rights| {
            let has = |name: &str| rights.permissions.iter().any(|own| own == name);
            (rights.writes || !writes)
                && (rights.all || permissions.iter().all(|name| has(name.as_ref())))
        })
    }

    /// Whether one role allows what another does.
    pub(super) fn covers(&self, role: &str, other: &str) -> bool {
        self.0.get(other).is_some_and(|other| {
            self.still_allows(role, other.writes, &other.permissions)
                && (!other.all || self.has_all(role))
        })
    }

    pub(super) fn has_all(&self, role: &str) -> bool {
        self.0.get(role).is_some_and(|rights| rights.all)
    }

    /// The claims, with what the role allows, narrowed to `scopes` if there is such a list. None
    /// if nobody knows the role.
    pub(super) fn allow(
        &self,
        claims: Claims<i64>,
        role: &str,
        scopes: Option<&str>,
    ) -> Option<Claims<i64>> {
        let rights = self.0.get(role)?;
        let claims = if rights.writes {
            claims
        } else {
            claims.read_only()
        };
        let has = |name: &str| rights.all || rights.permissions.iter().any(|own| own == name);
        Some(match scopes {
            Some(scopes) => scopes
                .split_ascii_whitespace()
                .filter(|name| has(name))
                .fold(claims, Claims::permission),
            None if rights.all => claims.all_permissions(),
            None => rights.permissions.iter().fold(claims, Claims::permission),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::{DatabaseMark, Identity};

    fn allowed(role: &str, scopes: Option<&str>) -> Option<Identity<i64>> {
        let roles = Roles::default().role("editor", ["export"]);
        let claims = roles.allow(Claims::new(1), role, scopes)?;
        Some(Identity::proven(claims, DatabaseMark::default()))
    }

    #[test]
    fn a_role_that_nobody_described_opens_nothing() {
        assert!(allowed("admin", None).is_none());
        assert!(allowed("", None).is_none());
        assert!(allowed("Owner", None).is_none());
    }

    #[test]
    fn a_role_has_its_permissions() {
        let editor = allowed("editor", None).unwrap();
        assert!(editor.may_write() && editor.has_permission("export"));
        assert!(!editor.has_permission("import"));
        assert!(!allowed("viewer", None).unwrap().may_write());
        assert!(!allowed("member", None).unwrap().has_permission("export"));
        assert!(allowed("owner", None).unwrap().has_permission("import"));
    }

    #[test]
    fn scopes_narrow_and_never_widen() {
        let editor = allowed("editor", Some("export import")).unwrap();
        assert!(editor.has_permission("export") && !editor.has_permission("import"));
        assert!(
            !allowed("editor", Some(""))
                .unwrap()
                .has_permission("export")
        );
        let owner = allowed("owner", Some("import")).unwrap();
        assert!(owner.has_permission("import") && !owner.has_permission("export"));
    }
}
