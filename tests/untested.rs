//! No test: says which servers this run of `cargo test` did not test.

use std::env;

/// Each server, whether its tests are built, and what says where it is.
const SERVERS: [(&str, bool, &str); 2] = [
    ("PostgreSQL", cfg!(feature = "postgres"), "TENANCY_POSTGRES"),
    ("MariaDB", cfg!(feature = "mysql"), "TENANCY_MARIADB"),
];

fn main() {
    // Who asks for the list of tests gets an empty one.
    if env::args().any(|argument| argument == "--list") {
        return;
    }
    for (name, is_built, setting) in SERVERS {
        if !is_built || env::var_os(setting).is_none() {
            println!("NOT TESTED: {name}. `cargo xtask test` starts servers, and tests on them.");
        }
    }
}
