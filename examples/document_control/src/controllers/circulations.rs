//! `/circulations` and `/notifications`.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use tenancy::prelude::*;

use super::{Answer, read, write};
use crate::models::{Circulation, Correspondence, Notification, User};
use crate::schema::notifications;
use crate::{App, Caller, services};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Circulate {
    pub correspondence_public_id: PublicId<Correspondence>,
    pub subject: String,
    pub user_public_ids: Vec<PublicId<User>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CirculationResponse {
    pub public_id: PublicId<Circulation>,
    pub correspondence_public_id: PublicId<Correspondence>,
    pub circulation_subject: String,
}

#[derive(Debug, Clone, Copy, Deserialize)]
pub struct ListNotifications {}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MarkRead {
    pub notification_public_id: PublicId<Notification>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NotificationResponse {
    pub public_id: PublicId<Notification>,
    pub title: String,
    pub message: String,
    pub is_read: bool,
}

/// `POST /circulations`
pub fn circulate(app: &App, caller: &Caller, request: Circulate) -> Answer<CirculationResponse> {
    write(app, caller, |session| {
        let document = request.correspondence_public_id;
        let (subject, users) = (&request.subject, &request.user_public_ids);
        let made = services::circulations::circulate(caller, session, document, subject, users)?;
        Ok(CirculationResponse {
            public_id: made.public_id,
            correspondence_public_id: document,
            circulation_subject: made.circulation_subject,
        })
    })
}

/// `GET /notifications`: the caller's own.
pub fn list_notifications(
    app: &App,
    caller: &Caller,
    _: ListNotifications,
) -> Answer<Vec<NotificationResponse>> {
    let own: Vec<Notification> = Repo::<Notification>::new(&caller.scope)
        .query()
        .filter(notifications::user_id.eq(caller.user))
        .order(notifications::id)
        .load(&mut read(app, caller)?)?;
    let shown = own.into_iter().map(|of| NotificationResponse {
        public_id: of.public_id,
        title: of.title,
        message: of.message,
        is_read: of.is_read,
    });
    Ok(shown.collect())
}

/// `POST /notifications/{id}/read`
pub fn mark_read(app: &App, caller: &Caller, request: MarkRead) -> Answer<()> {
    write(app, caller, |session| {
        services::circulations::mark_read(caller, session, request.notification_public_id)
    })
}
