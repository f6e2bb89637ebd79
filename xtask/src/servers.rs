//! Throwaway servers for the tests: PostgreSQL, PgBouncer in front of it, and MariaDB.
//!
//! They listen on sockets in a directory of their own, run as an unprivileged user, and keep
//! nothing safe: what they hold is made anew each time.

mod directory;
mod mariadb;
mod pgbouncer;
mod postgres;
mod process;

use std::fs;
use std::path::PathBuf;

use crate::Result;
use directory::Directory;
pub(crate) use postgres::programs as postgres_programs;
use process::Process;

/// What the tests read to find the servers.
type Setting = (&'static str, String);

/// The running servers. They are stopped, and their files removed, when this is dropped.
pub(crate) struct Servers {
    processes: Vec<Process>,
    settings: Vec<Setting>,
    directory: Directory,
}

impl Servers {
    pub(crate) fn start() -> Result<Self> {
        let directory = Directory::new()?;
        let mut servers = Self {
            processes: Vec::new(),
            settings: Vec::new(),
            directory,
        };
        let postgres = postgres::start(&servers.directory)?;
        servers.add(postgres);
        let pgbouncer = pgbouncer::start(&servers.directory)?;
        servers.add(pgbouncer);
        let mariadb = mariadb::start(&servers.directory)?;
        servers.add(mariadb);
        Ok(servers)
    }

    fn add(&mut self, (process, setting): (Process, Setting)) {
        self.processes.push(process);
        self.settings.push(setting);
    }

    pub(crate) fn settings(&self) -> Vec<(&str, &str)> {
        let pairs = self.settings.iter();
        pairs.map(|(name, value)| (*name, value.as_str())).collect()
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        for process in self.processes.iter_mut().rev() {
            process.stop();
        }
        self.directory.remove();
    }
}

/// Starts the servers, tells where they are, and leaves them running; with `stop`, stops
/// those that were left.
pub(crate) fn leave_running(stop: bool) -> Result<()> {
    let list = list_of_left()?;
    if stop {
        return stop_left(&list);
    }
    if list.exists() {
        return Err("servers were left running: `cargo xtask servers stop` stops them".into());
    }
    let mut servers = Servers::start()?;
    println!("\nThe servers are running. To run tests by hand against them:\n");
    for (name, value) in servers.settings() {
        println!("  export {name}='{value}'");
    }
    println!("\nAs URLs:\n");
    for url in urls(&servers.directory) {
        println!("  {url}");
    }
    println!("\n`cargo xtask servers stop` stops them.");
    let mut left = servers.directory.path().display().to_string();
    for process in servers.processes.drain(..) {
        left.push_str(&format!("\n{}", process.leave()));
    }
    fs::write(list, left)?;
    servers.directory.keep();
    Ok(())
}

fn urls(directory: &Directory) -> Vec<String> {
    let path = directory.path().display().to_string();
    let host = path.replace('/', "%2F");
    let (postgres, pgbouncer) = (postgres::PORT, pgbouncer::PORT);
    vec![
        format!("postgres://owner@{host}:{postgres}/postgres"),
        format!("postgres://serving@{host}:{postgres}/postgres"),
        format!("postgres://operator@{host}:{postgres}/postgres"),
        format!("postgres://serving@{host}:{pgbouncer}/postgres    (through PgBouncer)"),
        format!(
            "mysql://owner@localhost/mysql?unix_socket={path}/{}",
            mariadb::SOCKET
        ),
        format!(
            "mysql://serving@localhost/?unix_socket={path}/{}",
            mariadb::SOCKET
        ),
    ]
}

fn list_of_left() -> Result<PathBuf> {
    let target = crate::top()?.join("target");
    fs::create_dir_all(&target)?;
    Ok(target.join("servers-left-running"))
}

fn stop_left(list: &PathBuf) -> Result<()> {
    let Ok(left) = fs::read_to_string(list) else {
        return Err("no servers were left running".into());
    };
    let mut lines = left.lines();
    let directory = lines.next().unwrap_or_default();
    for pid in lines.rev() {
        process::end(pid);
    }
    fs::remove_file(list)?;
    fs::remove_dir_all(directory)?;
    println!("Stopped.");
    Ok(())
}
