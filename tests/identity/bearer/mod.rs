//! Bearer tokens of a provider.

mod claims;
mod fuzz;
mod jwks;
mod keys;
mod renewal;
mod settings;
mod shape;
mod signatures;
