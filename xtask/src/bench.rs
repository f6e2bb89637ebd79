//! `cargo xtask bench`: what scoping costs, in time and in instructions.

use std::env;
use std::path::Path;

use crate::servers::Servers;
use crate::{Result, run, tools, top};

/// The version of gungraun in `Cargo.toml`, which its runner must have.
const RUNNER: &str = "0.20.0";

/// Runs the benches. Their tables are those of `benches/README.md`.
pub(crate) fn bench() -> Result<()> {
    tools::make_ready()?;
    let own = top()?.join("target/tools");
    let path = path_with(&own.join("bin"))?;
    tools::valgrind_and_runner(RUNNER, &own, &path)?;
    run("versions", &["--version"], &[])?;
    run("time", &["bench", "--bench", "scoping"], &[])?;
    run(
        "instructions",
        &["bench", "--bench", "instructions"],
        &[("PATH", &path)],
    )
}

/// What row security costs, on a server of its own.
pub(crate) fn row_security() -> Result<()> {
    tools::make_ready()?;
    tools::make_servers_ready()?;
    let servers = Servers::start()?;
    run(
        "row security",
        &["bench", "--features", "postgres", "--bench", "row_security"],
        &servers.settings(),
    )
}

/// What identifiers cost, on each backend, with the chart of `benches/README.md`. What follows goes
/// to the bench: `--rows 100000`.
pub(crate) fn identifiers() -> Result<()> {
    tools::make_ready()?;
    tools::make_servers_ready()?;
    let servers = Servers::start()?;
    let further: Vec<String> = env::args().skip(2).collect();
    let chart = top()?.join("benches/identifiers.svg");
    let chart = chart.to_str().ok_or("a path in UTF-8")?;
    let mut arguments = vec!["bench", "--features", "postgres,mysql"];
    arguments.extend(["--bench", "identifiers", "--", "--chart", chart]);
    arguments.extend(further.iter().map(String::as_str));
    run("identifiers", &arguments, &servers.settings())
}

fn path_with(folder: &Path) -> Result<String> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(folder.to_owned()).chain(env::split_paths(&path));
    let joined = env::join_paths(folders)?;
    joined.into_string().map_err(|_| "a PATH in UTF-8".into())
}
