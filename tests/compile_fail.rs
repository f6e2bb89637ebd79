//! Programs that must not compile, with the message that their author gets, and
//! programs that must.
//!
//! After a change of a message, `TRYBUILD=overwrite cargo test --test compile_fail`
//! renews the `.stderr` files; read the difference before it is committed.

/// The Rust version whose messages are in the `.stderr` files. Others word them in other
/// ways.
const RUST: &str = "rustc 1.95.";

/// More than any of the programs needs. A type error within a diesel expression can
/// make the compiler take all the memory there is.
#[cfg(unix)]
const MEMORY: u64 = 6 << 30;

#[test]
fn programs() {
    // The compilers are this process's children, and inherit the limit.
    #[cfg(unix)]
    limit_memory();

    let programs = trybuild::TestCases::new();
    // The programs in `pass` also make trybuild build the others instead of only
    // checking them: raw SQL is refused by constants that a build evaluates.
    programs.pass("tests/compile_fail/pass/*.rs");
    if rust_version().starts_with(RUST) {
        programs.compile_fail("tests/compile_fail/fail/*/*.rs");
    } else {
        eprintln!("NOT TESTED: the programs that must not compile, for want of {RUST}");
    }
}

fn rust_version() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = std::process::Command::new(rustc).arg("--version").output();
    String::from_utf8(version.expect("rustc").stdout).expect("UTF-8")
}

#[cfg(unix)]
fn limit_memory() {
    use rlimit::Resource;

    let (_, most) = Resource::AS.get().expect("the limit of memory");
    Resource::AS
        .set(MEMORY.min(most), most)
        .expect("a lower limit of memory");
}
