//! Handing documents round, and telling people.

use diesel::prelude::*;
use tenancy::prelude::*;

use super::{audit, people};
use crate::models::{Circulation, Correspondence, Notification, User};
use crate::schema::{circulations, notifications};
use crate::{Caller, Session};

/// Hands a document round among users, and tells each.
pub(crate) fn circulate(
    caller: &Caller,
    session: &mut Session,
    document: PublicId<Correspondence>,
    subject: &str,
    among: &[PublicId<User>],
) -> tenancy::Result<Circulation> {
    let document: Correspondence = Repo::<Correspondence>::new(&caller.scope)
        .find_public(document)
        .first(session)?;
    let circulation: Circulation = Repo::<Circulation>::new(&caller.scope)
        .insert((
            circulations::correspondence_id.eq(document.id),
            circulations::circulation_subject.eq(subject),
        ))
        .get_result(session)?;
    for user in people::resolve(caller, session, among)? {
        notify(
            caller,
            session,
            user,
            subject,
            &document.correspondence_number,
        )?;
    }
    audit::write(caller, session, "CREATE", ("circulations", circulation.id))?;
    Ok(circulation)
}

/// Tells a user. The table has no foreign keys: `user` comes from a row of the scope.
fn notify(
    caller: &Caller,
    session: &mut Session,
    user: RowId<User>,
    title: &str,
    message: &str,
) -> tenancy::Result<()> {
    Repo::<Notification>::new(&caller.scope)
        .insert((
            notifications::user_id.eq(user),
            notifications::title.eq(title),
            notifications::message.eq(message),
            notifications::is_read.eq(false),
        ))
        .execute(session)?;
    Ok(())
}

/// Marks one of the caller's own notifications as read.
pub(crate) fn mark_read(
    caller: &Caller,
    session: &mut Session,
    id: PublicId<Notification>,
) -> tenancy::Result<()> {
    let repo = Repo::<Notification>::new(&caller.scope);
    let notification: Notification = repo
        .find_public(id)
        .filter(notifications::user_id.eq(caller.user))
        .first(session)?;
    repo.update(notification.id)
        .set(notifications::is_read.eq(true))
        .execute(session)?;
    Ok(())
}
