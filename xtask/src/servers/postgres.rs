//! A PostgreSQL server with roles: `owner` makes the tables, `serving` owns nothing and
//! is what a service signs in as, `operator` is not bound by row security. `guarded` has a
//! password, and no rights.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::Setting;
use super::directory::Directory;
use super::process::{Process, finish};
use crate::Result;

/// In the name of the socket. Nothing listens on the network.
pub(super) const PORT: u16 = 5432;

const ROLES: &str = "
    CREATE ROLE owner LOGIN CREATEDB;
    CREATE ROLE serving LOGIN NOBYPASSRLS;
    CREATE ROLE operator LOGIN BYPASSRLS;
    CREATE ROLE guarded LOGIN PASSWORD 'a password';
";

/// For speed, at the price of the data after a crash.
const SETTINGS: [&str; 6] = [
    "listen_addresses=",
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "max_connections=300",
    "lc_messages=C",
];

pub(super) fn start(directory: &Directory) -> Result<(Process, Setting)> {
    let programs = programs()?;
    let data = directory.path().join("postgres");
    finish(
        "initdb",
        directory
            .command(programs.join("initdb"))
            .args(["--username=postgres", "--auth=trust", "--encoding=UTF8"])
            .args(["--locale=C.UTF-8", "--no-sync", "--pgdata"])
            .arg(&data),
    )?;
    let who = data.join("pg_hba.conf");
    let all = fs::read_to_string(&who)?;
    fs::write(who, format!("local all guarded scram-sha-256\n{all}"))?;
    let mut server = directory.command(programs.join("postgres"));
    server.arg("-D").arg(&data).arg("-k").arg(directory.path());
    server.args(["-p", &PORT.to_string()]);
    for setting in SETTINGS {
        server.args(["-c", setting]);
    }
    let socket = directory.path().join(format!(".s.PGSQL.{PORT}"));
    let process = Process::start("postgres", server, directory.path(), &socket)?;
    finish(
        "making the roles",
        Command::new(programs.join("psql"))
            .args(["--quiet", "--no-psqlrc", "-v", "ON_ERROR_STOP=1"])
            .args(["-U", "postgres", "-d", "postgres", "-c", ROLES, "-h"])
            .arg(directory.path())
            .args(["-p", &PORT.to_string()]),
    )?;
    let address = format!("host={} port={PORT}", directory.path().display());
    Ok((process, ("TENANCY_POSTGRES", address)))
}

/// Where the programs of the newest installed version are. Debian keeps them out of the
/// `PATH`.
pub(crate) fn programs() -> Result<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let newest = versions
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|path| path.join("initdb").exists())
        .max_by_key(|path| version(path));
    if let Some(path) = newest {
        return Ok(path);
    }
    let output = Command::new("pg_config").arg("--bindir").output();
    let path = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    match path {
        Ok(path) if Path::new(&path).join("initdb").exists() => Ok(path.into()),
        _ => Err("PostgreSQL's `initdb` is missing".into()),
    }
}

fn version(programs: &Path) -> u32 {
    let name = programs.parent().and_then(Path::file_name);
    name.and_then(|name| name.to_str()?.parse().ok())
        .unwrap_or(0)
}
