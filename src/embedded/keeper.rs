//! The users of a server and its keeper, the process that stops it after the last of them.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::OFlags;
use rustix::io::Errno;

use super::account::refusal;
use super::folder::{Folder, Lock};
use super::programs::Programs;
use crate::error::{Error, Result};

/// How often a change of the server's state is looked for.
pub(super) const POLL: Duration = Duration::from_millis(10);

/// How long a server may take to stop.
pub(super) const STOP_TIMEOUT: Duration = Duration::from_secs(120);

/// A share in the server: as long as it lives, the keeper does not stop the server.
#[derive(Debug)]
pub(super) struct User {
    fifo: File,
}

impl User {
    /// Becomes a user, with a new keeper if there is none. None: the server was being stopped, and now is.
    pub(super) fn join(folder: &Folder, lock: &Lock) -> Result<Option<Self>> {
        let mut user = match knock(folder)? {
            Some(fifo) => Self { fifo },
            None if lock.is_current() => hire(folder)?,
            None => return Ok(None),
        };
        if !user.say(folder, "here")? {
            return Ok(None);
        }
        let deadline = Instant::now() + STOP_TIMEOUT;
        while folder.file("closing").exists() {
            if !has_keeper(folder)? {
                return Ok(None);
            }
            if Instant::now() > deadline {
                return Err(stuck(folder));
            }
            thread::sleep(POLL);
        }
        Ok(lock.is_current().then_some(user))
    }

    /// Sends the keeper a word. False: there is no keeper any more.
    pub(super) fn say(&mut self, folder: &Folder, word: &str) -> Result<bool> {
        match self.fifo.write_all(format!("{word}\n").as_bytes()) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
            Err(error) => Err(Error::io(folder.file("users"), error)),
        }
    }
}

/// Whether the server has a keeper.
pub(super) fn has_keeper(folder: &Folder) -> Result<bool> {
    knock(folder).map(|fifo| fifo.is_some())
}

/// Whether anybody uses the server; nobody joins while the lock is held.
pub(super) fn has_users(folder: &Folder, _: &Lock) -> Result<bool> {
    let users = || {
        let mut fifo = open(folder, OpenOptions::new().read(true), OFlags::NONBLOCK)?;
        // Words that the keeper has not read yet do not say that their sender is still there.
        while fifo.read(&mut [0; 64])? > 0 {}
        io::Result::Ok(())
    };
    match users() {
        Ok(()) => Ok(false),
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(Error::io(folder.file("users"), error)),
    }
}

/// Opens the FIFO for writing, which the kernel allows only while a keeper reads from it.
fn knock(folder: &Folder) -> Result<Option<File>> {
    match open(folder, OpenOptions::new().write(true), OFlags::NONBLOCK) {
        Ok(fifo) => Ok(Some(fifo)),
        Err(error)
            if error.kind() == io::ErrorKind::NotFound
                || error.raw_os_error() == Some(Errno::NXIO.raw_os_error()) =>
        {
            Ok(None)
        }
        Err(error) => Err(Error::io(folder.file("users"), error)),
    }
}

/// Starts a keeper, with the caller as its first user.
///
/// Users that outlived an earlier keeper hold the same FIFO, and count for the new one as well.
fn hire(folder: &Folder) -> Result<User> {
    let programs = Programs::find(folder.major()?)?;
    let path = folder.file("users");
    let at = |error| Error::io(&path, error);
    folder.remove("closing")?;
    folder.make_sockets()?;
    if !path.exists() {
        make_fifo(folder)?;
    }
    // Each end opens at once only where the other is open.
    let first = open(folder, OpenOptions::new().read(true), OFlags::NONBLOCK).map_err(at)?;
    let fifo = open(folder, OpenOptions::new().write(true), OFlags::empty()).map_err(at)?;
    let door = open(folder, OpenOptions::new().read(true), OFlags::empty()).map_err(at)?;
    drop(first);
    let lifetime = if folder.temporary {
        "temporary"
    } else {
        "durable"
    };
    let mut keeper = folder
        .command("/bin/sh")
        .args(["-c", include_str!("keeper.sh"), "spending-db-keeper"])
        .arg(&programs.dir)
        .arg(lifetime)
        .arg(folder.sockets())
        .stdin(door)
        .spawn()
        .map_err(|error| unreachable_folder(folder, &error))?;
    thread::spawn(move || keeper.wait());
    Ok(User { fifo })
}

/// The error that a server does not stop.
pub(super) fn stuck(folder: &Folder) -> Error {
    refusal(
        folder.path(),
        "the server is being stopped, and does not end",
    )
}

fn make_fifo(folder: &Folder) -> Result<()> {
    let mut command = folder.command("mkfifo");
    let status = command
        .args(["-m", "600", "users"])
        .status()
        .map_err(|error| unreachable_folder(folder, &error))?;
    if status.success() {
        Ok(())
    } else {
        Err(refusal(&folder.file("users"), "cannot be made"))
    }
}

fn unreachable_folder(folder: &Folder, error: &io::Error) -> Error {
    let reason = if error.kind() == io::ErrorKind::PermissionDenied {
        "the account that the server runs as cannot reach this folder; \
         name another in SPENDING_DB_SERVER_DIR"
            .to_owned()
    } else {
        format!("cannot start the server's keeper: {error}")
    };
    refusal(folder.path(), &reason)
}

fn open(folder: &Folder, options: &mut OpenOptions, flags: OFlags) -> io::Result<File> {
    let flags = flags | OFlags::NOFOLLOW;
    options
        .custom_flags(flags.bits().cast_signed())
        .open(folder.file("users"))
}
