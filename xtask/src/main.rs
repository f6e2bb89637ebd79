//! Development tasks: `cargo xtask test` runs all checks of the project.

mod bench;
mod build_cost;
mod features;
mod mutants;
mod servers;
mod tools;

use std::env;
use std::error::Error;
use std::path::Path;
use std::process::{Command, ExitCode};

const USAGE: &str = "\
Usage: cargo xtask <task>

Tasks:
  test         formatting, clippy, all tests, doc tests, docs and the quickstart, on SQLite and
               on servers of its own
  servers      starts PostgreSQL, PgBouncer and MariaDB, and leaves them running;
               `servers stop` stops them
  bench        the benchmarks, with the tables of ratios in time and instructions
  bench-servers  what row security costs, on a server of its own
  bench-identifiers  what public ids cost, on each backend; `--rows 100000` for fewer rows
  bench-build  how long 40 models with 200 statements build, scoped and plain
  mutants      changes the guards one by one, and names each change that no test notices;
               what follows goes to cargo-mutants: --file src/query/join.rs, --shard 0/8
";

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    let task = env::args().nth(1);
    let outcome = match task.as_deref() {
        Some("test") => test(),
        Some("servers") => tools::make_servers_ready()
            .and_then(|()| servers::leave_running(env::args().nth(2).as_deref() == Some("stop"))),
        Some("bench") => bench::bench(),
        Some("bench-servers") => bench::row_security(),
        Some("bench-identifiers") => bench::identifiers(),
        Some("bench-build") => build_cost::compare(),
        Some("mutants") => mutants::mutants(),
        _ => {
            print!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error}");
            ExitCode::FAILURE
        }
    }
}

fn test() -> Result<()> {
    tools::make_ready()?;
    tools::make_servers_ready()?;
    run("formatting", &["fmt", "--all", "--", "--check"], &[])?;
    run(
        "clippy",
        &[
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ],
        &[],
    )?;
    run(
        "clippy without a backend",
        &[
            "clippy",
            "--lib",
            "--no-default-features",
            "--",
            "-D",
            "warnings",
        ],
        &[],
    )?;
    run(
        "clippy with all features",
        &["clippy", "--lib", "--all-features", "--", "-D", "warnings"],
        &[],
    )?;
    run(
        "clippy of the tests of servers",
        &[
            "clippy",
            "--features",
            "postgres,mysql,serde",
            "--tests",
            "--",
            "-D",
            "warnings",
        ],
        &[],
    )?;
    run(
        "clippy of the worked systems on MariaDB",
        &[
            "clippy",
            "-p",
            "document_control",
            "--features",
            "mysql",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ],
        &[],
    )?;
    features::check_each_combination()?;
    run("tests and doc tests", &["test", "--workspace"], &[])?;
    run(
        "tests with all features",
        &["test", "--all-features", "--lib", "--test", "suite"],
        &[],
    )?;
    test_identity()?;
    test_on_servers()?;
    run(
        "docs",
        &["doc", "--workspace", "--no-deps"],
        &[("RUSTDOCFLAGS", "-D warnings")],
    )?;
    run(
        "quickstart",
        &["run", "--quiet", "--example", "quickstart"],
        &[],
    )?;
    println!("\nAll checks passed.");
    Ok(())
}

/// The ways in that have features of their own.
fn test_identity() -> Result<()> {
    let features = ["--features", "jwt,test-identities"];
    let arguments = |of: &[&'static str]| [&["test"], &features[..], of].concat();
    run(
        "the examples, with each way in",
        &[&["build"], &features[..], &["--examples"]].concat(),
        &[],
    )?;
    run(
        "tests of tokens, and of the ways in",
        &arguments(&[
            "--test",
            "identity",
            "--test",
            "directory",
            "--test",
            "readme",
        ]),
        &[],
    )?;
    run(
        "doc tests of tokens",
        &arguments(&["--doc", "identity"]),
        &[],
    )?;
    // As in a release build, for this crate alone: nothing else is built again.
    let release = "profile.dev.package.tenancy.debug-assertions=false";
    run(
        "no identities for tests without debug assertions",
        &arguments(&["--config", release, "--test", "identity", "they_are_there"]),
        &[],
    )
}

/// The tests that need servers, on servers of their own.
fn test_on_servers() -> Result<()> {
    let servers = servers::Servers::start()?;
    let settings = servers.settings();
    run(
        "tests of row security",
        &["test", "--features", "postgres", "--test", "postgres"],
        &settings,
    )?;
    run(
        "the suite on PostgreSQL",
        &[
            "test",
            "--no-default-features",
            "--features",
            "postgres,jwt",
            "--test",
            "suite",
            "--test",
            "directory",
            "--test",
            "transition",
        ],
        &settings,
    )?;
    run(
        "tests of MariaDB alone",
        &["test", "--features", "mysql", "--test", "mariadb"],
        &settings,
    )?;
    run(
        "the suite on MariaDB",
        &[
            "test",
            "--no-default-features",
            "--features",
            "mysql,jwt",
            "--test",
            "suite",
            "--test",
            "directory",
            "--test",
            "transition",
        ],
        &settings,
    )?;
    run(
        "the bench of identifiers, with few rows",
        &["test", "--all-features", "--bench", "identifiers"],
        &settings,
    )?;
    run(
        "the worked systems on MariaDB",
        &["test", "-p", "document_control", "--features", "mysql"],
        &settings,
    )
}

/// Runs cargo at the top of the workspace, and says what for.
pub(crate) fn run(what: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Result<()> {
    println!("\n== {what}: cargo {}", arguments.join(" "));
    let status = Command::new(env!("CARGO"))
        .args(arguments)
        .envs(environment.iter().copied())
        .current_dir(top()?)
        .status()?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{what} failed").into())
    }
}

pub(crate) fn top() -> Result<&'static Path> {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .ok_or_else(|| "the workspace has no top".into())
}
