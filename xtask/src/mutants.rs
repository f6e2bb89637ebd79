//! `cargo xtask mutants`: small changes of the guards, one at a time, and whether a test
//! notices.

use std::env;

use crate::{Result, run, tools};

/// Runs cargo-mutants over what `.cargo/mutants.toml` names. What follows the task goes to
/// it: `--re src/query/join`, `--shard 0/8`, `--list`.
pub(crate) fn mutants() -> Result<()> {
    tools::make_ready()?;
    tools::cargo_mutants()?;
    let further: Vec<String> = env::args().skip(2).collect();
    let mut arguments = vec!["mutants", "--output", "target"];
    arguments.extend(further.iter().map(String::as_str));
    run("mutants", &arguments, &[])
}
