//! A private PostgreSQL server, run from the machine's own server programs (version 15 or newer).
//!
//! ```no_run
//! use spending_db::embedded::{Server, ServerOptions};
//!
//! let server = Server::open(&ServerOptions::from_env()?)?;
//! let url = server.url("spending_db");
//! # Ok::<(), spending_db::Error>(())
//! ```
//!
//! # One folder, one server, many users
//!
//! A server belongs to a folder. Every [`Server`] of that folder, in any thread and any process, is a share in
//! the same server; it is stopped when the last share is gone. The kernel counts the shares, so that a process
//! that is killed gives back its own.
//!
//! - Each share holds the FIFO `users` open for writing.
//! - The *keeper*, a shell script (`keeper.sh`), reads from it. A user that finds the server down sends it the
//!   word `start`. At the end of the input, when the last user is gone, the keeper stops the server and ends;
//!   a temporary server's folder goes too. It leaves the server running if there is a file `keep`
//!   ([`Server::start_detached`]).
//! - Before that the keeper makes the file `closing` and looks into the FIFO once more. Whoever joins sends a
//!   word first and looks for `closing` then: either the keeper finds the word and opens again, or the
//!   newcomer sees the file, waits for the keeper to end, and starts anew.
//! - The lock of the file `lock` admits newcomers one by one. A newcomer that finds no keeper starts one. Users
//!   whose keeper was killed count for the next one, which reads from the same FIFO.
//! - `data` is initialised under another name and renamed when it is complete. It is never removed from a
//!   server that is not temporary.
//! - No process is signalled, and no server believed to run, by the number in `postmaster.pid` alone: it must
//!   answer on this folder's socket and port and name this folder's data.
//!
//! The server listens on 127.0.0.1, on a port that was free, and on a socket in its folder. Its superuser
//! `spending_user` has a generated password (`data/password`), which every connection needs. Where the caller is
//! root, the server runs as the owner of the folder; a new folder belongs to `postgres` or `nobody`.

mod account;
mod control;
mod folder;
mod keeper;
mod places;
mod postmaster;
mod programs;
mod startup;

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Instant;

use diesel::prelude::*;
use rustix::process::geteuid;

pub use self::control::{Running, Status, Stopped};
use self::folder::Folder;
use self::keeper::{STOP_TIMEOUT, User};
use self::programs::Programs;
use crate::error::{Error, Result};

/// The superuser of every private server.
pub const SUPERUSER: &str = "spending_user";

/// The database that is made on the first start.
pub const DATABASE: &str = "spending_db";

/// Which private server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerOptions {
    /// The folder of the server, made if it is not there.
    pub dir: PathBuf,
    /// Whether server and folder go with the last user. Such a server does not survive a crash of the machine:
    /// it never waits for the disk.
    pub temporary: bool,
}

impl ServerOptions {
    /// The caller's own server: in `SPENDING_DB_SERVER_DIR`, else `/var/lib/spending-db` for root, else
    /// `spending-db` in `$XDG_DATA_HOME` or in `~/.local/share`.
    ///
    /// Fails with [`Error::Config`] if none of them is known.
    pub fn from_env() -> Result<Self> {
        Ok(Self {
            dir: places::default_dir()?,
            temporary: false,
        })
    }

    /// A temporary server that all processes of the caller's user share who give the same name.
    pub fn temporary(name: &str) -> Self {
        let name = temporary_prefix() + name;
        Self {
            dir: places::temporary_dir().join(name),
            temporary: true,
        }
    }
}

/// A share in a private server. The server runs as long as it lives, and stops after the last one.
pub struct Server {
    folder: Folder,
    port: u16,
    password: String,
    _user: User,
}

impl Server {
    /// Opens the server of a folder: starts it, or shares the one that runs.
    ///
    /// When this returns, the server answers and has the database [`DATABASE`]. Fails with [`Error::Server`] if
    /// there are no server programs (the message names the command to install them), if the folder is somebody
    /// else's, or if PostgreSQL does not start (the message ends with its log).
    pub fn open(options: &ServerOptions) -> Result<Self> {
        let deadline = Instant::now() + STOP_TIMEOUT;
        while Instant::now() < deadline {
            match Self::share(options) {
                Ok(Some(server)) => return Ok(server),
                Ok(None) => {}
                // Its keeper took the folder away under the newcomer.
                Err(Error::Io { source, .. })
                    if options.temporary && source.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Err(account::refusal(
            &options.dir,
            "the folder is taken away again and again",
        ))
    }

    /// One attempt to open a server. None: it was being stopped.
    fn share(options: &ServerOptions) -> Result<Option<Self>> {
        let folder = Folder::prepare(options)?;
        let Some(lock) = folder.lock()? else {
            return Ok(None);
        };
        let Some(mut user) = User::join(&folder, &lock)? else {
            return Ok(None);
        };
        let Some((port, mut conn)) = startup::ensure_running(&folder, &lock, &mut user)? else {
            return Ok(None);
        };
        startup::ensure_database(&mut conn, DATABASE)?;
        let password = folder.password()?;
        Ok(Some(Self {
            folder,
            port,
            password,
            _user: user,
        }))
    }

    /// Opens a new temporary server that nobody shares.
    pub fn temporary() -> Result<Self> {
        control::clear_up(&places::temporary_dir(), &temporary_prefix())?;
        let mut random = [0; 8];
        File::open("/dev/urandom")
            .and_then(|mut source| source.read_exact(&mut random))
            .map_err(|error| Error::io("/dev/urandom", error))?;
        let name = format!("{:016x}", u64::from_ne_bytes(random));
        Self::open(&ServerOptions::temporary(&name))
    }

    /// The address of one of its databases, as libpq and Diesel read it. It holds the password.
    pub fn url(&self, database: &str) -> String {
        url(self.port, &self.password, database)
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The password of [`SUPERUSER`].
    pub fn password(&self) -> &str {
        &self.password
    }

    /// The folder of the server.
    pub fn dir(&self) -> &Path {
        self.folder.path()
    }

    /// The folder of the PostgreSQL programs of the server's version, `psql` among them on most systems.
    pub fn programs_dir(&self) -> Result<PathBuf> {
        Ok(Programs::find(self.folder.major()?)?.dir)
    }

    /// Makes an empty database.
    pub fn create_database(&self, name: &str) -> Result<()> {
        let mut conn = PgConnection::establish(&self.url("postgres"))
            .map_err(|error| Error::Connect(error.to_string()))?;
        startup::create_database(&mut conn, name)
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("dir", &self.dir())
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // If the keeper was killed, the last user sees to it that another one stops the server.
        if let Ok(false) = keeper::has_keeper(&self.folder)
            && let Ok(Some(lock)) = self.folder.lock()
        {
            let _replacement = User::join(&self.folder, &lock);
        }
    }
}

/// How the names of the caller's temporary folders begin.
fn temporary_prefix() -> String {
    format!("spending-db-{}-", geteuid().as_raw())
}

/// A postgres URL on this machine. The password is hexadecimal and needs no escapes.
fn url(port: u16, password: &str, database: &str) -> String {
    let database: String = database.bytes().map(escape).collect();
    format!("postgres://{SUPERUSER}:{password}@127.0.0.1:{port}/{database}")
}

fn escape(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}

#[cfg(test)]
mod tests {
    use super::url;

    #[test]
    fn a_database_of_any_name_has_a_url() {
        assert_eq!(
            url(5433, "ab", "my db/50%"),
            "postgres://spending_user:ab@127.0.0.1:5433/my%20db%2F50%25"
        );
    }
}
