//! One running server.

use std::fs::{self, File};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::Result;

pub(super) struct Process {
    child: Child,
}

impl Process {
    /// Starts a server, and waits until it answers on its socket.
    pub(super) fn start(
        name: &str,
        mut command: Command,
        directory: &Path,
        socket: &Path,
    ) -> Result<Self> {
        let log = directory.join(format!("{name}.log"));
        let output = File::create(&log)?;
        command.stdout(output.try_clone()?).stderr(output);
        let mut process = Self {
            child: command.spawn()?,
        };
        for _ in 0..600 {
            if UnixStream::connect(socket).is_ok() {
                return Ok(process);
            }
            if process.child.try_wait()?.is_some() {
                break;
            }
            thread::sleep(Duration::from_millis(100));
        }
        process.stop();
        let log = fs::read_to_string(log).unwrap_or_default();
        Err(format!("{name} does not start:\n{log}").into())
    }

    pub(super) fn stop(&mut self) {
        interrupt(&self.child.id().to_string());
        drop(self.child.wait());
    }

    /// Leaves the server running, and says its number.
    pub(super) fn leave(self) -> u32 {
        self.child.id()
    }
}

/// Asks a server to end without waiting for its clients: PostgreSQL's fast shutdown.
pub(super) fn interrupt(pid: &str) {
    // MariaDB takes no SIGINT.
    for signal in ["-INT", "-TERM"] {
        let mut kill = Command::new("kill");
        drop(kill.args([signal, pid]).stderr(Stdio::null()).status());
    }
}

/// Ends a server that is not this program's child.
pub(super) fn end(pid: &str) {
    interrupt(pid);
    for _ in 0..300 {
        let mut asks = Command::new("kill");
        let runs = asks.args(["-0", pid]).stderr(Stdio::null()).status();
        if !runs.is_ok_and(|status| status.success()) {
            return;
        }
        thread::sleep(Duration::from_millis(100));
    }
}

/// Runs a command to its end, quietly unless it fails.
pub(super) fn finish(what: &str, command: &mut Command) -> Result<()> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let printed = String::from_utf8_lossy(&output.stdout);
    Err(format!("{what} failed:\n{printed}{said}").into())
}
