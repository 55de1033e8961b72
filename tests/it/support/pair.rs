//! A primary and a streaming replica of it, both real servers of their own.

use std::env;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use diesel::prelude::*;
use tempfile::TempDir;

use super::account::{free_port, open_folder, succeed, unprivileged};

/// Two servers, stopped with this handle.
pub(crate) struct Pair {
    pub(crate) primary: Member,
    pub(crate) standby: Member,
    _folder: TempDir,
}

/// One of the two.
pub(crate) struct Member {
    programs: PathBuf,
    data: PathBuf,
    pub(crate) port: u16,
}

impl Pair {
    /// Makes the two; `None`, and a word on standard error, where this machine has no `pg_basebackup`.
    pub(crate) fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            eprintln!(
                "SKIPPED: this machine has no initdb, pg_ctl and pg_basebackup in one folder"
            );
            return None;
        };
        let folder = open_folder();
        let primary = Member::new(&programs, folder.path().join("primary"));
        succeed(
            unprivileged(programs.join("initdb"))
                .args([
                    "-N",
                    "-U",
                    "postgres",
                    "-A",
                    "trust",
                    "-E",
                    "UTF8",
                    "--locale=C",
                    "-D",
                ])
                .arg(&primary.data),
        );
        // A replica ends at once whatever is in the way of the log.
        primary.configure(&format!(
            "port = {}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\nfsync = off\n\
             shared_buffers = 16MB\nmax_connections = 60\nwal_level = replica\nmax_wal_senders = 5\nhot_standby = on\n\
             wal_keep_size = 64MB\nmax_standby_streaming_delay = 0\nwal_receiver_status_interval = 1s\n\
             wal_retrieve_retry_interval = 100ms\nautovacuum = off\n",
            primary.port
        ));
        primary.start();
        let standby = Member::new(&programs, folder.path().join("standby"));
        succeed(
            unprivileged(programs.join("pg_basebackup"))
                .args([
                    "-R",
                    "-X",
                    "stream",
                    "-c",
                    "fast",
                    "-d",
                    &primary.url("postgres"),
                    "-D",
                ])
                .arg(&standby.data),
        );
        standby.configure(&format!("port = {}\n", standby.port));
        standby.start();
        Some(Self {
            primary,
            standby,
            _folder: folder,
        })
    }
}

impl Member {
    fn new(programs: &Path, data: PathBuf) -> Self {
        Self {
            programs: programs.to_owned(),
            data,
            port: free_port(),
        }
    }

    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgresql://postgres@127.0.0.1:{}/{database}", self.port)
    }

    pub(crate) fn conn(&self) -> PgConnection {
        PgConnection::establish(&self.url("postgres")).unwrap()
    }

    fn configure(&self, settings: &str) {
        let file = self.data.join("postgresql.conf");
        let mut file = OpenOptions::new().append(true).open(file).unwrap();
        file.write_all(settings.as_bytes()).unwrap();
    }

    pub(crate) fn start(&self) {
        let log = self.data.join("server.log");
        // What it leaves running must not hold the pipes of the test.
        let status = self
            .pg_ctl("start")
            .arg("-l")
            .arg(&log)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        let log = || fs::read_to_string(&log).unwrap_or_default();
        assert!(status.unwrap().success(), "{}", log());
    }

    /// Ends it as a crash would.
    pub(crate) fn crash(&self) {
        succeed(self.pg_ctl("stop").args(["-m", "immediate"]));
    }

    fn pg_ctl(&self, action: &str) -> Command {
        let mut command = unprivileged(self.programs.join("pg_ctl"));
        command
            .args([action, "-w", "-s", "-t", "60", "-D"])
            .arg(&self.data);
        command
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        // It may have been stopped by the test.
        let _ = self
            .pg_ctl("stop")
            .args(["-m", "immediate"])
            .stderr(Stdio::null())
            .status();
    }
}

/// A folder with the programs of a server that can be copied: `PG_BIN`, or one of the usual.
fn programs() -> Option<PathBuf> {
    let is_complete = |folder: &PathBuf| {
        ["initdb", "pg_ctl", "pg_basebackup"]
            .iter()
            .all(|program| folder.join(program).is_file())
    };
    if let Some(folder) = env::var_os("PG_BIN") {
        return Some(PathBuf::from(folder)).filter(is_complete);
    }
    let told = Command::new("pg_config").arg("--bindir").output();
    let told = told.map(|output| String::from_utf8_lossy(&output.stdout).trim().into());
    let versioned = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let mut versioned: Vec<_> = versioned
        .map(|entry| entry.unwrap().path().join("bin"))
        .collect();
    versioned.sort();
    told.into_iter()
        .chain(versioned.into_iter().rev())
        .chain(env::split_paths(&env::var_os("PATH").unwrap_or_default()))
        .find(is_complete)
}
