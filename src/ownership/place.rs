//! Where a table stands in a statement, which is how its columns are qualified.
//!
//! The subqueries of the predicates give the tables in them names that no table has, one
//! for each depth, so that a column of an outer table is never taken for one of an inner.

use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, ValidGrouping, is_aggregate};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::query_source::{AliasSource, Column};
use diesel::result::QueryResult;

/// What the names of ours begin with. The derive refuses tables that are called so.
pub(crate) const PREFIX: &str = "tenancy_";

/// A place in which a table can stand.
#[doc(hidden)]
pub trait Place: QueryId + Copy + 'static {
    /// How many subqueries of the library are around it.
    const DEPTH: u16;
    /// The name that the table has there, if it is not its own.
    const NAME: Option<&'static str>;
}

/// The table stands under its own name.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Home;

/// The table stands under an alias of the user's.
#[doc(hidden)]
#[derive(Debug)]
pub struct Aliased<S>(PhantomData<fn() -> S>);

/// The table stands in a subquery of a predicate of a table that stands in `P`.
#[doc(hidden)]
#[derive(Debug)]
pub struct Under<P>(PhantomData<fn() -> P>);

impl Place for Home {
    const DEPTH: u16 = 0;
    const NAME: Option<&'static str> = None;
}

impl<S: AliasSource + 'static> Place for Aliased<S> {
    const DEPTH: u16 = 0;
    const NAME: Option<&'static str> = Some(S::NAME);
}

impl<P: Place> Under<P> {
    const BYTES: [u8; 12] = name_of(P::DEPTH + 1);
}

impl<P: Place> Place for Under<P> {
    const DEPTH: u16 = P::DEPTH + 1;
    const NAME: Option<&'static str> = match std::str::from_utf8(&Self::BYTES) {
        Ok(name) => Some(name),
        Err(_) => None,
    };
}

/// `tenancy_0001`, and so on.
const fn name_of(depth: u16) -> [u8; 12] {
    let mut name = *b"tenancy_0000";
    let mut at = name.len();
    let mut rest = depth;
    while rest > 0 {
        at -= 1;
        let digit = (rest % 10) as u8;
        name[at] = b'0' + digit;
        rest /= 10;
    }
    name
}

macro_rules! plain_marker {
    ($($ty:ident)*) => { $(
        impl<T> Clone for $ty<T> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<T> Copy for $ty<T> {}

        impl<T: 'static> QueryId for $ty<T> {
            type QueryId = $ty<T>;
        }
    )* };
}

plain_marker!(Aliased Under);

/// The column `C` of a table that stands in `P`.
#[doc(hidden)]
#[derive(Debug)]
pub struct At<C, P> {
    column: C,
    of: PhantomData<fn() -> P>,
}

impl<C: Default, P> At<C, P> {
    /// The column, there.
    #[must_use]
    pub fn new() -> Self {
        Self {
            column: C::default(),
            of: PhantomData,
        }
    }
}

impl<C: Default, P> Default for At<C, P> {
    fn default() -> Self {
        Self::new()
    }
}

impl<C: Copy, P> Clone for At<C, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C: Copy, P> Copy for At<C, P> {}

impl<C: QueryId, P: Place> QueryId for At<C, P> {
    type QueryId = At<C::QueryId, P>;
    const HAS_STATIC_QUERY_ID: bool = C::HAS_STATIC_QUERY_ID;
}

impl<C: Expression, P> Expression for At<C, P> {
    type SqlType = C::SqlType;
}

/// Predicates are made by the library for the place in which they stand.
impl<QS, C: Expression, P> AppearsOnTable<QS> for At<C, P> {}

impl<GB, C, P> ValidGrouping<GB> for At<C, P> {
    type IsAggregate = is_aggregate::Never;
}

impl<DB, C, P> QueryFragment<DB> for At<C, P>
where
    DB: Backend,
    C: Column + QueryFragment<DB>,
    P: Place,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        match P::NAME {
            None => self.column.walk_ast(out),
            Some(name) => {
                out.push_identifier(name)?;
                out.push_sql(".");
                out.push_identifier(C::NAME)
            }
        }
    }
}

/// The tables that the library itself brings. No alias is called so.
const OWN_TABLES: [&str; 11] = [
    "tenancy_tenants",
    "tenancy_users",
    "tenancy_logins",
    "tenancy_memberships",
    "tenancy_visits",
    "tenancy_invitations",
    "tenancy_api_keys",
    "tenancy_revoked_tokens",
    "tenancy_operators",
    "tenancy_audit_events",
    "tenancy_audit_heads",
];

/// Whether a table or an alias is called as only the library calls one.
#[doc(hidden)]
#[must_use]
pub const fn is_reserved(name: &str) -> bool {
    begins_with(name, PREFIX) && !is_own_table(name)
}

/// Whether it is the name of a table that the library itself brings.
#[doc(hidden)]
#[must_use]
pub const fn is_own_table(name: &str) -> bool {
    let mut at = 0;
    while at < OWN_TABLES.len() {
        if name.len() == OWN_TABLES[at].len() && begins_with(name, OWN_TABLES[at]) {
            return true;
        }
        at += 1;
    }
    false
}

const fn begins_with(name: &str, prefix: &str) -> bool {
    let (name, prefix) = (name.as_bytes(), prefix.as_bytes());
    if name.len() < prefix.len() {
        return false;
    }
    let mut at = 0;
    while at < prefix.len() {
        if !name[at].eq_ignore_ascii_case(&prefix[at]) {
            return false;
        }
        at += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_depth_has_a_name_of_its_own() {
        type One = Under<Home>;
        type Two = Under<One>;
        assert_eq!(One::NAME, Some("tenancy_0001"));
        assert_eq!(Two::NAME, Some("tenancy_0002"));
        assert_eq!(Under::<Two>::NAME, Some("tenancy_0003"));
        assert_eq!(&name_of(120), b"tenancy_0120");
    }

    #[test]
    fn our_names_are_reserved_in_any_case() {
        assert!(is_reserved("tenancy_0001"));
        assert!(is_reserved("TENANCY_0001"));
        assert!(is_reserved("tenancy_"));
        assert!(is_reserved("tenancy_users_"));
        assert!(!is_reserved("tenancy_users"));
        assert!(!is_reserved("tenancy"));
        assert!(!is_reserved("tenants"));
        assert!(!is_reserved("tenant_names"));
        assert!(!is_reserved("categories"));
    }
}
