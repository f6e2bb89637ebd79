//! The ways in over the directory's tables, on the backend that the features choose.

mod house;

mod inspection;

mod invitations;
mod keys;
mod logins;
mod numbers;
#[cfg(feature = "jwt")]
mod tokens;
