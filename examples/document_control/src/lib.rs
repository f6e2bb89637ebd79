//! A document management system for organizations that must not see each other's documents. Its
//! rows have integers inside and UUIDs outside; it had only integers before, and this crate
//! also takes a database from there to here.
//!
//! | module | what it holds |
//! |---|---|
//! | [`models`] | the tables, and whose their rows are |
//! | [`services`] | what is done, in internal keys |
//! | [`controllers`] | from a request to an answer, in public ids only |
//! | [`transition`] | the change from integers to public ids, in four phases |
//! | [`sign_in`] | who calls |
//! | [`show`] | what the example prints |

#![forbid(unsafe_code)]

pub mod app;
pub mod controllers;
pub mod models;
pub mod schema;
pub mod services;
pub mod show;
pub mod sign_in;
pub mod transition;

pub use app::{App, Caller, Phase};

/// The connection: MariaDB's with the feature `mysql`, else SQLite's.
#[cfg(feature = "mysql")]
pub type Conn = diesel::MysqlConnection;
/// The connection: MariaDB's with the feature `mysql`, else SQLite's.
#[cfg(not(feature = "mysql"))]
pub type Conn = diesel::SqliteConnection;

/// A session on it.
pub type Session = tenancy::Session<Conn>;

/// The scope of an organization.
pub type Scope = tenancy::TenantScope<models::OrganizationId>;
