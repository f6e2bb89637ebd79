//! What only PostgreSQL has: row security, the setting that carries the tenant, poolers.
//!
//! The tests need servers: `cargo xtask test` starts them, `cargo xtask servers` leaves them
//! running for tests by hand.

mod alone;
mod covered;
mod distributed;
mod doors;
mod enforced;
mod exchanged;
mod inspect;
mod kinds;
mod leaks;
mod left_open;
mod left_over;
mod locks;
mod lost;
mod migrate;
mod numbers;
mod operators;
mod reach;
mod restrictive;
mod row_security;
mod served;
mod stage;
mod support;
mod taken_names;
mod transactions;
mod transport;
