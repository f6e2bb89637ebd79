//! The crate's own tables: tenants, users, their logins and memberships, invitations, keys.
//!
//! A service that has no sign-in of its own takes them as they are: it runs the migrations of
//! its backend, and asks the [`Directory`] for the ways in. One that has more to say of a user adds
//! tables of its own, which have a tenant column and refer to these
//! (`#[scoped(tenant = tenant_id, references(User, on = user_id))]`): a [`Repo`](crate::Repo) reads
//! both. One that has tables of its own already implements
//! [`Authenticator`](crate::Authenticator), and leaves all of this aside.
//!
//! Who could write these rows could be anybody. So scopes read them, and an insert, an update or a
//! delete by a `Repo` does not compile: the functions of the [`Directory`] write them, and ask who
//! the caller is.
//!
//! | table | model | a scope reads |
//! |---|---|---|
//! | `tenancy_tenants` | [`Tenant`] | its own |
//! | `tenancy_users` | [`User`] | those at home in its tenant |
//! | `tenancy_logins` | [`Login`] | those of these users |
//! | `tenancy_memberships` | [`Membership`] | who may come in |
//! | `tenancy_visits` | [`Visit`] | none: each user reads its own, by [`Directory::visits`] |
//! | `tenancy_invitations` | [`Invitation`] | who was asked |
//! | `tenancy_api_keys` | [`ApiKey`] | its keys |
//! | `tenancy_revoked_tokens` | [`RevokedToken`] | its own |
//! | `tenancy_operators` | [`Operator`] | none: an operator does, across all tenants |
//!
//! The migrations make the tables of the [audit](crate::audit) and of the
//! [numbers](crate::numbers) for people too, and [`add_to`] has the models of all of them.
//!
//! # When something ends
//!
//! A membership, a key or a user that ends, and a tenant that is shut, stop the next
//! authentication. A scope that is open by then stays good until it expires: after
//! [`Directory::lasting`], 15 minutes by default, or with its credential, whichever is first. A
//! session that is open goes on until it is dropped. So keep a scope for a request, and not for
//! longer.
//!
//! What lasts is not made by what has ended: a new key, an invitation, another role ask again
//! whether the tenant is open, and the caller's membership and key go on. With a membership end its
//! keys and its open invitations, and with a key or a login what was made with it: delegated tokens,
//! open invitations, and keys, with what was made with those.
//!
//! # On PostgreSQL
//!
//! rustc lets no other crate say of these tables and its own that they appear in one query: diesel's
//! `allow_tables_to_appear_in_same_query!` is E0117 there. Load by two queries, the second by the public
//! ids or keys of the first.

mod api_keys;
mod by_operator;
mod clerk;
mod ends;
mod found_tenant;
mod invitations;
mod keep;
mod key_ring;
mod logins;
mod members;
mod migrations;
mod models;
mod principal;
mod roles;
mod rows;
pub mod schema;
mod settle;
mod sign_in;
mod standing;
mod still;
mod store;
mod tenants;
#[cfg(feature = "jwt")]
mod tokens;
mod users;

pub use api_keys::ApiKeys;
#[doc(hidden)]
pub use clerk::Clerk;
pub use key_ring::NewKey;
pub use logins::Logins;
#[cfg(feature = "mysql")]
pub use migrations::MYSQL;
#[cfg(feature = "postgres")]
pub use migrations::POSTGRES;
#[cfg(feature = "sqlite")]
pub use migrations::SQLITE;
pub use models::{
    ApiKey, Invitation, Login, Membership, Operator, RevokedToken, Tenant, User, Visit,
};
pub use roles::Roles;
pub use store::DirectoryConnection;
#[cfg(feature = "jwt")]
pub use tokens::RevokedTokens;

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use uuid::Uuid;

use principal::Rules;

use crate::catalog::Catalog;
use crate::clock::whole_micros;
use crate::error::{Error, Result};
use crate::identity::{Permission, SecretName};
use crate::numbers::Counter;
use crate::operator::audit::{AuditEvent, AuditHead};
use crate::ownership::Scoped;
use crate::scope::{Access, TenantScope};
use crate::session::{Database, Session};

type OnFounding<C> = dyn Fn(&TenantScope<i64>, &mut Session<C>) -> Result<()> + Send + Sync;

/// The ways in over the directory's tables: from a credential to an
/// [`Identity`](crate::Identity).
///
/// ```
/// # #[cfg(feature = "sqlite")]
/// # fn main() -> tenancy::Result<()> {
/// # use diesel::SqliteConnection;
/// # struct Provider;
/// # impl VerifiesLogin for Provider {
/// #     type Credential<'a> = &'a str;
/// #     fn verify(&self, token: &str) -> Result<VerifiedLogin, AuthError> {
/// #         VerifiedLogin::new("https://login.example", token)
/// #     }
/// # }
/// # let provider = Provider;
/// # let directory = tempfile::tempdir().unwrap();
/// # let path = directory.path().join("gear.db");
/// # let path = path.to_str().unwrap();
/// use tenancy::directory::{self, Directory, NewKey};
/// use tenancy::prelude::*;
/// use tenancy::{AuthError, VerifiedLogin, VerifiesLogin};
///
/// let db = Database::<SqliteConnection>::open(path)?;
/// db.migrate(directory::SQLITE)?;
/// let directory = Directory::new(&db);
///
/// // A person signs in; the first time makes the user, and a tenant of its own.
/// let logins = directory.logins(provider);
/// let anna = directory.sign_in(&logins, "anna's token", None)?;
/// let scope = TenantScope::new(&anna)?;
///
/// // A program comes in by a key, which is shown once.
/// let (_, secret) = directory.issue_key(&scope, "gear", &NewKey::new("nightly export").read_only())?;
/// let keys = directory.api_keys("gear")?;
/// let program = db.authenticate(&keys, secret.reveal())?;
/// assert_eq!(program.tenant(), anna.tenant());
/// assert!(!program.may_write());
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "sqlite"))]
/// # fn main() {}
/// ```
pub struct Directory<C: DirectoryConnection> {
    db: Database<C>,
    rules: Rules,
    on_founding: Arc<OnFounding<C>>,
}

impl<C: DirectoryConnection> Directory<C> {
    /// The directory in this database, with [`Roles::default`].
    #[must_use]
    pub fn new(db: &Database<C>) -> Self {
        Self {
            db: db.clone(),
            rules: Rules {
                clock: db.clock(),
                roles: Arc::new(Roles::default()),
                lasting: TimeDelta::minutes(15),
            },
            on_founding: Arc::new(|_, _| Ok(())),
        }
    }

    /// What members may do, by the names of their roles.
    #[must_use]
    pub fn roles(mut self, roles: Roles) -> Self {
        self.rules.roles = Arc::new(roles);
        self
    }

    /// How long a scope is good before its credential must be presented again. 15 minutes by
    /// default: so long may somebody go on whose membership has ended.
    #[must_use]
    pub fn lasting(mut self, time: TimeDelta) -> Self {
        self.rules.lasting = time;
        self
    }

    /// What a new tenant begins with: runs in the transaction in which it comes to be, in its
    /// scope. If it fails, there is neither the tenant nor the user.
    #[must_use]
    pub fn on_founding(
        mut self,
        work: impl Fn(&TenantScope<i64>, &mut Session<C>) -> Result<()> + Send + Sync + 'static,
    ) -> Self {
        self.on_founding = Arc::new(work);
        self
    }

    /// The way in for programs. `name` is what the application's keys begin with: 2 to 16
    /// lower-case letters and digits.
    ///
    /// # Errors
    ///
    /// [`Error::Configuration`] for another name.
    pub fn api_keys(&self, name: &str) -> Result<ApiKeys> {
        Ok(ApiKeys {
            name: SecretName::new(name)?,
            rules: self.rules.clone(),
            used_every: TimeDelta::hours(1),
        })
    }

    /// What ends delegated tokens before their time, for
    /// [`DelegatedTokens::new`](crate::jwt::DelegatedTokens::new).
    #[cfg(feature = "jwt")]
    #[must_use]
    pub fn revoked_tokens(&self) -> RevokedTokens {
        RevokedTokens {
            rules: self.rules.clone(),
        }
    }

    /// The way in for people, whom `verifier` checks.
    #[must_use]
    pub fn logins<V>(&self, verifier: V) -> Logins<V> {
        Logins {
            verifier,
            rules: self.rules.clone(),
        }
    }
}

impl<C: DirectoryConnection> Directory<C> {
    /// Ends a delegated token before its time, by its id. `expires_at` (UTC) is when it would end
    /// by itself: from then on the row may be deleted. It is taken for no earlier than the end of a
    /// token that is issued [now](Self::lasting), so that none comes back by a wrong one.
    ///
    /// Who knows a token's id may end it.
    ///
    /// # Errors
    ///
    /// [`Error::UniqueViolation`] if it was revoked already; [`Error::Forbidden`] if the caller's
    /// membership or key has ended, or it is not a user of the directory; those of a session.
    pub fn revoke_token(
        &self,
        scope: &TenantScope<i64>,
        token_id: Uuid,
        expires_at: NaiveDateTime,
    ) -> Result<()> {
        let last = later(self.db.now(), self.rules.lasting)?;
        let until = expires_at.max(whole_micros(last));
        self.settled(scope, &[], |session, clerk, _| {
            C::revoke_token(session, clerk, token_id, until)
        })
    }
}

/// The same catalog, with all tables that the directory's migrations make: its own, and those of
/// the [`audit`](crate::audit) and of the [`numbers`](crate::numbers), unless the catalog has them
/// already.
///
/// ```
/// let catalog = tenancy::directory::add_to(tenancy::Catalog::new());
/// assert_eq!(catalog.names().count(), 12);
/// ```
#[must_use]
pub fn add_to(catalog: Catalog) -> Catalog {
    let catalog = with_once::<AuditEvent>(catalog, "tenancy_audit_events");
    let catalog = with_once::<AuditHead>(catalog, "tenancy_audit_heads");
    with_once::<Counter>(catalog, "tenancy_numbers")
        .with::<Tenant>()
        .with::<User>()
        .with::<Login>()
        .with::<Membership>()
        .with::<Visit>()
        .with::<Invitation>()
        .with::<ApiKey>()
        .with::<RevokedToken>()
        .with::<Operator>()
}

fn with_once<M: Scoped>(catalog: Catalog, table: &str) -> Catalog {
    if catalog.names().any(|name| name.to_string() == table) {
        catalog
    } else {
        catalog.with::<M>()
    }
}

/// The permission to let others into the tenant, to say what they may do there, and to revoke their
/// keys. An `owner` has it.
///
/// ```
/// # #[cfg(feature = "sqlite")]
/// # fn main() -> tenancy::Result<()> {
/// # use diesel::SqliteConnection;
/// # use tenancy::{AuthError, Error, VerifiedLogin, VerifiesLogin};
/// # struct Provider;
/// # impl VerifiesLogin for Provider {
/// #     type Credential<'a> = &'a str;
/// #     fn verify(&self, token: &str) -> Result<VerifiedLogin, AuthError> {
/// #         VerifiedLogin::new("https://login.example", token)
/// #     }
/// # }
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("gear.db");
/// # let db = Database::<SqliteConnection>::open(path.to_str().unwrap())?;
/// # db.migrate(directory::SQLITE)?;
/// # let directory = Directory::new(&db);
/// # let logins = directory.logins(Provider);
/// use tenancy::directory::{self, Directory, Manage, Membership};
/// use tenancy::prelude::*;
///
/// # let anna = TenantScope::new(&directory.sign_in(&logins, "anna's token", None)?)?;
/// let anna = anna.require::<Manage>()?;
/// directory.rename_tenant(&anna, "Gear and more")?;
///
/// let members = Repo::<Membership>::new(&anna).query(); // read by any scope, and written by none
/// let own: Membership = members.first(&mut db.session(&anna)?)?;
/// let left = directory.remove_member(&anna, own.id);
/// assert!(matches!(left, Err(Error::LastOwner)));
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "sqlite"))]
/// # fn main() {}
/// ```
#[derive(Debug, Clone, Copy)]
pub enum Manage {}

impl Permission for Manage {
    const NAME: &'static str = "tenancy:manage";
}

fn later(now: DateTime<Utc>, by: TimeDelta) -> Result<DateTime<Utc>> {
    now.checked_add_signed(by)
        .ok_or_else(|| Error::Configuration {
            reason: "that is too long for a time".into(),
        })
}

/// The user of the directory who the caller is, itself: who acts by a delegated token, or in an
/// operator's act, makes nothing that lasts longer.
fn user_of<A: Access>(scope: &TenantScope<i64, A>) -> Result<Uuid> {
    if scope.caller().is_delegated {
        return Err(Error::Forbidden);
    }
    let subject = scope
        .subject()
        .and_then(|subject| Uuid::parse_str(subject).ok());
    subject.ok_or(Error::Forbidden)
}

impl<C: DirectoryConnection> fmt::Debug for Directory<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Directory")
            .field("db", &self.db)
            .finish_non_exhaustive()
    }
}
