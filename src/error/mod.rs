//! The one error type. It never carries a value of a row that the caller may not
//! see.

use std::error::Error as StdError;
use std::time::Duration;

mod messages;

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind};

pub(crate) use messages::is_no_parent;
use messages::{from_message, named};
#[cfg(feature = "mysql")]
pub(crate) use messages::{has_closed, takes_all_back};

use crate::id::NoRandom;
use crate::query::{Negative, NoPlace, NotTakenBack, OtherScope, Refused, Unsupported};

/// The result of this crate's functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong.
///
/// # Tenancy
///
/// A missing row and another tenant's row are the same [`Error::NotFound`].
/// Violations of unique and foreign keys name the constraint or the columns, never
/// a value. A database's free text is dropped unless it is known to name parts of
/// the statement only, because it may quote a row that the tenant's predicate had
/// not yet filtered out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no such row in the scope: it does not exist, or it is another
    /// tenant's. Which of the two, nobody learns.
    #[error("not found")]
    NotFound,

    /// An upsert met a row that it did not update: its own condition does not hold, the row
    /// is deleted, or it is not the tenant's to change. Nothing was written. Where it is
    /// PostgreSQL's row security that keeps the row, the statement has failed, and takes its
    /// transaction along.
    #[error("such a row is there already, and was not updated")]
    Conflict,

    /// The row is there, in another version than the one that was read: somebody has written
    /// it since. Read it again.
    #[error("the row has been changed since it was read")]
    StaleVersion,

    /// The statement and the session, or two statements, are of different tenants, or a
    /// scope was proven by another [`Database`](crate::Database). Nothing was sent to the
    /// database. A thread that is ending may get it too, for a statement with a subquery.
    #[error("the statement was made in the scope of another tenant")]
    ScopeMismatch,

    /// A row left the tenant's scope while it was written: the database changed its
    /// owner, by a trigger or a rule. (SQLite returns a row as it was before its AFTER
    /// triggers, so that what they move is not seen.) A statement in a transaction is taken
    /// back with it, by this error; one that was sent by itself is done.
    #[error("the database moved the written row out of the scope")]
    OutOfScope,

    /// The tenant's key is one that means nobody.
    #[error("invalid tenant key: {reason}")]
    InvalidKey {
        /// What is wrong with it.
        reason: &'static str,
    },

    /// The credential was not accepted.
    #[error("unauthenticated")]
    Unauthenticated,

    /// The credential could not be checked.
    #[error("the credential could not be checked")]
    AuthenticationUnavailable(#[source] Box<dyn StdError + Send + Sync>),

    /// The identity may not do this.
    #[error("forbidden")]
    Forbidden,

    /// A tenant of the directory keeps an owner: its last one is not removed, nor shut out, and has no
    /// lesser role. Make somebody else an owner before.
    #[error("a tenant keeps one owner")]
    LastOwner,

    /// The audit event of an operator's act could not be written, so the act was not done.
    #[error("the audit event could not be written: nothing was done")]
    AuditUnavailable(#[source] Box<Error>),

    /// An operator's act was begun within another one, on the same thread: it would wait for
    /// what the other one has locked. Do one after the other.
    #[error("an operator's act was begun within another one")]
    NestedAct,

    /// The reason of an operator's act, or its ticket, cannot be written down.
    #[error("not a reason for an operator's act: {problem}")]
    InvalidReason {
        /// What is wrong with it.
        problem: &'static str,
    },

    /// An operator cannot move these rows to another tenant: nothing was moved.
    #[error("rows of `{table}` {reason}")]
    CannotMove {
        /// The table.
        table: String,
        /// Why they cannot be moved.
        reason: String,
    },

    /// The operating system has no random bytes to give.
    #[error("no random bytes could be had")]
    NoRandomness,

    /// The credential behind the scope has ended.
    #[error("the credential has expired")]
    Expired,

    /// A text, or a number, that is no id of the model. It came from outside, and nothing was
    /// asked of the database.
    #[error(transparent)]
    InvalidId(#[from] crate::id::InvalidId),

    /// A gap-free [number](crate::numbers) was asked for outside of a transaction: it is taken in the
    /// one that uses it, so that it comes back if that is rolled back.
    #[error("a gap-free number is taken within the transaction that uses it")]
    OutsideTransaction,

    /// A series of [numbers](crate::numbers) has none left.
    #[error("the series of numbers has ended")]
    SeriesEnded,

    /// A changeset whose fields are all `None`.
    #[error("nothing to set: each field of the changeset is `None`")]
    EmptyChangeset,

    /// A page with a number or a size that there cannot be. Nothing was sent to the
    /// database.
    #[error("invalid page: {reason}")]
    InvalidPage {
        /// What is wrong with it.
        reason: &'static str,
    },

    /// A text is not a cursor, or one of another model, order, or kind of database.
    #[error("invalid cursor: {reason}")]
    InvalidCursor {
        /// What is wrong with it. Never a part of the text.
        reason: &'static str,
    },

    /// A condition given to `filter_dynamic` holds what it must not. Nothing was
    /// sent to the database.
    #[error("the dynamic condition was refused: it holds {reason}")]
    RefusedSql {
        /// What it holds.
        reason: String,
    },

    /// The backend cannot do this, and has no other way to the same result. Nothing was sent to
    /// the database.
    #[error("this backend cannot do it: {reason}")]
    Unsupported {
        /// What it does not have.
        reason: &'static str,
    },

    /// Every connection of the pool was in use for as long as a checkout waits.
    #[error("no connection was free within {waited:?}")]
    PoolExhausted {
        /// The pool's connection timeout.
        waited: Duration,
    },

    /// The database cannot be opened.
    #[error("the database cannot be opened: {reason}")]
    CannotOpen {
        /// What the database said.
        reason: String,
    },

    /// The settings of the builder do not go together.
    #[error("invalid configuration: {reason}")]
    Configuration {
        /// What is wrong with them.
        reason: String,
    },

    /// The file is not a database.
    #[error("the file is not a database")]
    NotADatabase,

    /// The database is locked by another connection or process, and stayed so for as
    /// long as the busy timeout; or rows are, for as long as a lock wait timeout. On MySQL and
    /// MariaDB this ends the whole transaction, savepoints too: what the server takes back there
    /// is a setting of its own (`innodb_rollback_on_timeout`).
    #[error("the database is locked")]
    Locked,

    /// The connection to the server was lost: it has ended, or was ended. What a transaction
    /// has done until then is taken back; of a commit that was on its way, nobody knows.
    ///
    /// A connection of the pool is not tried before it is handed out, which would be a round trip
    /// more. So after a restart of the server each one that was idle gives this error once, and
    /// is dropped: try again, as often as the pool is large, or see
    /// [`test_on_checkout`](crate::DatabaseBuilder::test_on_checkout).
    #[error("the connection to the database was lost")]
    ConnectionLost,

    /// The transaction met another one, and one of them had to give way: a deadlock, or a
    /// serialization failure, or on MariaDB a row that has changed since the transaction's
    /// snapshot. Run it once more, from its beginning.
    #[error("the transaction collided with another one")]
    SerializationFailure,

    /// Row security of the database refused to write the row: it is not of the tenant that
    /// the database was told.
    #[error("row security refused the row{}", on(.table))]
    RowSecurity {
        /// The table, as far as the database says.
        table: Option<String>,
    },

    /// SQL of your own was refused: row security does not stand behind this table.
    #[error("SQL of your own is refused: the table {table} {reason}")]
    NotEnforced {
        /// The table.
        table: String,
        /// Why not.
        reason: String,
    },

    /// The catalog declares what the database cannot guard.
    #[error("the table `{table}` {reason}")]
    Catalog {
        /// The table.
        table: String,
        /// What is wrong with it.
        reason: String,
    },

    /// A migration failed. None of the pending ones stays, unless one has ended the transaction by
    /// a COMMIT of its own, which the source says on PostgreSQL; on MySQL and MariaDB, which keep
    /// each change of the schema at once, those up to the last complete one do.
    #[error("the migration `{name}` failed{}", behind(.last_complete))]
    Migration {
        /// The migration's name, or what was being done.
        name: String,
        /// The last migration that is complete in the database now. None if there is none, or
        /// if nobody knows.
        last_complete: Option<String>,
        /// What went wrong: what the database says of SQL of yours, in full.
        #[source]
        source: Box<dyn StdError + Send + Sync>,
    },

    /// A unique key has such a row already.
    #[error("a unique constraint was violated{}", on(.constraint))]
    UniqueViolation {
        /// The constraint, or its columns, as far as the database says.
        constraint: Option<String>,
    },

    /// A reference leads to no row that may be referenced, or a row is still
    /// referenced.
    #[error("a foreign key was violated{}", on(.constraint))]
    ForeignKeyViolation {
        /// The constraint, as far as the database says.
        constraint: Option<String>,
    },

    /// A column that must have a value has none.
    #[error("a NOT NULL constraint was violated{}", on(.column))]
    NotNullViolation {
        /// The column, as far as the database says.
        column: Option<String>,
    },

    /// A check constraint says no.
    #[error("a check constraint was violated{}", on(.constraint))]
    CheckViolation {
        /// The constraint, as far as the database says.
        constraint: Option<String>,
    },

    /// The database refused the statement, or failed.
    #[error("the database failed{}", detail(.message))]
    Database {
        /// What the database said, if it can only speak of the statement; all of it where the
        /// SQL is your own (`on_connect`), or [`Catalog::protect`](crate::Catalog::protect)'s.
        message: Option<String>,
    },

    /// [`Catalog::protect`](crate::Catalog::protect) stopped at a step, on a database that
    /// commits each: MySQL or MariaDB; or a path of [`transition`](crate::transition) did, on any.
    /// Mend what the source says, and call it again.
    #[error("stopped at \"{step}\"; steps that were taken before and stay: {taken}")]
    Unfinished {
        /// The step: its table, and what it does.
        step: String,
        /// How many were taken before it.
        taken: usize,
        /// Why it stopped.
        #[source]
        source: Box<Error>,
    },

    /// A row came back that does not fit the Rust type.
    #[error("a row cannot be read")]
    Deserialization(#[source] Box<dyn StdError + Send + Sync>),

    /// A value cannot be bound.
    #[error("a value cannot be bound")]
    Serialization(#[source] Box<dyn StdError + Send + Sync>),

    /// A transaction cannot begin, end or go on.
    #[error("the transaction failed: {reason}")]
    Transaction {
        /// What is wrong with it.
        reason: String,
    },
}

fn on(name: &Option<String>) -> String {
    name.as_ref()
        .map(|name| format!(": {name}"))
        .unwrap_or_default()
}

fn behind(last_complete: &Option<String>) -> String {
    last_complete
        .as_ref()
        .map(|name| format!("; the last complete one is `{name}`"))
        .unwrap_or_default()
}

fn detail(message: &Option<String>) -> String {
    on(message)
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::Error as Diesel;
        match error {
            Diesel::NotFound => Self::NotFound,
            Diesel::DatabaseError(kind, info) => from_database(&kind, info.as_ref()),
            Diesel::QueryBuilderError(error) => refused(error),
            Diesel::SerializationError(error) => Self::Serialization(error),
            Diesel::DeserializationError(error) => Self::Deserialization(error),
            Diesel::InvalidCString(_) => Self::RefusedSql {
                reason: "a NUL".to_owned(),
            },
            Diesel::RollbackErrorOnCommit { commit_error, .. } => Self::from(*commit_error),
            // What broke it was told before. The pool drops such a connection.
            Diesel::BrokenTransactionManager => Self::ConnectionLost,
            other => Self::Transaction {
                reason: other.to_string(),
            },
        }
    }
}

/// What is refused while a statement is built, before anything is sent.
fn refused(error: Box<dyn StdError + Send + Sync>) -> Error {
    if let Some(Refused(reason)) = error.downcast_ref() {
        return Error::RefusedSql {
            reason: reason.clone(),
        };
    }
    if let Some(NoPlace(reason)) = error.downcast_ref() {
        return Error::InvalidCursor { reason };
    }
    if error.is::<OtherScope>() {
        return Error::ScopeMismatch;
    }
    if error.is::<NoRandom>() {
        return Error::NoRandomness;
    }
    if error.is::<Negative>() {
        return Error::InvalidPage {
            reason: "a limit or an offset is negative",
        };
    }
    if let Some(Unsupported(reason)) = error.downcast_ref() {
        return Error::Unsupported { reason };
    }
    if error.is::<NotTakenBack>() {
        return Error::Transaction {
            reason: NotTakenBack.to_string(),
        };
    }
    Error::Serialization(error)
}

impl Error {
    /// Of SQL that is the owner's or the application's own, and reads no row for a tenant: what the
    /// database says of it is told in full.
    pub(crate) fn of_own_sql(error: diesel::result::Error) -> Self {
        let said = match &error {
            diesel::result::Error::DatabaseError(_, info) => Some(info.message().to_owned()),
            _ => None,
        };
        match Self::from(error) {
            Self::Database { message: None } => Self::Database { message: said },
            other => other,
        }
    }
}

fn from_database(kind: &DatabaseErrorKind, info: &dyn DatabaseErrorInformation) -> Error {
    use DatabaseErrorKind as Kind;
    match kind {
        Kind::UniqueViolation | Kind::ExclusionViolation => Error::UniqueViolation {
            constraint: constraint(info),
        },
        Kind::ForeignKeyViolation | Kind::RestrictViolation => Error::ForeignKeyViolation {
            constraint: constraint(info),
        },
        Kind::NotNullViolation => Error::NotNullViolation {
            column: info
                .column_name()
                .map(str::to_owned)
                .or_else(|| named(info.message())),
        },
        Kind::CheckViolation => Error::CheckViolation {
            constraint: constraint(info),
        },
        Kind::SerializationFailure => Error::SerializationFailure,
        Kind::ClosedConnection => Error::ConnectionLost,
        _ if may_name_a_value(info) => Error::Database { message: None },
        _ => from_message(info.message()),
    }
}

/// PostgreSQL says where in the statement a name stands that it does not know. Else the name
/// was made of a value, as by a cast to `regclass`.
fn may_name_a_value(info: &dyn DatabaseErrorInformation) -> bool {
    let message = info.message();
    let is_of_a_name = message.starts_with("relation \"") || message.starts_with("column ");
    is_of_a_name && info.statement_position().is_none()
}

fn constraint(info: &dyn DatabaseErrorInformation) -> Option<String> {
    info.constraint_name()
        .map(str::to_owned)
        .or_else(|| named(info.message()))
}

impl From<crate::identity::AuthError> for Error {
    fn from(error: crate::identity::AuthError) -> Self {
        match error {
            crate::identity::AuthError::Unauthenticated => Self::Unauthenticated,
            crate::identity::AuthError::Unavailable(source) => {
                Self::AuthenticationUnavailable(source)
            }
        }
    }
}

/// Turns [`Error::NotFound`] into `None`, as diesel's trait of the same name does
/// for its own errors.
pub trait OptionalExtension<T> {
    /// `Ok(None)` for [`Error::NotFound`].
    ///
    /// # Errors
    ///
    /// Every other error.
    fn optional(self) -> Result<Option<T>>;
}

impl<T> OptionalExtension<T> for Result<T> {
    fn optional(self) -> Result<Option<T>> {
        match self {
            Ok(found) => Ok(Some(found)),
            Err(Error::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database_error(kind: DatabaseErrorKind, message: &str) -> Error {
        diesel::result::Error::DatabaseError(kind, Box::new(message.to_owned())).into()
    }

    #[test]
    fn messages_that_could_quote_a_row_are_dropped() {
        let error = database_error(
            DatabaseErrorKind::Unknown,
            "cannot cast 'secret' to integer",
        );
        assert!(matches!(error, Error::Database { message: None }));
        assert!(!format!("{error:?} {error}").contains("secret"));
        let error = database_error(
            DatabaseErrorKind::UniqueViolation,
            "Key (name)=(secret) exists",
        );
        assert!(!format!("{error:?} {error}").contains("secret"));
    }

    #[test]
    fn messages_about_the_statement_are_kept() {
        let error = database_error(DatabaseErrorKind::Unknown, "no such table: items");
        assert_eq!(
            error.to_string(),
            "the database failed: no such table: items"
        );
    }

    #[test]
    fn constraints_are_named() {
        let error = database_error(
            DatabaseErrorKind::UniqueViolation,
            "UNIQUE constraint failed: items.tenant_id, items.name",
        );
        assert_eq!(
            error.to_string(),
            "a unique constraint was violated: items.tenant_id, items.name"
        );
    }
}
