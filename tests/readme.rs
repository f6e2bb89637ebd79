//! The README shows what the example is, and what it prints.

use std::path::{Path, PathBuf};
use std::process::Command;

fn file(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect(path)
}

/// The code block behind a marker.
fn block(readme: &str, marker: &str) -> String {
    let (_, rest) = readme.split_once(marker).expect(marker);
    let (_, rest) = rest.split_once("```").expect("a block");
    let (_, rest) = rest.split_once('\n').expect("its first line");
    let (block, _) = rest.split_once("```").expect("its end");
    block.to_owned()
}

/// An example stands beside the folder of the test's own executable.
fn example(name: &str) -> PathBuf {
    let mut path = std::env::current_exe().expect("the test's path");
    path.pop();
    path.pop();
    path.join("examples")
        .join(name)
        .with_extension(std::env::consts::EXE_EXTENSION)
}

#[test]
fn the_first_page_is_the_example() {
    let shown = block(&file("README.md"), "<!-- examples/first_page/main.rs -->");
    assert_eq!(shown, file("examples/first_page/main.rs"));
}

#[test]
fn every_days_work_is_of_the_example() {
    let example = file("examples/everyday/main.rs");
    for part in ["models", "functions"] {
        let marker = format!("<!-- {part} of examples/everyday/main.rs -->");
        let shown = block(&file("README.md"), &marker);
        assert!(example.contains(&shown), "the README's {part} are others");
    }
}

#[test]
fn the_output_is_the_examples() {
    for name in ["first_page", "everyday", "inspect"] {
        let output = Command::new(example(name))
            .output()
            .expect("the example, built");
        let printed = String::from_utf8(output.stdout).expect("UTF-8");
        let marker = format!("<!-- the output of {name} -->");
        assert_eq!(block(&file("README.md"), &marker), printed);
    }
}
