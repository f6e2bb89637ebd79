//! From a credential to an identity: tokens, and identities for tests.

#[cfg(feature = "jwt")]
mod bearer;
#[cfg(feature = "jwt")]
mod delegated;
#[path = "../gear/mod.rs"]
mod gear;
#[cfg(feature = "jwt")]
mod keys;
#[cfg(feature = "jwt")]
mod support;
mod test_identities;
