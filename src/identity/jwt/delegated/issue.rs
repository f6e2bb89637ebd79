//! Issues a delegated token: never more than the scope has.

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

use super::payload::Payload;
use super::presented::PresentedToken;
use super::{DelegatedTokens, Delegation, LONGEST, misconfigured};
use crate::error::{Error, Result};
use crate::key::TenantKey;
use crate::scope::{Access, Scope as _, TenantScope};

impl<K: TenantKey, R> DelegatedTokens<K, R> {
    /// A token for a part of this scope. A read-only scope gives tokens that only read, and a
    /// token ends with the scope's credential at the latest. An operator's token makes no
    /// operator.
    ///
    /// # Errors
    ///
    /// [`Error::Forbidden`] if the delegation names a permission that the scope's caller does
    /// not have, or if the scope is itself of a delegated token: the next purpose would be
    /// another one. [`Error::Expired`] if the scope's credential has ended, or ends within this
    /// second, and [`Error::Configuration`] if the delegation's purpose is empty or too long,
    /// its time is too short or too long, or the token would be longer than 8 KiB.
    pub fn issue<A: Access>(
        &self,
        scope: &TenantScope<K, A>,
        delegation: Delegation,
    ) -> Result<String> {
        delegation.check()?;
        let caller = scope.caller();
        let has = |name: &String| caller.permissions.has(name);
        if caller.is_delegated || !delegation.permissions.iter().all(has) {
            return Err(Error::Forbidden);
        }
        let now = self.clock.now();
        let token = PresentedToken {
            id: self.ids.next_id(now),
            tenant: scope.tenant().duplicate(),
            subject: scope.subject().map(str::to_owned),
            purpose: delegation.purpose.clone(),
            issued_at: now.trunc_subsecs(0),
            expires_at: end(&delegation, scope.expires_at(), now)?,
            is_read_only: delegation.is_read_only || !A::WRITES,
            permissions: delegation.permissions.clone(),
            key: caller.key,
            login: caller.login,
        };
        self.sign(&Payload::new(&token, delegation))
    }

    fn sign(&self, payload: &Payload) -> Result<String> {
        let payload = serde_json::to_vec(payload)
            .map_err(|_| misconfigured("the delegation cannot be written"))?;
        let newest = self.keys.first();
        let newest = newest.ok_or_else(|| misconfigured("delegated tokens need a key"))?;
        let token = newest.sign(&payload)?;
        if token.len() > LONGEST {
            return Err(misconfigured(
                "a delegated token has at most 8 KiB: name fewer permissions",
            ));
        }
        Ok(token)
    }
}

/// When the token ends, in whole seconds: never later than the scope.
fn end(
    delegation: &Delegation,
    scope_ends: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>> {
    let life = TimeDelta::from_std(delegation.expires_in).unwrap_or_default();
    let own = now.checked_add_signed(life).ok_or(Error::Expired)?;
    let end = scope_ends.map_or(own, |moment| own.min(moment));
    let end = end.trunc_subsecs(0);
    if end > now {
        Ok(end)
    } else {
        Err(Error::Expired)
    }
}
