//! The quickstart prints what its `expected.txt` says, each time.

use std::path::PathBuf;
use std::process::Command;

const EXPECTED: &str = include_str!("../examples/quickstart/expected.txt");

#[test]
fn it_prints_what_is_expected() {
    let run = Command::new(quickstart()).output().unwrap();
    let printed = String::from_utf8(run.stdout).unwrap();
    let errors = String::from_utf8(run.stderr).unwrap();
    assert!(run.status.success(), "{errors}");
    assert_eq!(errors, "", "no progress bar without a terminal");

    let hint = "if that is meant: \
                cargo run --quiet --example quickstart > examples/quickstart/expected.txt";
    for (number, (printed, expected)) in (1..).zip(printed.lines().zip(EXPECTED.lines())) {
        assert_eq!(printed, expected, "line {number}; {hint}");
    }
    let lines = printed.lines().count();
    assert_eq!(lines, EXPECTED.lines().count(), "lines in all; {hint}");
}

/// The example that `cargo test` built beside this test: this one is
/// `<profile>/deps/quickstart-..`, that one `<profile>/examples/quickstart`.
fn quickstart() -> PathBuf {
    let this = std::env::current_exe().unwrap();
    let profile = this.ancestors().nth(2).unwrap();
    let example = profile
        .join("examples")
        .join("quickstart")
        .with_extension(std::env::consts::EXE_EXTENSION);
    assert!(
        example.exists(),
        "`cargo test` builds the example; with `--test` or `--all-targets` it does not: \
         run `cargo build --example quickstart` before"
    );
    example
}
