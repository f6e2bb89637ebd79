//! How keys come to be, are replaced, and end.

use chrono::{DateTime, TimeDelta, Utc};

use super::Directory;
use super::ends::End;
use super::models::ApiKey;
use super::settle::NewApiKey;
use super::store::DirectoryConnection;
use crate::clock::whole_micros;
use crate::error::{Error, Result};
use crate::id::RowId;
use crate::identity::{Secret, SecretName};
use crate::scope::TenantScope;

/// What a new key is to be.
///
/// ```
/// use tenancy::directory::NewKey;
///
/// let key = NewKey::new("nightly export").scopes(["items:export"]).read_only();
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct NewKey {
    name: String,
    scopes: Option<Vec<String>>,
    read_only: bool,
    expires_at: Option<DateTime<Utc>>,
}

impl NewKey {
    /// A key of this name, that may do what the member may, and does not end by itself. Who has not
    /// every permission makes none of these, and names [`scopes`](Self::scopes), if only none: a key
    /// without a list would get what the member is given later.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            scopes: None,
            read_only: false,
            expires_at: None,
        }
    }

    /// The permissions that it has at most, by name.
    pub fn scopes<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.scopes = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// It only reads.
    pub fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// It ends at this moment.
    pub fn expires_at(mut self, moment: DateTime<Utc>) -> Self {
        self.expires_at = Some(moment);
        self
    }
}

impl<C: DirectoryConnection> Directory<C> {
    /// Makes a key to the scope's tenant, that comes in as the scope's caller. The secret is shown
    /// this once; what is kept of it opens nothing. `name` is what [`Directory::api_keys`] was
    /// given: what the application's keys begin with.
    ///
    /// # Errors
    ///
    /// [`Error::Forbidden`] if it would have a permission that the scope does not have, or would
    /// outlive the key that the caller came in by; if the caller's membership has ended, or allows
    /// less by now, or the key was revoked; or if the caller is not a user of the directory.
    /// [`Error::Configuration`] for a name of a permission with a space in it, or a `name` that does
    /// not do; and those of a session and an insert.
    pub fn issue_key(
        &self,
        scope: &TenantScope<i64>,
        name: &str,
        key: &NewKey,
    ) -> Result<(ApiKey, Secret)> {
        let scopes = allowed(scope, key)?;
        if outlives(key.expires_at, scope.caller().makes_until) {
            return Err(Error::Forbidden);
        }
        let secret = Secret::new(&SecretName::new(name)?, self.db.id_source())?;
        let row = NewApiKey {
            user_public_id: super::user_of(scope)?,
            name: &key.name,
            prefix: secret.prefix(),
            proof: secret.proof(),
            secret_hash: &secret.hash(),
            scopes: scopes.as_deref(),
            read_only: key.read_only,
            made_with: scope.caller().came_by(),
            expires_at: key.expires_at.map(whole_micros),
        };
        let needs: Vec<&str> = key.scopes.iter().flatten().map(String::as_str).collect();
        let made = self.in_turn(scope, &needs, |session, clerk, caller| {
            if row.scopes.is_none() && !self.rules.roles.has_all(&caller.role) {
                return Err(Error::Forbidden);
            }
            C::add_key(session, clerk, &row)
        });
        Ok((made?, secret))
    }

    /// Makes a key in the place of another, with the same rights. The other one is good for
    /// `overlap` longer, so that whoever has it finds the time to take the new one; if it ends
    /// before that by itself, it still does. Keys that were made with the other one are good no longer
    /// than it is, nor are its delegated tokens and open invitations.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if the scope's tenant has no such key, and as
    /// [`issue_key`](Self::issue_key): the key is the caller's own, and the caller has what the key
    /// has. Of another member's key, a new one would come in as that member.
    pub fn rotate_key(
        &self,
        scope: &TenantScope<i64>,
        id: RowId<ApiKey>,
        overlap: TimeDelta,
    ) -> Result<(ApiKey, Secret)> {
        let who = super::user_of(scope)?;
        let end = super::later(self.db.now(), overlap)?;
        self.in_turn(scope, &[], |session, clerk, _| {
            let old = C::find_key(session, clerk, id)?;
            let end_of_old = old.expires_at.map(|moment| moment.and_utc());
            let is_longer = outlives(end_of_old, scope.caller().makes_until);
            if !is_within(scope, &old) || is_longer || old.user_public_id.get() != who {
                return Err(Error::Forbidden);
            }
            let name = old.prefix.split('_').next().unwrap_or_default();
            let secret = Secret::new(&SecretName::new(name)?, self.db.id_source())?;
            let row = NewApiKey {
                user_public_id: old.user_public_id.get(),
                name: &old.name,
                prefix: secret.prefix(),
                proof: secret.proof(),
                secret_hash: &secret.hash(),
                scopes: old.scopes.as_deref(),
                read_only: old.read_only,
                made_with: scope.caller().came_by(),
                expires_at: old.expires_at,
            };
            let end = whole_micros(end);
            let end = old.expires_at.map_or(end, |moment| moment.min(end));
            let (at, over) = (whole_micros(self.db.now()), Some(end));
            let made = session.behind();
            made.end_made_with(*clerk.tenant(), old.public_id.get(), End { at, over })?;
            let new = C::add_key(session, clerk, &row)?;
            C::end_key(session, clerk, id, end)?;
            Ok((new, secret))
        })
    }

    /// Ends a key at once. It opens nothing from the next time that it is presented, nor does what
    /// was made with it: delegated tokens, open invitations, and keys, with what was made with those.
    /// Scopes that it has opened make nothing that lasts, and end as [`lasting`](Self::lasting) says.
    ///
    /// A key that has rotated itself has made the one in its place: who rotates a key to be rid of
    /// it signs in to do so, or lets the old one run out.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if the scope's tenant has no such key, or it is revoked already;
    /// [`Error::Forbidden`] for another member's key, unless the caller may
    /// [manage](super::Manage) the tenant and has what that member has; for a key with more than
    /// the one that the caller came in by; if the caller's own
    /// membership or key has ended, or it is not a user of the directory; and those of a session.
    pub fn revoke_key(&self, scope: &TenantScope<i64>, id: RowId<ApiKey>) -> Result<()> {
        self.in_turn(scope, &[], |session, clerk, caller| {
            let key = C::find_key(session, clerk, id)?;
            if !is_within(scope, &key) && scope.caller().key.is_some() {
                return Err(Error::Forbidden);
            }
            if key.user_public_id != caller.user_public_id {
                self.check_reaches(session, clerk, (scope, caller), key.user_public_id.get())?;
            }
            C::revoke_key(session, clerk, key.id)?;
            let at = whole_micros(self.db.now());
            let tenant = *clerk.tenant();
            Ok(session.behind().end_made_with(
                tenant,
                key.public_id.get(),
                End { at, over: None },
            )?)
        })
    }
}

/// Whether what ends at the one moment, or never, is there behind the other.
pub(super) fn outlives(end: Option<DateTime<Utc>>, other: Option<DateTime<Utc>>) -> bool {
    other.is_some_and(|other| end.is_none_or(|end| end > other))
}

/// Whether the scope has what a key has.
fn is_within(scope: &TenantScope<i64>, key: &ApiKey) -> bool {
    let own = &scope.caller().permissions;
    match key.scopes.as_deref() {
        Some(scopes) => scopes.split_ascii_whitespace().all(|name| own.has(name)),
        None => own.has_all(),
    }
}

/// The list of a new key's permissions, if the scope has each of them.
fn allowed(scope: &TenantScope<i64>, key: &NewKey) -> Result<Option<String>> {
    let own = &scope.caller().permissions;
    let Some(names) = &key.scopes else {
        // Without a list it has what the member has, which may be more than this scope.
        return if own.has_all() {
            Ok(None)
        } else {
            Err(Error::Forbidden)
        };
    };
    if names
        .iter()
        .any(|name| name.is_empty() || name.contains(char::is_whitespace))
    {
        return Err(Error::Configuration {
            reason: "the name of a permission is one word".into(),
        });
    }
    if !names.iter().all(|name| own.has(name)) {
        return Err(Error::Forbidden);
    }
    Ok(Some(names.join(" ")))
}
