//! Makes sure that the server of a folder runs and answers.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::thread;
use std::time::{Duration, Instant};

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use super::folder::{Folder, Lock};
use super::keeper::{POLL, User, has_keeper};
use super::postmaster::{Postmaster, Process};
use super::url;
use crate::error::{Error, Result};

/// How long a server may take to answer; recovery from a crash does not count.
const TIMEOUT: Duration = Duration::from_secs(60);

/// How often another port is tried where a stranger takes the one that was free.
const PORTS: u32 = 5;

/// Waits until the server answers, starting it if it does not run. None: its keeper was killed.
///
/// Returns its port and a connection to the database `postgres`.
pub(super) fn ensure_running(
    folder: &Folder,
    _: &Lock,
    user: &mut User,
) -> Result<Option<(u16, PgConnection)>> {
    let mut deadline = Instant::now() + TIMEOUT;
    let mut starting = false;
    let mut ports_left = PORTS;
    let mut last_error = None;
    loop {
        let postmaster = Postmaster::read(folder)?;
        let process = postmaster
            .as_ref()
            .map(|postmaster| postmaster.process(folder));
        match (&postmaster, process) {
            (Some(postmaster), Some(Process::Server)) => {
                if postmaster.starting {
                    deadline = Instant::now() + TIMEOUT;
                }
                match connect(folder, postmaster) {
                    Ok(answer) => return Ok(Some(answer)),
                    Err(error) => last_error = Some(error),
                }
            }
            (_, process) if !starting => {
                if process == Some(Process::Stranger) {
                    folder.remove("data/postmaster.pid")?;
                }
                folder.remove_sockets()?;
                request(folder, user)?;
                starting = true;
            }
            _ => {}
        }
        if folder.file("failed").exists() {
            let log = last_lines(folder);
            if log.contains("could not bind") && ports_left > 0 {
                ports_left -= 1;
            } else if log.contains("is still in use") && Instant::now() < deadline {
                // The last processes of a crashed server are about to notice that it is gone.
                thread::sleep(20 * POLL);
            } else {
                return Err(Error::Server(format!("PostgreSQL does not start:\n{log}")));
            }
            starting = false;
            folder.remove("failed")?;
        }
        if Instant::now() > deadline {
            let reason = last_error.map_or_else(|| last_lines(folder), |error| error.to_string());
            return Err(Error::Server(format!(
                "PostgreSQL does not answer: {reason}"
            )));
        }
        if !has_keeper(folder)? {
            return Ok(None);
        }
        thread::sleep(POLL);
    }
}

/// Tells the keeper to start the server.
fn request(folder: &Folder, user: &mut User) -> Result<()> {
    folder.remove("failed")?;
    folder.write("server.conf", &settings(folder)?)?;
    user.say(folder, "start").map(drop)
}

/// Connects to the database `postgres` of a running server and makes sure that it is this folder's.
pub(super) fn connect(folder: &Folder, postmaster: &Postmaster) -> Result<(u16, PgConnection)> {
    let port = postmaster
        .port
        .ok_or_else(|| Error::Connect("the server is starting".to_owned()))?;
    let url = url(port, &folder.password()?, "postgres") + "?connect_timeout=5";
    let mut conn =
        PgConnection::establish(&url).map_err(|error| Error::Connect(error.to_string()))?;
    let data: String =
        diesel::select(sql::<Text>("current_setting('data_directory')")).get_result(&mut conn)?;
    if folder.file("data").as_os_str() == data.as_str() {
        Ok((port, conn))
    } else {
        Err(Error::Connect(format!(
            "the server on port {port} is another one, of {data}"
        )))
    }
}

/// The settings of the server, in the form of `postgresql.conf`, which reads them first.
fn settings(folder: &Folder) -> Result<String> {
    let sockets = folder.sockets();
    let quoted = sockets.to_string_lossy().replace('\'', "''");
    let common = format!(
        "listen_addresses = '127.0.0.1'\n\
         port = {}\n\
         unix_socket_directories = '{quoted}'\n\
         unix_socket_permissions = 0700\n\
         cluster_name = 'spending-db'\n\
         log_checkpoints = off\n",
        port(folder)?
    );
    if !folder.temporary {
        return Ok(common);
    }
    Ok(common
        + "fsync = off\n\
           synchronous_commit = off\n\
           full_page_writes = off\n\
           wal_level = minimal\n\
           max_wal_senders = 0\n\
           max_connections = 200\n\
           shared_buffers = 32MB\n")
}

/// The port of last time if it is free, else any that is.
fn port(folder: &Folder) -> Result<u16> {
    let last = fs::read_to_string(folder.file("server.conf")).ok();
    let last = last.as_deref().and_then(|settings| {
        let line = settings
            .lines()
            .find_map(|line| line.strip_prefix("port = "))?;
        line.parse::<u16>().ok()
    });
    let bind = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    let free = match last.map(bind) {
        Some(Ok(listener)) => Ok(listener),
        _ => bind(0),
    };
    free.and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| Error::Server(format!("no free port on 127.0.0.1: {error}")))
}

/// The end of the server's log.
fn last_lines(folder: &Folder) -> String {
    let log = fs::read(folder.file("server.log")).unwrap_or_default();
    let log = String::from_utf8_lossy(&log);
    let lines: Vec<&str> = log.trim_end().lines().collect();
    lines[lines.len().saturating_sub(12)..].join("\n")
}

/// Makes a database, if it is not there.
pub(super) fn ensure_database(conn: &mut PgConnection, name: &str) -> Result<()> {
    let exists = sql::<Bool>("EXISTS (SELECT FROM pg_database WHERE datname = ")
        .bind::<Text, _>(name)
        .sql(")");
    if !diesel::select(exists).get_result(conn)? {
        create_database(conn, name)?;
    }
    Ok(())
}

/// Makes a database.
pub(super) fn create_database(conn: &mut PgConnection, name: &str) -> Result<()> {
    let quoted = name.replace('"', "\"\"");
    diesel::sql_query(format!("CREATE DATABASE \"{quoted}\"")).execute(conn)?;
    Ok(())
}
