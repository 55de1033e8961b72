//! The private server, with real users: threads and processes that come, go, crash and are killed.

mod command;
mod processes;
mod recovery;
mod sharing;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use diesel::prelude::*;
use spending_db::embedded::{Server, ServerOptions};
use tempfile::TempDir;

use crate::support::TestDatabase;

/// A folder that every account can use, as `/tmp`: root's servers run as another one.
///
/// It vanishes when the servers in it have stopped.
pub(crate) struct Scratch(TempDir);

impl Scratch {
    pub(crate) fn new() -> Self {
        let scratch = tempfile::tempdir().unwrap();
        fs::set_permissions(scratch.path(), Permissions::from_mode(0o1777)).unwrap();
        Self(scratch)
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        processes::wait_until_stopped(self.path());
    }
}

fn temporary(dir: &Path) -> ServerOptions {
    ServerOptions {
        dir: dir.to_owned(),
        temporary: true,
    }
}

pub(crate) fn durable(dir: &Path) -> ServerOptions {
    ServerOptions {
        dir: dir.to_owned(),
        temporary: false,
    }
}

fn connect(server: &Server) -> PgConnection {
    PgConnection::establish(&server.url("spending_db")).unwrap()
}

#[test]
fn every_test_has_a_database_of_its_own() {
    let (migrated, empty) = (TestDatabase::new(), TestDatabase::empty());
    let tables = "SELECT FROM users";
    diesel::sql_query(tables)
        .execute(&mut migrated.conn())
        .unwrap();
    let error = diesel::sql_query(tables).execute(&mut empty.conn());
    assert!(error.unwrap_err().to_string().contains("does not exist"));
}

#[test]
fn a_dropped_test_database_is_gone_even_if_it_is_in_use() {
    let database = TestDatabase::empty();
    let (url, _connected) = (database.url(), database.conn());
    drop(database);
    let error = PgConnection::establish(&url).err().unwrap();
    assert!(error.to_string().contains("does not exist"), "{error}");
}

#[test]
fn only_the_password_opens_the_server_and_no_debug_output_shows_it() {
    let scratch = Scratch::new();
    let server = Server::open(&temporary(&scratch.path().join("server"))).unwrap();
    assert!(!format!("{server:?}").contains(server.password()));

    let wrong = server
        .url("spending_db")
        .replace(server.password(), "guess");
    let socket = format!(
        "host={} port={} user=spending_user dbname=spending_db",
        server.dir().display(),
        server.port()
    );
    for address in [wrong, socket] {
        let error = PgConnection::establish(&address).err().unwrap().to_string();
        assert!(error.contains("password"), "{error}");
    }
}

#[test]
fn the_server_speaks_utf8_and_makes_databases_of_any_name() {
    let scratch = Scratch::new();
    let server = Server::open(&temporary(&scratch.path().join("server"))).unwrap();
    let name = "Döner \"50%\" / ?#";
    server.create_database(name).unwrap();
    let mut conn = PgConnection::establish(&server.url(name)).unwrap();
    let found: (String, String) = diesel::select((
        diesel::dsl::sql::<diesel::sql_types::Text>("current_database()"),
        diesel::dsl::sql::<diesel::sql_types::Text>("current_setting('server_encoding')"),
    ))
    .get_result(&mut conn)
    .unwrap();
    assert_eq!(found, (name.to_owned(), "UTF8".to_owned()));
}
