//! Delegated tokens.
