//! The tools that the tasks need: found, installed, or named.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::{Result, servers};

/// Sees to a C compiler (for the bundled SQLite), `rustfmt` and `clippy`.
pub(crate) fn make_ready() -> Result<()> {
    if !answers("cc", &["--version"]) {
        apt_install("gcc libc6-dev")?;
    }
    component("rustfmt", "fmt")?;
    component("clippy", "clippy")
}

/// Sees to the servers of the tests, and to the libraries of their clients.
pub(crate) fn make_servers_ready() -> Result<()> {
    let mut missing = Vec::new();
    if servers::postgres_programs().is_err() {
        missing.push("postgresql");
    }
    for (program, package) in [
        ("pgbouncer", "pgbouncer"),
        ("mariadb-install-db", "mariadb-server"),
        ("pg_config", "libpq-dev"),
        ("mariadb_config", "libmariadb-dev"),
    ] {
        if !answers(program, &["--version"]) {
            missing.push(package);
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    apt_install(&missing.join(" "))
}

/// Sees to valgrind, and to the runner of gungraun's benches in this version, installed in
/// `root` if `path` has none. Whoever cannot install them is told by the bench.
pub(crate) fn valgrind_and_runner(version: &str, root: &Path, path: &str) -> Result<()> {
    if !answers("valgrind", &["--version"])
        && let Err(missing) = apt_install("valgrind")
    {
        eprintln!("{missing}");
        return Ok(());
    }
    if runner_version(path).is_some_and(|found| found.ends_with(version)) {
        return Ok(());
    }
    let package = format!("gungraun-runner@{version}");
    let root = root.to_str().ok_or("a path in UTF-8")?;
    succeeds("cargo", &["install", "--locked", "--root", root, &package]);
    Ok(())
}

fn runner_version(path: &str) -> Option<String> {
    let output = Command::new("gungraun-runner")
        .arg("--version")
        .env("PATH", path)
        .output()
        .ok()?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Sees to cargo-mutants.
pub(crate) fn cargo_mutants() -> Result<()> {
    if answers("cargo", &["mutants", "--version"]) {
        return Ok(());
    }
    if succeeds("cargo", &["install", "--locked", "cargo-mutants"]) {
        return Ok(());
    }
    Err("`cargo mutants` is missing: install it with `cargo install --locked cargo-mutants`".into())
}

fn component(name: &str, subcommand: &str) -> Result<()> {
    if answers("cargo", &[subcommand, "--version"]) {
        return Ok(());
    }
    if succeeds("rustup", &["component", "add", name]) {
        return Ok(());
    }
    Err(
        format!("`cargo {subcommand}` is missing: install it with `rustup component add {name}`")
            .into(),
    )
}

/// Installs Debian packages if this is Debian and we may, else says which are missing.
fn apt_install(packages: &str) -> Result<()> {
    let missing = || format!("please install: {packages} (Debian's names)");
    if !answers("apt-get", &["--version"]) || !is_root() {
        return Err(missing().into());
    }
    let mut install = vec!["install", "--yes", "--no-install-recommends"];
    install.extend(packages.split(' '));
    let installed = succeeds("apt-get", &["update"]) && succeeds("apt-get", &install);
    if installed {
        Ok(())
    } else {
        Err(missing().into())
    }
}

fn is_root() -> bool {
    Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|output| output.stdout == b"0\n")
}

fn answers(program: &str, arguments: &[&str]) -> bool {
    Command::new(program)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn succeeds(program: &str, arguments: &[&str]) -> bool {
    Command::new(program)
        .args(arguments)
        .status()
        .is_ok_and(|status| status.success())
}
