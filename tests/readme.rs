//! The README shows what the example is, and what it prints; SECURITY.md's searches find what
//! they are for.

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
    for part in ["tables", "models", "functions"] {
        let marker = format!("<!-- {part} of examples/everyday/main.rs -->");
        let shown = block(&file("README.md"), &marker);
        assert!(example.contains(&shown), "the README's {part} are others");
    }
}

#[test]
fn the_ways_in_and_the_acts_of_operators_are_the_examples() {
    for name in ["sign_in", "operators"] {
        let path = format!("examples/{name}/main.rs");
        let shown = block(&file("README.md"), &format!("<!-- {path} -->"));
        assert_eq!(shown, file(&path));
    }
}

/// Whoever pastes the example has what it uses, and the versions that it was built with.
#[test]
fn what_signing_in_needs_is_what_it_was_built_with() {
    let needed = block(&file("README.md"), "<!-- what signing in needs -->");
    let cargo = file("Cargo.toml");
    for line in needed.lines().filter(|line| line.contains(" = ")) {
        let (name, _) = line.split_once(" = ").expect("a name");
        if name == "tenancy" {
            assert!(line.contains(r#"["jwt", "test-identities"]"#), "{line}");
            continue;
        }
        let version = |line: &str| {
            let quoted = line.split('"').nth(1).unwrap_or_default();
            quoted.trim_start_matches(['~', '=']).to_owned()
        };
        let own = cargo
            .lines()
            .find(|own| own.starts_with(&format!("{name} =")));
        let own = own.unwrap_or_else(|| panic!("{name}"));
        assert_eq!(version(own), version(line), "{name}");
    }
}

/// The example needs more than the default features.
#[cfg(all(feature = "jwt", feature = "test-identities"))]
#[test]
fn the_output_is_that_of_signing_in() {
    let output = Command::new(example("sign_in"))
        .output()
        .expect("the example, built");
    let printed = String::from_utf8(output.stdout).expect("UTF-8");
    assert_eq!(
        block(&file("README.md"), "<!-- the output of sign_in -->"),
        printed
    );
}

#[test]
fn the_output_is_the_examples() {
    for name in ["first_page", "everyday", "inspect", "operators"] {
        let output = Command::new(example(name))
            .output()
            .expect("the example, built");
        let printed = String::from_utf8(output.stdout).expect("UTF-8");
        let marker = format!("<!-- the output of {name} -->");
        assert_eq!(block(&file("README.md"), &marker), printed);
    }
}

/// What the inspection's exit code says to a script.
#[test]
fn the_inspection_ends_with_what_it_found() {
    let directory = tempfile::tempdir().expect("a directory");
    let empty = directory.path().join("empty.db");
    std::fs::write(&empty, "").expect("a file");
    for (arguments, code) in [
        (vec![], 1),
        (vec![empty.to_str().expect("UTF-8")], 1),
        (vec!["no such file"], 2),
        (vec!["mariadb://serving@localhost"], 2),
    ] {
        let mut inspect = Command::new(example("inspect"));
        let ended = inspect.args(&arguments).output().expect("the example");
        assert_eq!(ended.status.code(), Some(code), "{arguments:?}");
    }
}

/// A line for each thing of the trusted edge that a name gives away.
#[cfg(unix)]
const EDGE: &str = "\
impl Authenticator<SqliteConnection> for Keys {}
let identity = db.authenticate(&TestIdentities::new(), claims)?;
impl KeySource for Provider {}
let keys = Jwks::new(|| get(url));
let key = SigningKey::new(id, &secret)?;
impl Revocations<SqliteConnection, i64> for List {}
let tokens = DelegatedTokens::<i64, _>::new(keys, NeverRevoked)?;
let builder = builder.on_connect(sql);
db.migrate(MIGRATIONS)?;
catalog.add_public_ids().run(&mut conn, told)?;
catalog.give_to(first).run(&mut conn, told)?;
catalog.reassign(mapping).run(&mut conn, told)?;
#[scoped(tenant = tenant_id)]
diesel::table! {}
impl<DB: Backend> QueryFragment<DB> for Mine {}
impl<QS> AppearsOnTable<QS> for Mine {}
impl_selectable_expression!(Mine);
diesel::infix_operator!(Over, \" && \");
postfix_operator!(Ends, \" ends\");
prefix_operator!(Begins, \"begins \");
diesel::diesel_infix_operator!(Over, \" && \");
diesel_postfix_operator!(Ends, \" ends\");
diesel_prefix_operator!(Begins, \"begins \");
#[sql_name = \"other\"]
define_sql_function! { fn changes() -> BigInt; }
#[declare_sql_function]
diesel::sql_function! { fn changes() -> BigInt; }
use diesel::sql_function as declare;
no_arg_sql_function!(changes, BigInt);
no_arg_sql_function_body!(changes, BigInt, \"\");
no_arg_sql_function_body_except_to_sql!(changes, BigInt, \"\");
diesel::sql_query(text);
conn.batch_execute(text)?;
SqliteConnection::establish(url)?;
let manager = ConnectionManager::new(url);
diesel::dsl::sql::<Bool>(text);
set_default_instrumentation(tell);
query.filter_dynamic(text);
session.enforced(&catalog, work)?;
session.enforced_writes(&catalog, work)?;
let catalog = catalog.without_row_security::<Item>();
let builder = builder.transport(Transport::Nothing);
tenancy::__private::Seal;
extern crate self as tenancy;
";

#[cfg(unix)]
#[test]
fn the_searches_find_the_trusted_edge() {
    let directory = tempfile::tempdir().expect("a directory");
    let sources = directory.path().join("src");
    std::fs::create_dir(&sources).expect("a directory");
    std::fs::write(sources.join("lib.rs"), EDGE).expect("a file");
    let commands = block(&file("SECURITY.md"), "To list all of it in an application:");
    let found: String = commands
        .lines()
        .map(|line| {
            let mut shell = Command::new("sh");
            let command = line.strip_prefix("$ ").expect("a command");
            shell.args(["-c", command]).current_dir(&directory);
            String::from_utf8(shell.output().expect("a shell").stdout).expect("UTF-8")
        })
        .collect();
    let missed = |line: &&str| !found.contains(line);
    assert_eq!(EDGE.lines().filter(missed).collect::<Vec<_>>(), [""; 0]);
}
