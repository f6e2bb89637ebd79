//! The cargo features, in each combination.

use crate::{Result, run};

const FEATURES: [&str; 4] = ["sqlite", "postgres", "mysql", "serde"];

/// Builds the library with each combination of features, and lets no warning pass.
pub(crate) fn check_each_combination() -> Result<()> {
    for chosen in 0..1_u32 << FEATURES.len() {
        let has = |at: &usize| chosen & (1 << at) != 0;
        let names: Vec<&str> = (0..FEATURES.len())
            .filter(has)
            .map(|at| FEATURES[at])
            .collect();
        let names = names.join(",");
        let mut check = vec!["clippy", "--quiet", "--lib", "--no-default-features"];
        check.extend(["--features", &names, "--", "-D", "warnings"]);
        run("a combination of features", &check, &[])?;
    }
    Ok(())
}
