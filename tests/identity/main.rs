//! From a credential to an identity: tokens, and identities for tests.

#[cfg(feature = "jwt")]
mod bearer;
#[cfg(feature = "jwt")]
mod delegated;
mod for_tests;
#[allow(dead_code, reason = "not all of the fixture is needed here")]
#[path = "../gear/mod.rs"]
mod gear;
#[cfg(feature = "jwt")]
mod keys;
#[cfg(feature = "jwt")]
mod support;
