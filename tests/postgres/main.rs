//! What only PostgreSQL has: row security, the setting that carries the tenant, poolers.
//!
//! The tests need servers: `cargo xtask test` starts them, `cargo xtask servers` leaves them
//! running for tests by hand.

mod distributed;
mod doors;
mod enforced;
mod inspect;
mod leaks;
mod left_open;
mod left_over;
mod locks;
mod lost;
mod operators;
mod reach;
mod restrictive;
mod row_security;
mod served;
mod stage;
mod support;
mod transactions;
mod transport;
