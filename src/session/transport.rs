//! How the tenant comes to the database's own row security.

use crate::key::KeyRef;

/// How the sessions of a [`Database`](crate::Database) tell the database whose they are, for
/// its row-level security. Set with
/// [`DatabaseBuilder::transport`](crate::DatabaseBuilder::transport).
///
/// It matters on PostgreSQL only, which compares the setting `tenancy.tenant_id` with each
/// row. The other backends have no row security, and there nothing is sent.
///
/// Whatever is chosen, each statement has the tenant's key in its own text too. A setting
/// that is not that of the statement can hide rows, and never show another tenant's.
///
/// | | a statement by itself | a transaction |
/// |---|---|---|
/// | `Pooler` | in a transaction of its own: 2 more round trips | none more |
/// | `PreparingPooler` | the same | none more |
/// | `Direct` | none more while the tenant stays the same, else 1 | none more |
/// | `Distributed` | in a transaction of its own: 3 more round trips | 1 more |
/// | `Nothing` | none more | none more |
///
/// ```no_run
/// # #[cfg(feature = "postgres")]
/// # fn main() -> tenancy::Result<()> {
/// use tenancy::{Database, Transport};
///
/// let db = Database::<diesel::PgConnection>::builder()
///     .transport(Transport::Direct)
///     .open("postgres://serving@localhost/gear")?;
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "postgres"))]
/// # fn main() {}
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Transport {
    /// For any connection, also one through a pooler of transactions such as PgBouncer: the
    /// tenant is set within each transaction, and ends with it. A statement by itself gets a
    /// transaction of its own. Nothing is left on the connection, and no statement is
    /// prepared by name, since the next one may run on another connection of the server.
    #[default]
    Pooler,
    /// As `Pooler`, for a pooler that knows statements which are prepared by name, and prepares
    /// them where they are run: PgBouncer from version 1.22 with a `max_prepared_statements` above
    /// 0. The server then plans each statement once. Behind a pooler that does not know them,
    /// statements fail.
    PreparingPooler,
    /// For connections of the service's own: outside of transactions the tenant stays set,
    /// and is set again when another scope gets the connection. A session takes a connection
    /// that has its tenant, if there is one. Any error, rollback or panic makes the session
    /// set it again.
    ///
    /// Behind a pooler of transactions this hides rows, and shows none.
    Direct,
    /// For the coordinator of a distributed engine such as Citus, where the policies are put to
    /// the rows on other nodes: as `Pooler`, but the tenant is set by a message of its own behind
    /// `BEGIN`, since such an engine passes the whole message on. On Citus the role needs
    /// `citus.propagate_set_commands = 'local'`, else every table looks empty.
    Distributed,
    /// For tables without row security: the tenant is not told. Where there is row security,
    /// every table looks empty.
    Nothing,
}

/// Whom a transaction is told to be of, and when.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum Tells<'a> {
    Nobody,
    /// In the message that begins it.
    AtOnce(KeyRef<'a>),
    /// The same, and it stays behind the transaction, unless that is rolled back.
    ForLonger(KeyRef<'a>),
    /// In the next message.
    Apart(KeyRef<'a>),
}

impl Transport {
    /// How a transaction is told a tenant that it must know.
    pub(super) fn tells(self, key: KeyRef<'_>) -> Tells<'_> {
        match self {
            Self::Distributed => Tells::Apart(key),
            Self::Pooler | Self::PreparingPooler | Self::Direct | Self::Nothing => {
                Tells::AtOnce(key)
            }
        }
    }

    /// Whether the tenant is known within transactions only.
    pub(super) fn is_of_transactions(self) -> bool {
        matches!(
            self,
            Self::Pooler | Self::PreparingPooler | Self::Distributed
        )
    }

    /// Whether a statement that was prepared by name is there for the next transaction.
    #[cfg(feature = "postgres")]
    pub(super) fn keeps_prepared(self) -> bool {
        !matches!(self, Self::Pooler | Self::Distributed)
    }
}
