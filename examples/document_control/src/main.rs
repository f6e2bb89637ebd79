//! Takes a database that has only numbers through the four phases, and shows each one working.
//!
//! `cargo run -p document_control` runs on a SQLite database that it makes and removes.
//! `cargo run -p document_control --features mysql -- mysql://..` runs on an empty MariaDB database.

use document_control::{Conn, show};
use tenancy::{Database, FixedClock, SequentialIds};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let url = match std::env::args().nth(1) {
        Some(url) => url,
        None if cfg!(feature = "mysql") => {
            return Err("say which database: an empty one, as mysql://..".into());
        }
        None => folder.path().join("documents.db").display().to_string(),
    };
    // The clock stands still and the ids can be foretold, so that each run prints the same. A
    // service leaves both lines out.
    let db = Database::<Conn>::builder()
        .clock(FixedClock::at("2026-03-12T08:00:00Z".parse()?))
        .ids(SequentialIds::default())
        .open(&url)?;
    show::all_phases(db, &url, &mut std::io::stdout())
}
