//! PostgreSQL's own clients.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Text;

/// The folder of a `pg_dump` (with `pg_restore` and `psql`) that knows the server's version; `None` where this machine has
/// none, which is said on standard error.
pub(crate) fn clients(conn: &mut PgConnection) -> Option<PathBuf> {
    let (server, beside): (String, String) = diesel::select((
        sql::<Text>("current_setting('server_version')"),
        sql::<Text>("(SELECT setting FROM pg_config WHERE name = 'BINDIR')"),
    ))
    .get_result(conn)
    .unwrap();
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = [PathBuf::from(beside)]
        .into_iter()
        .chain(env::split_paths(&path));
    let found = folders.into_iter().find(|folder| {
        let version = Command::new(folder.join("pg_dump"))
            .arg("--version")
            .output();
        version
            .is_ok_and(|output| major(&String::from_utf8_lossy(&output.stdout)) >= major(&server))
    });
    if found.is_none() {
        eprintln!("not done: this machine has no pg_dump for PostgreSQL {server}");
    }
    found
}

/// The major version in what a program or a server says of itself.
fn major(text: &str) -> u32 {
    let digits = text.trim_start_matches(|c: char| !c.is_ascii_digit());
    let end = digits.find(|c: char| !c.is_ascii_digit());
    digits[..end.unwrap_or(digits.len())].parse().unwrap_or(0)
}
