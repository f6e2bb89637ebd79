//! How the backends say what happens if such a row is there already.

use diesel::backend::Backend;

/// The backends that write a new row or the one that is there, in one statement.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no upsert",
    label = "cannot upsert in one statement"
)]
pub trait UpsertDialect: Backend {
    /// Whether a statement says which unique key it means, and has a condition on the update.
    #[doc(hidden)]
    const HAS_TARGETS: bool;
    /// What stands around a column as it was to be inserted.
    #[doc(hidden)]
    const AROUND_PROPOSED: (&'static str, &'static str);
}

#[cfg(feature = "sqlite")]
impl UpsertDialect for diesel::sqlite::Sqlite {
    const HAS_TARGETS: bool = true;
    const AROUND_PROPOSED: (&'static str, &'static str) = ("excluded.", "");
}

#[cfg(feature = "postgres")]
impl UpsertDialect for diesel::pg::Pg {
    const HAS_TARGETS: bool = true;
    const AROUND_PROPOSED: (&'static str, &'static str) = ("excluded.", "");
}

#[cfg(feature = "mysql")]
impl UpsertDialect for diesel::mysql::Mysql {
    const HAS_TARGETS: bool = false;
    const AROUND_PROPOSED: (&'static str, &'static str) = ("VALUES(", ")");
}
