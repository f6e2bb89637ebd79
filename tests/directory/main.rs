//! The ways in over the directory's tables, on the backend that the features choose.

mod house;

mod inspection;

mod invitations;
mod keys;
mod lent;
mod logins;
mod managing;
mod newcomer;
mod numbers;
mod sealed;
#[cfg(feature = "jwt")]
mod tokens;
mod ways;
