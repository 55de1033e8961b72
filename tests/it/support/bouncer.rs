//! A real `PgBouncer` in transaction mode, in front of the server of the run.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::{Child, Stdio};

use diesel::prelude::*;
use tempfile::TempDir;

use super::TestDatabase;
use super::account::{free_port, open_folder, unprivileged};
use super::wait::wait_until;

/// The process, ended with this handle.
pub(crate) struct Bouncer {
    process: Child,
    port: u16,
    folder: TempDir,
}

impl Bouncer {
    /// Starts one that has `connections` to a database; `None`, and a word on standard error, where this machine has none.
    pub(crate) fn start(database: &TestDatabase, connections: u32) -> Option<Self> {
        let Some(program) = program() else {
            eprintln!("SKIPPED: this machine has no pgbouncer (apt-get install pgbouncer)");
            return None;
        };
        let folder = open_folder();
        let port = free_port();
        let settings = folder.path().join("pgbouncer.ini");
        let target = target(&database.url());
        fs::write(
            &settings,
            format!(
                "[databases]\n* = {target}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
                 unix_socket_dir =\nauth_type = any\npool_mode = transaction\ndefault_pool_size = {connections}\n\
                 max_client_conn = 200\nserver_tls_sslmode = disable\nlogfile = {}\n",
                folder.path().join("log").display()
            ),
        )
        .unwrap();
        let process = unprivileged(program)
            .args(["-q"])
            .arg(&settings)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut bouncer = Self {
            process,
            port,
            folder,
        };
        let url = bouncer.url(database);
        wait_until(|| {
            let ended = bouncer.process.try_wait().unwrap();
            assert!(ended.is_none(), "{ended:?}: {}", bouncer.log());
            PgConnection::establish(&url).is_ok()
        });
        Some(bouncer)
    }

    /// The way to the database through the pooler.
    pub(crate) fn url(&self, database: &TestDatabase) -> String {
        let url = database.url();
        let (_, name) = url
            .split_once('?')
            .unwrap_or((&url, ""))
            .0
            .rsplit_once('/')
            .unwrap();
        format!("postgresql://someone@127.0.0.1:{}/{name}", self.port)
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Bouncer {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

fn program() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        // Debian's place for it, which is not on everybody's PATH.
        .chain(["/usr/sbin".into()])
        .map(|folder| folder.join("pgbouncer"))
        .find(|program| program.is_file())
}

/// `scheme://user[:password]@host[:port]/…` as the pooler wants it.
fn target(url: &str) -> String {
    let (_, rest) = url.split_once("://").unwrap();
    let (address, _) = rest.split_once('/').unwrap();
    let (account, server) = address
        .rsplit_once('@')
        .expect("the server's URL names a user");
    let (user, password) = account.split_once(':').unwrap_or((account, ""));
    let (host, port) = server.split_once(':').unwrap_or((server, "5432"));
    let password = match password {
        // An empty one is a syntax error there.
        "" => String::new(),
        password => format!(" password='{password}'"),
    };
    format!("host={host} port={port} user={user}{password}")
}
