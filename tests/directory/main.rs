//! The ways in over the directory's tables, on the backend that the features choose.

mod house;

mod invitations;
mod keys;
mod logins;
#[cfg(feature = "jwt")]
mod tokens;
