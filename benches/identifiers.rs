//! What identifiers cost: integers for keys with a public id beside them, of version 7 and of
//! version 4, against integers alone and against UUIDs for keys; on each backend.
//!
//! `cargo xtask bench-identifiers` starts servers and runs it with a million rows. All kinds take
//! turns, a batch of rows each, so that whatever else the machine does meets all of them.
//! `cargo bench --bench identifiers -- --rows 100000` is for another number of rows; further options
//! are `--chart some.svg`, `--cache 2000` for the KiB of pages that a connection to SQLite keeps in
//! memory, and `--only v4` to write rows of one kind alone.

mod ids;

use std::env;
use std::time::Instant;

use chrono::Utc;
use ids::measured::{Size, measured, written_alone};
use ids::{Place, RandomIds, chart, print};
use tenancy::{IdSource, UuidV7};

/// KiB that hold all pages. The bundled SQLite keeps one account of pages for all connections of a
/// process: with less, those of one kind would take them from the others.
#[cfg(feature = "sqlite")]
const CACHE: u32 = 131_072;

/// The argument that follows this one.
fn behind(name: &str) -> Option<String> {
    env::args().skip_while(|argument| argument != name).nth(1)
}

/// `cargo test --bench identifiers` runs it with few rows, to see that it works.
fn size() -> Size {
    let measures = env::args().any(|argument| argument == "--bench");
    let (rows, times_anew, rounds) = if measures {
        (1_000_000, 16, 25)
    } else {
        (2_000, 1, 2)
    };
    let asked = behind("--rows").map(|rows| rows.parse().expect("a number of rows"));
    Size {
        rows: asked.unwrap_or(rows),
        times_anew,
        rounds,
    }
}

/// As asked, or so that all pages have room.
#[cfg(feature = "sqlite")]
fn cache() -> u32 {
    behind("--cache").map_or(CACHE, |cache| cache.parse().expect("a number of KiB"))
}

/// The backends that are built and whose servers are known.
fn places() -> Vec<Box<dyn Place>> {
    let known = [
        #[cfg(feature = "sqlite")]
        Some(boxed(ids::Sqlite::new(cache()))),
        #[cfg(feature = "postgres")]
        server("TENANCY_POSTGRES").map(|server| boxed(ids::Postgres(server))),
        #[cfg(feature = "mysql")]
        server("TENANCY_MARIADB").map(|server| boxed(ids::MariaDb(server))),
    ];
    known.into_iter().flatten().collect()
}

fn boxed(place: impl Place + 'static) -> Box<dyn Place> {
    Box::new(place)
}

#[cfg(any(feature = "postgres", feature = "mysql"))]
fn server(setting: &str) -> Option<String> {
    let server = env::var(setting).ok();
    if server.is_none() {
        println!("not measured: {setting} is not set, see `cargo xtask bench-identifiers`");
    }
    server
}

/// Nanoseconds of making an id.
fn time_of(ids: &impl IdSource) -> u128 {
    const TIMES: u128 = 100_000;
    let start = Instant::now();
    (0..TIMES).for_each(|_| {
        std::hint::black_box(ids.next_id(Utc::now()));
    });
    start.elapsed().as_nanos() / TIMES
}

fn main() {
    let size = size();
    println!(
        "{} rows; an id of version 7 is made in {} ns, one of version 4 in {} ns",
        size.rows,
        time_of(&UuidV7::default()),
        time_of(&RandomIds),
    );
    let (mut all, mut series) = (Vec::new(), Vec::new());
    for place in places() {
        if let Some(kind) = behind("--only") {
            let seconds = written_alone(&*place, size, &kind);
            println!("{}: {kind} alone in {seconds:.1} s", place.name());
            continue;
        }
        let (figures, shown) = measured(&*place, size);
        all.push((format!("{} {}", place.name(), place.version()), figures));
        series.push(shown);
    }
    print(&all);
    if let Some(path) = behind("--chart").filter(|_| !series.is_empty()) {
        chart::draw(path.as_ref(), size.rows, &series).expect("the chart");
    }
}
