//! Tokens by which a background job gets a part of a caller's scope.

mod delegation;
mod issue;
mod key;
mod payload;
mod present;
mod presented;
mod revocations;

pub use delegation::Delegation;
pub use key::SigningKey;
pub use present::ForPurpose;
pub use presented::PresentedToken;
pub use revocations::{NeverRevoked, Revocations};

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::clock::{Clock, SystemClock};
use crate::error::{Error, Result};
use crate::id::{IdSource, UuidV7};
use crate::key::TenantKey;

/// Issues tokens that carry a part of a scope to a background job, and lets the job in.
///
/// A job does its work later, in another process, and no scope can be sent there. The request
/// issues a token, puts it into the queue, and the worker authenticates with it: it gets the
/// same tenant, in the name of the same subject, and never more than the request had. A token
/// ends no later than the credential behind the scope, names its permissions one by one, and
/// is good for one purpose.
///
/// ```
/// # #[cfg(feature = "sqlite")]
/// # fn main() -> tenancy::Result<()> {
/// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
/// # use gear::*;
/// # let gear = Gear::new();
/// # let (db, keys) = (&gear.db, Keys);
/// use tenancy::TenantScope;
/// use tenancy::jwt::{DelegatedTokens, Delegation, NeverRevoked, SigningKey};
///
/// # let secret = [7_u8; 32];
/// let key = SigningKey::new("2026-11", &secret)?;
/// let tokens = DelegatedTokens::<i64, _>::new([key], NeverRevoked)?;
/// # let tokens = tokens.clock(tenancy::FixedClock::at(db.now()));
///
/// // in the request
/// let scope = TenantScope::new(&db.authenticate(&keys, "anna's key")?)?;
/// let token = tokens.issue(&scope, Delegation::new("export").read_only())?;
///
/// // in the worker
/// let identity = db.authenticate(&tokens.for_purpose("export"), &token)?;
/// let scope = TenantScope::new_read_only(&identity)?;
/// assert_eq!(scope.subject(), Some("anna's key"));
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "sqlite"))]
/// # fn main() {}
/// ```
///
/// # Tenancy
///
/// Who has a key may sign a token for any tenant. Keep it as the database's password is kept,
/// and take other keys for another database: customer 5 of one is a stranger in the other. The
/// token itself is a credential, and belongs into no log.
///
/// A newtype of keys is told apart by its path: after a rename, tokens that are still under way
/// are refused. Two types of one path, as in two blocks of one function, are one type here: a token
/// of the one is good for the other. Let the types of keys be named in modules.
pub struct DelegatedTokens<K: TenantKey, R> {
    /// The newest first. There is one.
    keys: Vec<SigningKey>,
    revocations: R,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    of: PhantomData<fn() -> K>,
}

impl<K: TenantKey, R> DelegatedTokens<K, R> {
    /// Tokens by these keys, the newest first: it signs, and tokens of each are accepted. To
    /// change keys, put a new one before the others, and take an old one out when the last of
    /// its tokens has ended.
    ///
    /// `revocations` is asked each time a token is presented.
    ///
    /// # Errors
    ///
    /// [`Error::Configuration`] if there is no key, or if two have the same name.
    pub fn new(keys: impl IntoIterator<Item = SigningKey>, revocations: R) -> Result<Self> {
        let keys: Vec<SigningKey> = keys.into_iter().collect();
        if keys.is_empty() {
            return Err(misconfigured("delegated tokens need a key"));
        }
        let is_double =
            |(at, key): (usize, &SigningKey)| keys[..at].iter().any(|other| other.has_name_of(key));
        if keys.iter().enumerate().any(is_double) {
            return Err(misconfigured("two keys have the same name"));
        }
        Ok(Self {
            keys,
            revocations,
            clock: Arc::new(SystemClock),
            ids: Arc::new(UuidV7::default()),
            of: PhantomData,
        })
    }

    /// Tells the time, in place of the machine's clock. Take the clock of the
    /// [`Database`](crate::Database).
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Where the tokens' ids come from, in place of [`UuidV7`].
    #[must_use]
    pub fn ids(mut self, ids: impl IdSource) -> Self {
        self.ids = Arc::new(ids);
        self
    }
}

impl<K: TenantKey, R> fmt::Debug for DelegatedTokens<K, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DelegatedTokens")
            .field("keys", &self.keys)
            .finish_non_exhaustive()
    }
}

/// The longest token that is issued, and the longest that is looked at.
const LONGEST: usize = 8 * 1024;

fn misconfigured(reason: &str) -> Error {
    Error::Configuration {
        reason: reason.to_owned(),
    }
}
