//! Starting, stopping and looking at a server that runs without users.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Instant;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use serde::Serialize;

use super::folder::{Folder, Lock};
use super::keeper::{self, POLL, STOP_TIMEOUT, User};
use super::postmaster::{Postmaster, Process};
use super::{Server, ServerOptions, startup};
use crate::error::{Error, Result};

/// How a private server is.
#[derive(Debug, Clone, Serialize)]
pub struct Status {
    /// Its folder.
    pub dir: PathBuf,
    /// Whether it stays when its last user is gone, because of [`Server::start_detached`].
    pub kept: bool,
    /// Whether a process uses it now.
    pub in_use: bool,
    /// The server process; none if it does not run.
    pub running: Option<Running>,
}

/// A server that runs and answers.
#[derive(Debug, Clone, Serialize)]
pub struct Running {
    /// The number of its process.
    pub pid: u32,
    /// Its port on 127.0.0.1.
    pub port: u16,
    /// The version of PostgreSQL.
    pub version: String,
    /// The connections that clients have open.
    pub connections: i64,
}

/// What came of [`Server::stop`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stopped {
    /// It ran and is stopped.
    Stopped,
    /// It did not run.
    NotRunning,
    /// Processes use it: it stops after the last of them.
    InUse,
}

impl Server {
    /// Starts the server of a folder and leaves it running until [`Server::stop`].
    pub fn start_detached(options: &ServerOptions) -> Result<Status> {
        let server = Self::open(options)?;
        server.folder.write("keep", "")?;
        Self::status(options)
    }

    /// Stops a server that was left running; one that is in use stops after its last user.
    pub fn stop(options: &ServerOptions) -> Result<Stopped> {
        let Some((folder, lock)) = locked(options)? else {
            return Ok(Stopped::NotRunning);
        };
        folder.remove("keep")?;
        if !runs(&folder)? {
            return Ok(Stopped::NotRunning);
        }
        if keeper::has_users(&folder, &lock)? {
            return Ok(Stopped::InUse);
        }
        let deadline = Instant::now() + STOP_TIMEOUT;
        while runs(&folder)? {
            if Instant::now() > deadline {
                return Err(keeper::stuck(&folder));
            }
            if !keeper::has_keeper(&folder)? {
                // The keeper stops the server when its only user, this one, is gone.
                drop(User::join(&folder, &lock)?);
            }
            thread::sleep(POLL);
        }
        Ok(Stopped::Stopped)
    }

    /// Looks at the server of a folder; changes nothing.
    pub fn status(options: &ServerOptions) -> Result<Status> {
        let Some(folder) = Folder::existing(options)? else {
            return Ok(Status {
                dir: options.dir.clone(),
                kept: false,
                in_use: false,
                running: None,
            });
        };
        Ok(Status {
            dir: folder.path().to_owned(),
            kept: folder.file("keep").exists(),
            in_use: keeper::has_keeper(&folder)?,
            running: running(&folder)?,
        })
    }
}

/// Clears up after temporary servers whose users and keepers were all killed.
pub(super) fn clear_up(parent: &Path, prefix: &str) -> Result<()> {
    let at = |error| Error::io(parent, error);
    for entry in fs::read_dir(parent).map_err(at)? {
        let entry = entry.map_err(at)?;
        if !entry.file_name().to_string_lossy().starts_with(prefix) {
            continue;
        }
        let options = ServerOptions {
            dir: entry.path(),
            temporary: true,
        };
        // An empty one has no lock yet. If its maker still lives, it makes it again.
        if fs::remove_dir(&options.dir).is_ok() {
            continue;
        }
        if let Ok(Some(folder)) = Folder::existing(&options)
            && let Ok(Some(lock)) = folder.try_lock()
            && !keeper::has_keeper(&folder)?
        {
            // The keeper of this short-lived user does it.
            drop(User::join(&folder, &lock)?);
        }
    }
    Ok(())
}

/// The folder with its lock, if a server was ever started in it.
fn locked(options: &ServerOptions) -> Result<Option<(Folder, Lock)>> {
    let Some(folder) = Folder::existing(options)? else {
        return Ok(None);
    };
    let lock = folder.lock()?;
    Ok(lock.map(|lock| (folder, lock)))
}

/// Whether the server has a process, be it starting or stopping.
fn runs(folder: &Folder) -> Result<bool> {
    let postmaster = Postmaster::read(folder)?;
    Ok(postmaster.is_some_and(|postmaster| postmaster.process(folder) == Process::Server))
}

fn running(folder: &Folder) -> Result<Option<Running>> {
    let Some(postmaster) = Postmaster::read(folder)? else {
        return Ok(None);
    };
    if postmaster.process(folder) != Process::Server {
        return Ok(None);
    }
    let (port, mut conn) = startup::connect(folder, &postmaster)?;
    let version = sql::<Text>("current_setting('server_version')");
    let connections = sql::<BigInt>(
        "(SELECT count(*) FROM pg_stat_activity \
         WHERE backend_type = 'client backend' AND pid <> pg_backend_pid())",
    );
    let (version, connections) = diesel::select((version, connections)).get_result(&mut conn)?;
    Ok(Some(Running {
        pid: postmaster.pid,
        port,
        version,
        connections,
    }))
}
