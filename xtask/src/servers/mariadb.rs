//! A MariaDB server with three users: `owner` makes the tables, `serving` and `operator` get the
//! rights that a test grants them.

use std::process::Command;

use super::Setting;
use super::directory::Directory;
use super::process::{Process, finish};
use crate::Result;

pub(super) const SOCKET: &str = "mariadb";

const USERS: &str = "
    CREATE USER owner@localhost; GRANT ALL ON *.* TO owner@localhost WITH GRANT OPTION;
    CREATE USER serving@localhost; CREATE USER operator@localhost;
";

pub(super) fn start(directory: &Directory) -> Result<(Process, Setting)> {
    let data = directory.path().join("mysql");
    let data = format!("--datadir={}", data.display());
    finish(
        "mariadb-install-db",
        directory
            .command("mariadb-install-db")
            .args(["--no-defaults", "--skip-test-db"])
            .arg("--auth-root-authentication-method=normal")
            .arg(&data),
    )?;
    let socket = directory.path().join(SOCKET);
    let mut server = directory.command(program());
    server
        .args(["--no-defaults", "--skip-networking"])
        .arg(&data);
    server.arg(format!("--socket={}", socket.display()));
    server.arg(format!("--pid-file={}.pid", socket.display()));
    // For speed, at the price of the data after a crash.
    server.args(["--innodb-flush-log-at-trx-commit=0", "--skip-log-bin"]);
    server.args(["--innodb-flush-method=nosync", "--max-connections=300"]);
    server.args(["--innodb-doublewrite=0", "--innodb-log-file-size=16M"]);
    server.args(["--innodb-stats-persistent=0", "--innodb-fast-shutdown=2"]);
    let process = Process::start("mariadb", server, directory.path(), &socket)?;
    finish(
        "making the users",
        Command::new("mariadb")
            .args(["--no-defaults", "--user=root", "--execute", USERS])
            .arg(format!("--socket={}", socket.display())),
    )?;
    let path = socket.display().to_string();
    Ok((process, ("TENANCY_MARIADB", path)))
}

/// Debian keeps servers out of the `PATH` of users.
fn program() -> &'static str {
    let known = ["/usr/sbin/mariadbd", "/usr/libexec/mariadbd"];
    known
        .into_iter()
        .find(|path| std::path::Path::new(path).exists())
        .unwrap_or("mariadbd")
}
