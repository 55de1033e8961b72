//! `postmaster.pid`: which process is the server, and where it listens.

use std::fs;
use std::io;
use std::os::unix::net::UnixStream;
use std::path::Path;

use super::folder::Folder;
use crate::error::{Error, Result};

/// What the server wrote about itself.
#[derive(Debug)]
pub(super) struct Postmaster {
    pub(super) pid: u32,
    /// None while it starts.
    pub(super) port: Option<u16>,
    /// It is starting, perhaps recovering from a crash.
    pub(super) starting: bool,
}

/// Who has the number that stands in `postmaster.pid`.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Process {
    /// The server of this folder.
    Server,
    /// Nobody any more, or a process that got the number of a server that died.
    Stranger,
}

impl Postmaster {
    /// Reads the file. None: it is not there, or not yet written.
    pub(super) fn read(folder: &Folder) -> Result<Option<Self>> {
        let path = folder.file("data/postmaster.pid");
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Self::parse(&text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::io(path, error)),
        }
    }

    /// The lines are: pid, data folder, start time, port, socket folder, address, shared memory, state.
    fn parse(text: &str) -> Option<Self> {
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        Some(Self {
            pid: lines.first()?.parse().ok()?,
            port: lines.get(3).and_then(|port| port.parse().ok()),
            starting: lines.get(7).is_none_or(|state| *state == "starting"),
        })
    }

    /// Whether the server of this folder runs.
    pub(super) fn process(&self, folder: &Folder) -> Process {
        // A server in another container has a number of that container, but a socket here.
        let socket = format!(".s.PGSQL.{}", self.port.unwrap_or_default());
        if UnixStream::connect(folder.sockets().join(socket)).is_ok() {
            return Process::Server;
        }
        owner(self.pid, &folder.file("data"))
    }
}

/// Whose the number of a process is: a server works in its data folder.
#[cfg(target_os = "linux")]
fn owner(pid: u32, data: &Path) -> Process {
    match fs::read_link(format!("/proc/{pid}/cwd")) {
        Ok(cwd) if cwd == data => Process::Server,
        // A stranger's may be forbidden to read; one that has ended has none.
        Ok(_) | Err(_) => Process::Stranger,
    }
}

/// Whose the number of a process is; any PostgreSQL counts as the server, to be on the safe side.
#[cfg(not(target_os = "linux"))]
fn owner(pid: u32, _: &Path) -> Process {
    let output = std::process::Command::new("ps")
        .args(["-o", "comm=", "-p", &pid.to_string()])
        .output();
    match output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()) {
        Ok(name) if !name.ends_with("postgres") => Process::Stranger,
        _ => Process::Server,
    }
}

#[cfg(test)]
mod tests {
    use super::Postmaster;

    #[test]
    fn a_file_is_read_in_every_stage_of_the_start() {
        let whole = "4711\n/data\n1700000000\n5433\n/sockets\n127.0.0.1\n 12 34\nready   \n";
        let ready = Postmaster::parse(whole).unwrap();
        assert_eq!(
            (ready.pid, ready.port, ready.starting),
            (4711, Some(5433), false)
        );

        let early = Postmaster::parse("4711\n/data\n1700000000\n").unwrap();
        assert_eq!((early.pid, early.port, early.starting), (4711, None, true));
        assert!(Postmaster::parse("").is_none());
    }
}
