//! What each request is served with: the database, the phase of the transition, and who calls.

use tenancy::{Database, IntegerIds, RowId, TenantScope};

use crate::models::User;
use crate::sign_in::Tokens;
use crate::{Conn, Scope};

/// The phases of the transition, in which answers and requests differ. (In the first one only the
/// schema changes.)
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Requests name rows by either id, and answers hold both.
    DualMode = 2,
    /// Requests name rows by either id, and answers hold public ids only.
    PublicAnswers = 3,
    /// Requests name rows by public ids, too.
    CleanUp = 4,
}

/// The service.
#[derive(Debug)]
pub struct App {
    pub db: Database<Conn>,
    phase: Phase,
    /// Whether numbers are taken for ids, and how often they were.
    pub numbers: IntegerIds,
}

impl App {
    /// The service in the last phase.
    #[must_use]
    pub fn new(db: Database<Conn>) -> Self {
        Self {
            db,
            phase: Phase::CleanUp,
            numbers: IntegerIds::refused(),
        }
    }

    /// Enters a phase: this is all that the configuration has to say.
    pub fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        if phase == Phase::CleanUp {
            self.numbers.refuse();
        } else {
            self.numbers.accept();
        }
    }

    /// Whether answers still hold the internal numbers.
    #[must_use]
    pub fn shows_numbers(&self) -> bool {
        self.phase == Phase::DualMode
    }

    /// Signs a user in.
    ///
    /// # Errors
    ///
    /// [`tenancy::Error::Unauthenticated`] for a token that nobody has, or that has ended.
    pub fn sign_in(&self, token: &str) -> tenancy::Result<Caller> {
        let identity = self.db.authenticate(&Tokens, token)?;
        let scope = TenantScope::new(&identity)?;
        let user = identity.subject().and_then(|number| number.parse().ok());
        let user = user.map(RowId::from_raw);
        let user = user.ok_or(tenancy::Error::Unauthenticated)?;
        Ok(Caller { scope, user })
    }
}

/// Who calls: a user of an organization.
#[derive(Debug, Clone)]
pub struct Caller {
    pub scope: Scope,
    pub user: RowId<User>,
}
