//! `cargo xtask bench-build`: how long the same application builds in plain diesel and
//! scoped.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::{Result, tools, top};

const MODELS: usize = 40;
const STATEMENTS_PER_MODEL: usize = 5;
const ROUNDS: usize = 7;
const GOAL: f64 = 1.05;

const TABLE: &str = include_str!("table.txt");

/// One of the two ways to write the application.
struct Way {
    package: &'static str,
    /// What all models share.
    head: &'static str,
    /// The statements of one model.
    model: &'static str,
}

const CATEGORIES: &str = "diesel::table! {
    categories (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        name -> Text,
    }
}
";

const PLAIN: Way = Way {
    package: "plain",
    head: "",
    model: include_str!("plain.txt"),
};

const SCOPED: Way = Way {
    package: "scoped",
    head: "
pub type Conn = tenancy::Session<diesel::SqliteConnection>;

#[derive(diesel::Queryable, diesel::Selectable, tenancy::Scoped)]
#[diesel(table_name = categories)]
#[scoped(tenant = tenant_id)]
pub struct Category {
    pub id: tenancy::RowId<Category>,
    pub name: String,
}
",
    model: include_str!("scoped.txt"),
};

/// Builds both ways in turns, and prints the ratio of their times.
pub(crate) fn compare() -> Result<()> {
    tools::make_ready()?;
    let folder = top()?.join("target/bench-build");
    write_workspace(&folder)?;
    println!(
        "{MODELS} models with {} statements, the median of {ROUNDS} builds in turns:\n",
        MODELS * STATEMENTS_PER_MODEL
    );
    println!("| build | plain diesel | scoped | ratio | goal | reached |");
    println!("|-------|-------------:|-------:|------:|-----:|---------|");
    for task in ["check", "build"] {
        // The dependencies, and once what is measured.
        build(&folder, task, &PLAIN)?;
        build(&folder, task, &SCOPED)?;
        let mut times = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            times.0.push(build(&folder, task, &PLAIN)?);
            times.1.push(build(&folder, task, &SCOPED)?);
        }
        let (plain, scoped) = (median(times.0), median(times.1));
        let ratio = scoped / plain;
        let reached = if ratio <= GOAL { "yes" } else { "no" };
        println!("| {task} | {plain:.1} s | {scoped:.1} s | {ratio:.2} | {GOAL:.2} | {reached} |");
    }
    Ok(())
}

fn write_workspace(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    let workspace = "[workspace]\nmembers = [\"plain\", \"scoped\"]\nresolver = \"3\"\n";
    fs::write(folder.join("Cargo.toml"), workspace)?;
    // The versions that the library is tested with.
    fs::copy(top()?.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    write_package(folder, &PLAIN)?;
    write_package(folder, &SCOPED)
}

/// Both have the same dependencies, so that they share them as they are built.
fn write_package(folder: &Path, way: &Way) -> Result<()> {
    let package = folder.join(way.package);
    fs::create_dir_all(package.join("src"))?;
    let manifest = format!(
        "[package]\nname = \"{}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         diesel = {{ version = \"2.3.14\", features = [\"returning_clauses_for_sqlite_3_35\", \"sqlite\"] }}\n\
         tenancy = {{ path = {:?} }}\n",
        way.package,
        top()?
    );
    fs::write(package.join("Cargo.toml"), manifest)?;
    let mut root = format!("{CATEGORIES}{}", way.head);
    for number in 1..=MODELS {
        writeln!(root, "pub mod items_{number};")?;
        let table = format!("items_{number}");
        let module = format!("{TABLE}{}", way.model).replace("TABLE", &table);
        fs::write(package.join(format!("src/{table}.rs")), module)?;
    }
    fs::write(package.join("src/lib.rs"), root)?;
    Ok(())
}

/// The time that one package takes, with everything that it depends on built before.
fn build(folder: &Path, task: &str, way: &Way) -> Result<Duration> {
    let root: PathBuf = folder.join(way.package).join("src/lib.rs");
    fs::write(&root, fs::read(&root)?)?;
    let start = Instant::now();
    let status = Command::new(env!("CARGO"))
        .args([task, "--quiet", "--package", way.package])
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .stdout(Stdio::null())
        .current_dir(folder)
        .status()?;
    if status.success() {
        Ok(start.elapsed())
    } else {
        Err(format!("cargo {task} of {} failed", way.package).into())
    }
}

/// The median, in seconds.
fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64()
}
