//! What scoping costs in instructions: counted by callgrind, so that a busy machine
//! changes nothing.
//!
//! `cargo xtask bench` installs what is needed, and runs it.

#[allow(dead_code, unused_imports, reason = "each bench uses a part of it")]
mod statements;

#[cfg(unix)]
mod counted {
    //! The calls that gungraun counts, and the reading of its counts.

    use std::fs;
    use std::path::{Path, PathBuf};
    use std::process::Command;
    use std::thread;

    use gungraun::{Callgrind, LibraryBenchmarkConfig, library_benchmark, library_benchmark_group};

    use crate::statements::{ByHand, ByScope, INSTRUCTIONS, Pair, Place, Size, Table, pairs};

    /// The version of gungraun, which its runner must have, too.
    const RUNNER: &str = "0.20.0";

    /// Calls that fill the cache of statements, and as many that are counted.
    const CALLS: usize = 20;

    fn prepared_by_hand(pair: &'static Pair) -> (ByHand, &'static Pair) {
        // A pool has threads, and locks cost more in a process that has some.
        thread::spawn(|| {
            loop {
                thread::park();
            }
        });
        let mut side = ByHand::new(Size::SMALL, Place::Memory);
        side.run(pair.by_hand, 0..CALLS);
        (side, pair)
    }

    fn prepared_by_scope(pair: &'static Pair) -> (ByScope, &'static Pair) {
        let mut side = ByScope::new(Size::SMALL, Place::Memory);
        if let Some(scoped) = pair.scoped {
            side.run(scoped, 0..CALLS);
        }
        (side, pair)
    }

    #[library_benchmark]
    #[benches::pair(iter = pairs(), setup = prepared_by_hand)]
    fn by_hand((mut side, pair): (ByHand, &'static Pair)) -> ByHand {
        side.run(pair.by_hand, CALLS..2 * CALLS);
        side
    }

    #[library_benchmark]
    #[benches::pair(iter = pairs(), setup = prepared_by_scope)]
    fn scoped((mut side, pair): (ByScope, &'static Pair)) -> ByScope {
        if let Some(scoped) = pair.scoped {
            side.run(scoped, CALLS..2 * CALLS);
        }
        side
    }

    library_benchmark_group!(name = sides; benchmarks = by_hand, scoped);

    gungraun::main!(
        config = LibraryBenchmarkConfig::default().tool(Callgrind::with_args(["--cache-sim=no"]));
        library_benchmark_groups = sides
    );

    /// Whether this process is one whose calls are being counted.
    fn is_counted() -> bool {
        std::env::args().any(|argument| argument == "--gungraun-run")
    }

    pub(super) fn run() {
        if is_counted() {
            return main();
        }
        if let Some(missing) = missing() {
            println!("instructions are not counted: {missing}");
            return;
        }
        main();
        print_table();
    }

    /// What is not there, and how to install it.
    fn missing() -> Option<String> {
        if version_of("valgrind").is_none() {
            return Some("please install valgrind".to_owned());
        }
        let found = version_of("gungraun-runner");
        if found.is_none_or(|version| !version.ends_with(RUNNER)) {
            return Some(format!(
                "`cargo install --locked gungraun-runner@{RUNNER}` installs what runs them"
            ));
        }
        None
    }

    fn version_of(program: &str) -> Option<String> {
        let output = Command::new(program).arg("--version").output().ok()?;
        let text = String::from_utf8_lossy(&output.stdout);
        output.status.success().then(|| text.trim().to_owned())
    }

    fn print_table() {
        println!();
        let mut table = Table::begin("instructions of a call", None);
        for (number, pair) in pairs().enumerate() {
            let by_hand = instructions("by_hand", number);
            if pair.scoped.is_some() {
                let scoped = instructions("scoped", number);
                table.row_of_counts(pair.name, by_hand, scoped, INSTRUCTIONS);
            } else {
                table.missing(pair.name, by_hand, INSTRUCTIONS);
            }
        }
        table.end();
    }

    /// Instructions of a call, out of callgrind's files: one for each thread.
    fn instructions(side: &str, number: usize) -> u64 {
        let folder = results().join(format!("{side}.pair_{number}"));
        let files =
            fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let total: u64 = files
            .map(|file| file.expect("a file").path())
            .filter(|path| path.extension().is_some_and(|end| end == "out"))
            .map(|path| counted_in(&path))
            .sum();
        total / u64::try_from(CALLS).expect("a small number")
    }

    fn counted_in(file: &Path) -> u64 {
        let text = fs::read_to_string(file).expect("what callgrind counted");
        text.lines()
            .find_map(|line| line.strip_prefix("summary: "))
            .and_then(|counts| counts.split(' ').next()?.parse().ok())
            .expect("callgrind's summary")
    }

    /// Where gungraun puts the results of this group: in cargo's target folder.
    fn results() -> PathBuf {
        let this = std::env::current_exe().expect("this program's path");
        let target = this.ancestors().nth(3).unwrap_or(Path::new("target"));
        target.join("gungraun/tenancy/instructions/counted/sides")
    }
}

fn main() {
    // `cargo test --benches` only wants to know that it starts.
    if std::env::args().len() == 1 {
        return;
    }
    #[cfg(unix)]
    counted::run();
    #[cfg(not(unix))]
    println!("instructions are not counted: valgrind runs on Unix only");
}
