//! Who may come into a tenant: it is open, the membership goes on, and nobody has shut the user out.

use diesel::result::QueryResult;
use uuid::Uuid;

use super::rows::{MemberRow, UserRow};
use super::store::Asks;

/// A member who may come in, and the user who it is.
pub(super) struct Standing {
    pub(super) member: MemberRow,
    pub(super) user: UserRow,
}

impl Standing {
    /// Of a user who is known by its public id only.
    pub(super) fn find<C: Asks>(
        conn: &mut C,
        tenant: i64,
        user: Uuid,
    ) -> QueryResult<Option<Self>> {
        let Some(member) = member(conn, tenant, user)? else {
            return Ok(None);
        };
        if !is_at_home_or_visits(conn, &member)? {
            return Ok(None);
        }
        let user = conn.user(member.user_home_id, member.user_id)?;
        Ok(user.and_then(|user| Self::if_same(member, user)))
    }

    /// Of a user whom nobody has shut out.
    pub(super) fn of<C: Asks>(
        conn: &mut C,
        tenant: i64,
        user: UserRow,
    ) -> QueryResult<Option<Self>> {
        let member = member(conn, tenant, user.public_id)?;
        Ok(member.and_then(|member| Self::if_same(member, user)))
    }

    /// No foreign key leads from a membership to the user.
    fn if_same(member: MemberRow, user: UserRow) -> Option<Self> {
        let named = (member.user_home_id, member.user_id, member.user_public_id);
        (named == (user.tenant_id, user.id, user.public_id)).then_some(Self { member, user })
    }
}

/// Whether the home that a membership names says so too. Nothing of another tenant is read before.
fn is_at_home_or_visits<C: Asks>(conn: &mut C, member: &MemberRow) -> QueryResult<bool> {
    let (home, here) = (member.user_home_id, member.tenant_id);
    Ok(home == here || conn.visited(home, member.user_id, member.tenant_public_id)? == Some(here))
}

fn member<C: Asks>(conn: &mut C, tenant: i64, user: Uuid) -> QueryResult<Option<MemberRow>> {
    if conn.is_open(tenant)? {
        conn.membership(tenant, user)
    } else {
        Ok(None)
    }
}
