//! Users, as a request names them.

use std::collections::HashSet;

use tenancy::prelude::*;

use crate::models::User;
use crate::schema::users;
use crate::{Caller, Session};

/// The internal keys of these users, each once, found by one query. `NotFound` if one of them is not
/// the organization's.
pub(crate) fn resolve(
    caller: &Caller,
    session: &mut Session,
    ids: &[PublicId<User>],
) -> tenancy::Result<Vec<RowId<User>>> {
    let asked: HashSet<PublicId<User>> = ids.iter().copied().collect();
    let found: Vec<RowId<User>> = Repo::<User>::new(&caller.scope)
        .find_all_public(asked.iter().copied())
        .select(users::user_id)
        .order(users::user_id)
        .load(session)?;
    if found.len() == asked.len() {
        Ok(found)
    } else {
        Err(tenancy::Error::NotFound)
    }
}
