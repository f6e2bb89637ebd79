//! The cargo features, in each combination.

use crate::{Result, run};

const BACKENDS: [&str; 3] = ["sqlite", "postgres", "mysql"];

/// Checks the library with each combination of backends, and lets no warning pass. The others
/// add to none of them, and are with all of them and alone.
pub(crate) fn check_each_combination() -> Result<()> {
    for chosen in 0..1_u32 << BACKENDS.len() {
        let has = |at: &usize| chosen & (1 << at) != 0;
        let names = (0..BACKENDS.len()).filter(has).map(|at| BACKENDS[at]);
        check(&names.collect::<Vec<_>>().join(","))?;
    }
    check("sqlite,postgres,mysql,serde,jwt,test-identities")?;
    check("sqlite,jwt,test-identities")?;
    for alone in ["serde", "jwt", "test-identities"] {
        check(alone)?;
    }
    Ok(())
}

fn check(features: &str) -> Result<()> {
    let mut arguments = vec!["clippy", "--quiet", "--lib", "--no-default-features"];
    arguments.extend(["--features", features, "--", "-D", "warnings"]);
    run("a combination of features", &arguments, &[])
}
