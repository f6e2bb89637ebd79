//! Where the servers keep their files and sockets, and as whom they run.

use std::env;
use std::fs;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio, id};

use crate::Result;

/// The longest path of a socket is 107 bytes on Linux, 103 elsewhere (`sockaddr_un`), and
/// PostgreSQL adds a name of its own.
const LONGEST: usize = 80;

/// A user and its group, by number.
type User = (u32, u32);

pub(super) struct Directory {
    path: PathBuf,
    user: Option<User>,
    kept: bool,
}

impl Directory {
    /// Under `target`, or with the temporary files if the user of the servers cannot get
    /// there, or the path is too long for a socket.
    pub(super) fn new() -> Result<Self> {
        let user = if is_root() {
            Some(unprivileged()?)
        } else {
            None
        };
        let name = format!("servers-{}", id());
        let target = crate::top()?.join("target");
        for parent in [target, env::temp_dir()] {
            let directory = Self {
                path: parent.join(&name),
                user,
                kept: false,
            };
            if directory.path.as_os_str().len() <= LONGEST && directory.make()? {
                return Ok(directory);
            }
        }
        Err("there is no directory that the servers can use".into())
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Leaves the files where they are.
    pub(super) fn keep(&mut self) {
        self.kept = true;
    }

    pub(super) fn remove(&self) {
        if !self.kept {
            drop(fs::remove_dir_all(&self.path));
        }
    }

    /// A command that runs as the user of the servers, in the directory.
    pub(super) fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command.current_dir(&self.path).stdin(Stdio::null());
        command.env("HOME", &self.path);
        if let Some((user, group)) = self.user {
            command.uid(user).gid(group);
        }
        command
    }

    /// Makes it, and says whether the user can write there.
    fn make(&self) -> Result<bool> {
        fs::create_dir_all(&self.path)?;
        if let Some((user, group)) = self.user {
            chown(&self.path, Some(user), Some(group))?;
        }
        let wrote = self.command("touch").arg("writable").status();
        let wrote = wrote.is_ok_and(|status| status.success());
        if !wrote {
            self.remove();
        }
        Ok(wrote)
    }
}

fn is_root() -> bool {
    number(&["-u"]).is_ok_and(|user| user == 0)
}

/// PostgreSQL and PgBouncer refuse to run as root.
fn unprivileged() -> Result<User> {
    for name in ["postgres", "nobody"] {
        if let (Ok(user), Ok(group)) = (number(&["-u", name]), number(&["-g", name])) {
            return Ok((user, group));
        }
    }
    Err("there is no user `postgres` or `nobody` for the servers to run as".into())
}

fn number(arguments: &[&str]) -> Result<u32> {
    let output = Command::new("id").args(arguments).output()?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().parse()?)
}
