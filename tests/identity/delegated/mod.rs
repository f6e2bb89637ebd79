//! Delegated tokens for background jobs.

mod forged;
mod kinds;
mod narrowed;
mod revoked;
mod rotated;
mod worker;

use std::marker::PhantomData;
use std::sync::Arc;

use tenancy::jwt::{DelegatedTokens, NeverRevoked, SigningKey};
use tenancy::{
    AuthError, Authenticator, Claims, Error, Identity, SequentialIds, TenantKey, TenantScope,
};

use crate::gear::{Conn, Gear};
use crate::support::*;

pub(crate) const SECRET: [u8; 32] = *b"a secret of these tests, no more";

/// Believes the claims that it is given.
pub(crate) struct Told<K>(PhantomData<fn() -> K>);

impl<K: TenantKey> Authenticator<Conn> for Told<K> {
    type Credential<'a> = Claims<K>;
    type Key = K;

    fn authenticate(&self, _: &mut Conn, claims: Claims<K>) -> Result<Claims<K>, AuthError> {
        Ok(claims)
    }
}

pub(crate) type Tokens<K, R = NeverRevoked> = DelegatedTokens<K, R>;

/// Two customers, a clock to move, and tokens by one key.
pub(crate) struct Office {
    pub(crate) gear: Gear,
    pub(crate) clock: Arc<SetClock>,
}

impl Office {
    pub(crate) fn new() -> Self {
        let clock = SetClock::new();
        let gear = Gear::with(|builder| builder.clock(Arc::clone(&clock)));
        Self { gear, clock }
    }

    pub(crate) fn tokens<K: TenantKey>(&self) -> Tokens<K> {
        self.tokens_of([key("1")], NeverRevoked)
    }

    pub(crate) fn tokens_of<K: TenantKey, R>(
        &self,
        keys: impl IntoIterator<Item = SigningKey>,
        revocations: R,
    ) -> Tokens<K, R> {
        DelegatedTokens::new(keys, revocations)
            .unwrap()
            .clock(Arc::clone(&self.clock))
            .ids(SequentialIds::default())
    }

    pub(crate) fn identity<K: TenantKey>(&self, claims: Claims<K>) -> Identity<K> {
        let told = Told(PhantomData);
        self.gear.db.authenticate(&told, claims).unwrap()
    }

    pub(crate) fn scope<K: TenantKey>(&self, claims: Claims<K>) -> TenantScope<K> {
        TenantScope::new(&self.identity(claims)).unwrap()
    }

    /// Anna's scope, or Ben's: both have a subject of the same name.
    pub(crate) fn scope_of(&self, tenant: i64) -> TenantScope<i64> {
        self.scope(Claims::new(tenant).subject("someone"))
    }

    pub(crate) fn present<K, R>(
        &self,
        tokens: &Tokens<K, R>,
        purpose: &str,
        token: &str,
    ) -> Result<Identity<K>, Error>
    where
        K: TenantKey,
        R: tenancy::jwt::Revocations<Conn, K>,
    {
        self.gear
            .db
            .authenticate(&tokens.for_purpose(purpose), token)
    }

    pub(crate) fn is_refused<K: TenantKey>(
        &self,
        tokens: &Tokens<K>,
        purpose: &str,
        token: &str,
    ) -> bool {
        is_unauthenticated(&self.present(tokens, purpose, token))
    }
}

/// The same words whatever is wrong.
pub(crate) fn is_unauthenticated<K: TenantKey>(outcome: &Result<Identity<K>, Error>) -> bool {
    match outcome {
        Err(error @ Error::Unauthenticated) => error.to_string() == "unauthenticated",
        _ => false,
    }
}

pub(crate) fn key(id: &str) -> SigningKey {
    SigningKey::new(id, &SECRET).unwrap()
}

pub(crate) fn other_key(id: &str) -> SigningKey {
    SigningKey::new(id, &[7; 32]).unwrap()
}
