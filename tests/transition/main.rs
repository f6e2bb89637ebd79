//! The paths from tables that are there to what the models say, on the backend that the features
//! choose: each can be looked at before, stopped anywhere, and begun again.

mod fixture;

#[cfg(all(feature = "mysql", not(any(feature = "sqlite", feature = "postgres"))))]
mod mariadb;
mod owners;
#[cfg(all(feature = "postgres", not(feature = "sqlite")))]
mod postgres;
mod public_ids;
mod reassign;
mod stops;
mod texts;
