//! Operators: one tenant after the other or all at once, and never without an audit event.

mod across;
mod chains;
mod each;
mod events;
mod kept;
mod kinds;
mod moves;
mod scopes;

use std::panic::{AssertUnwindSafe, catch_unwind};

use chrono::{DateTime, Utc};
use tenancy::audit::{AuditEvent, AuditHead};
use tenancy::prelude::*;
use tenancy::{Claims, OperatorScope, Reason, catalog};

use crate::kin::{
    Device, Folder, Hint, Label, Mark, Message, ROWS, SCHEMA, Thread, schema::threads,
};
use crate::support::{Builder, Conn, Db, Stage, builder, identity, lines};

/// The kin's rows of Anna (1) and Ben (2), and who looks after them.
struct Desk {
    db: Db,
    stage: Stage,
}

impl Desk {
    fn new() -> Self {
        Self::with(builder())
    }

    fn with(builder: Builder) -> Self {
        let stage = Stage::new(&[SCHEMA, ROWS]);
        stage.audit();
        stage.guard(&catalog![
            Thread, Message, Mark, Folder, Label, Hint, Device, AuditEvent, AuditHead
        ]);
        let db = stage.for_operators(builder).open(&stage.url).unwrap();
        Self { db, stage }
    }

    fn olga(&self) -> OperatorScope<i64> {
        self.operator(Claims::new(9).subject("olga").operator())
    }

    fn operator(&self, claims: Claims<i64>) -> OperatorScope<i64> {
        let reason = Reason::new("a name is wrong").unwrap();
        let reason = reason.ticket("OPS-12").unwrap();
        OperatorScope::new(&identity(&self.db, claims).unwrap(), reason).unwrap()
    }

    /// The titles of all threads, of all tenants.
    fn titles(&self) -> Vec<String> {
        let sql = "SELECT tenant_id || ' ' || title AS line FROM threads ORDER BY tenant_id, id";
        lines(&mut self.stage.raw(), sql)
    }

    /// The events, one a line, in the order in which they were written.
    fn events(&self) -> Vec<String> {
        let sql = "SELECT coalesce(tenant_id, '-') || ' ' || sequence || ' ' || kind || ' '
            || coalesce(outcome, '..') || ' [' || tables || ']' AS line
            FROM tenancy_audit_events ORDER BY id";
        lines(&mut self.stage.raw(), sql)
    }

    /// An operator's change: the first thread of a tenant gets another title.
    fn rename(&self, tenant: i64, title: &str) -> tenancy::Result<usize> {
        self.db.act_for(&self.olga(), tenant, |scope, session| {
            rename(scope, session, title)
        })
    }
}

fn rename(
    scope: &TenantScope<i64>,
    session: &mut Session<Conn>,
    title: &str,
) -> tenancy::Result<usize> {
    use diesel::prelude::*;
    let threads = Repo::<Thread>::new(scope);
    let news = threads.query().filter(threads::title.eq("News"));
    threads
        .update(news)
        .set(threads::title.eq(title))
        .execute(session)
}

fn moment(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + chrono::TimeDelta::seconds(seconds)
}

/// What a panic says.
fn panicking<R>(work: impl FnOnce() -> R) -> Option<String> {
    let panic = catch_unwind(AssertUnwindSafe(work)).err()?;
    panic.downcast_ref::<&str>().map(|text| (*text).to_owned())
}
