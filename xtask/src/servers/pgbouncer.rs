//! PgBouncer in transaction mode, in front of the PostgreSQL server.

use std::fs;

use super::directory::Directory;
use super::process::Process;
use super::{Setting, postgres};
use crate::Result;

/// In the name of the socket. Nothing listens on the network.
pub(super) const PORT: u16 = 6432;

pub(super) fn start(directory: &Directory) -> Result<(Process, Setting)> {
    let path = directory.path().display();
    let settings = format!(
        "[databases]\n\
         * = host={path} port={}\n\
         [pgbouncer]\n\
         listen_addr =\n\
         listen_port = {PORT}\n\
         unix_socket_dir = {path}\n\
         auth_type = any\n\
         pool_mode = transaction\n\
         default_pool_size = 4\n\
         max_client_conn = 200\n",
        postgres::PORT
    );
    let file = directory.path().join("pgbouncer.ini");
    // With `auth_type = any` everybody is this one user.
    let settings = settings.replace("* = host", "* = user=serving host");
    fs::write(&file, settings)?;
    let mut server = directory.command("pgbouncer");
    server.arg(&file);
    let socket = directory.path().join(format!(".s.PGSQL.{PORT}"));
    let process = Process::start("pgbouncer", server, directory.path(), &socket)?;
    let address = format!("host={path} port={PORT}");
    Ok((process, ("TENANCY_PGBOUNCER", address)))
}
