// A database for one test, on the backend that the features choose: SQLite, unless it is
// left out. What is written here as SQL is SQLite's, and comes to the others in their words.

#[cfg(feature = "sqlite")]
include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stage/sqlite.rs"));
#[cfg(all(feature = "postgres", not(feature = "sqlite")))]
include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stage/postgres.rs"));
#[cfg(all(feature = "mysql", not(any(feature = "sqlite", feature = "postgres"))))]
include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stage/mysql.rs"));
