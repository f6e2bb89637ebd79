//! Reading and writing the audit's tables, on each backend.

use diesel::prelude::*;
use diesel::result::QueryResult;

use super::model::AuditEvent;
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
use super::model::NewEvent;
use super::schema::{tenancy_audit_events as events, tenancy_audit_heads as heads};
use crate::session::ScopedConnection;

/// The place and the hash of the last event of a chain.
pub(super) type Head = (i64, Vec<u8>);

/// What the head of a chain is found by: the tenant, and the kind of its key.
pub(super) type HeadOf<'a> = (&'a str, &'a str);

/// The connections on which operators' acts are written down. Sealed.
///
/// `diesel::SqliteConnection` with the feature `sqlite`, `diesel::PgConnection` with
/// `postgres`, and `diesel::MysqlConnection` with `mysql`.
#[diagnostic::on_unimplemented(
    message = "operators' acts cannot be written down through `{Self}`",
    label = "not a supported connection",
    note = "`diesel::SqliteConnection` is with the cargo feature `sqlite`, `diesel::PgConnection` with `postgres`, and `diesel::MysqlConnection` with `mysql`"
)]
pub trait Audits: ScopedConnection {
    /// The end of a chain, locked until the transaction ends.
    #[doc(hidden)]
    fn find_head(&mut self, of: (&str, &str)) -> QueryResult<Option<(i64, Vec<u8>)>>;

    /// Whether two that look for a head which is not there yet keep each other from making it.
    #[doc(hidden)]
    const GAPS_LOCK: bool = false;

    /// Makes a head for a chain that has none, unless somebody else does.
    #[doc(hidden)]
    fn begin_chain(&mut self, of: (&str, &str)) -> QueryResult<()>;

    /// Writes an event behind the head.
    #[doc(hidden)]
    fn append(&mut self, of: (&str, &str), event: &AuditEvent) -> QueryResult<()>;

    /// So many events of a chain, in the order in which they were written.
    #[doc(hidden)]
    fn events_after(
        &mut self,
        tenant: Option<&str>,
        kind: &str,
        id: i64,
        count: i64,
    ) -> QueryResult<Vec<AuditEvent>>;
}

#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
macro_rules! audits {
    ($conn:ty, $($lock:ident)?, $(gaps = $gaps:literal,)? |$self:ident, $new:ident| $begin:expr) => {
        impl Audits for $conn {
            $(const GAPS_LOCK: bool = $gaps;)?

            fn find_head(&mut self, of: HeadOf<'_>) -> QueryResult<Option<Head>> {
                heads::table
                    .find(of)
                    .select((heads::sequence, heads::hash))
                    $(.$lock())?
                    .first(self)
                    .optional()
            }

            fn begin_chain(&mut $self, (tenant, kind): HeadOf<'_>) -> QueryResult<()> {
                let $new = (
                    heads::tenant_id.eq(tenant),
                    heads::tenant_kind.eq(kind),
                    heads::sequence.eq(0),
                    heads::hash.eq(super::hash::NONE_BEFORE.as_slice()),
                );
                $begin?;
                Ok(())
            }

            fn append(&mut self, of: HeadOf<'_>, event: &AuditEvent) -> QueryResult<()> {
                diesel::insert_into(events::table)
                    .values(NewEvent::from(event))
                    .execute(self)?;
                let moved = diesel::update(heads::table.find(of))
                    .set((heads::sequence.eq(event.sequence), heads::hash.eq(&event.hash)))
                    .execute(self)?;
                if moved == 1 {
                    Ok(())
                } else {
                    Err(diesel::result::Error::NotFound)
                }
            }

            fn events_after(
                &mut self,
                tenant: Option<&str>,
                kind: &str,
                id: i64,
                count: i64,
            ) -> QueryResult<Vec<AuditEvent>> {
                let of = events::table
                    .filter(events::id.gt(id))
                    .order(events::id)
                    .limit(count)
                    .select(AuditEvent::as_select());
                match tenant {
                    Some(tenant) => {
                        let own = events::tenant_id.eq(tenant).and(events::tenant_kind.eq(kind));
                        of.filter(own).load(self)
                    }
                    None => of.filter(events::tenant_id.is_null()).load(self),
                }
            }
        }
    };
}

#[cfg(feature = "sqlite")]
audits!(diesel::SqliteConnection, , |self, new| {
    diesel::insert_into(heads::table)
        .values(new)
        .on_conflict_do_nothing()
        .execute(self)
});
#[cfg(feature = "postgres")]
audits!(diesel::PgConnection, for_update, |self, new| {
    diesel::insert_into(heads::table)
        .values(new)
        .on_conflict_do_nothing()
        .execute(self)
});
#[cfg(feature = "mysql")]
audits!(
    diesel::MysqlConnection,
    for_update,
    gaps = true,
    |self, new| {
        diesel::insert_into(heads::table)
            .values(new)
            .on_conflict(diesel::dsl::DuplicatedKeys)
            .do_update()
            .set(heads::sequence.eq(heads::sequence))
            .execute(self)
    }
);
