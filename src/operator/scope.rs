//! The operator's token.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::reason::Reason;
use crate::error::{Error, Result};
use crate::identity::{Caller, DatabaseMark, Identity};
use crate::key::TenantKey;
use crate::scope::{has_words, is_legible};

/// The token of an operator: who acts, and why. With it a [`Database`](crate::Database) does what
/// no tenant may: [act for another tenant](crate::Database::act_for),
/// [read one](crate::Database::read_for) or [all of them](crate::Database::read_across), or do
/// something [for each](crate::Database::for_each_tenant).
///
/// Each use is one transaction, and writes an audit event before anything else and another one at
/// the end: see [`audit`](crate::audit).
///
/// It comes from an [`Identity`] whose claims say
/// [`operator`](crate::Claims::operator), and from a [`Reason`]. There is no `Clone`, no
/// `Default`, no `From` and no `Deserialize`: each place that needs it gets it lent.
///
/// ```
/// # #[cfg(feature = "sqlite")]
/// # fn main() -> tenancy::Result<()> {
/// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
/// # use gear::*;
/// # let gear = Gear::new();
/// # let db = &gear.db;
/// use tenancy::prelude::*;
/// use tenancy::{AuthError, Authenticator, Claims, OperatorScope, Reason, audit};
///
/// struct Staff; // an authenticator of the application
/// # impl Authenticator<diesel::SqliteConnection> for Staff {
/// #     type Credential<'a> = &'a str;
/// #     type Key = i64;
/// #     fn authenticate(&self, _: &mut diesel::SqliteConnection, _: &str) -> Result<Claims<i64>, AuthError> {
/// #         Ok(Claims::new(2).subject("olga").operator())
/// #     }
/// # }
///
/// db.migrate(audit::MIGRATIONS)?;
/// let olga = db.authenticate(&Staff, "olga's key")?;
/// let operator = OperatorScope::new(&olga, Reason::new("a name is wrong")?.ticket("OPS-12")?)?;
/// db.act_for(&operator, 1, |scope, session| {
///     let items = Repo::<Item>::new(scope);
///     items.update(RowId::<Item>::from_raw(1)).set(items::name.eq("Lantern")).execute(session)
/// })?;
/// # use diesel::prelude::*;
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "sqlite"))]
/// # fn main() {}
/// ```
pub struct OperatorScope<K: TenantKey> {
    pub(super) actor: String,
    pub(super) caller: Arc<Caller>,
    pub(super) reason: Reason,
    pub(super) may_write: bool,
    pub(super) proven_by: DatabaseMark,
    pub(super) expires_at: Option<DateTime<Utc>>,
    of: PhantomData<fn() -> K>,
}

impl<K: TenantKey> OperatorScope<K> {
    /// The scope of an operator who says why.
    ///
    /// # Errors
    ///
    /// [`Error::Forbidden`] if the identity is not an operator's, or names no subject, or one without a
    /// letter or a digit, or with signs that end or reorder a line or are not seen: nobody acts
    /// without a name.
    pub fn new(identity: &Identity<K>, reason: Reason) -> Result<Self> {
        let is_name = |subject: &&str| has_words(subject) && is_legible(subject);
        let actor = identity.subject().filter(is_name);
        let Some(actor) = actor.filter(|_| identity.is_operator()) else {
            return Err(Error::Forbidden);
        };
        let limits = [identity.expires_at(), reason.until];
        Ok(Self {
            actor: actor.to_owned(),
            caller: Arc::clone(identity.caller()),
            may_write: identity.may_write(),
            proven_by: identity.proven_by().clone(),
            expires_at: limits.into_iter().flatten().min(),
            reason,
            of: PhantomData,
        })
    }

    /// Who acts: the subject of the identity.
    #[must_use]
    pub fn actor(&self) -> &str {
        &self.actor
    }

    /// When it ends: with the credential, or with the time limit of the reason.
    #[must_use]
    pub fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.expires_at
    }
}

impl<K: TenantKey> fmt::Debug for OperatorScope<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OperatorScope")
            .field("actor", &self.actor)
            .field("writes", &self.may_write)
            .finish_non_exhaustive()
    }
}
