//! Users, as a request names them.

use std::collections::HashMap;

use tenancy::prelude::*;

use crate::models::User;
use crate::{Caller, Session};

/// The internal keys of these users, found by one query.
///
/// # Errors
///
/// `NotFound` if one of them is not the organization's.
pub(crate) fn resolve(
    caller: &Caller,
    session: &mut Session,
    ids: &[PublicId<User>],
) -> tenancy::Result<Vec<RowId<User>>> {
    let users: Vec<User> = Repo::<User>::new(&caller.scope)
        .find_all_public(ids.iter().copied())
        .load(session)?;
    let keys: HashMap<_, _> = users.iter().map(|u| (u.public_id, u.user_id)).collect();
    let found = ids.iter().map(|id| keys.get(id).copied());
    found.collect::<Option<_>>().ok_or(tenancy::Error::NotFound)
}
