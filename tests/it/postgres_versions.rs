//! The schema on every PostgreSQL of the machine: the tests that stand for it, on a server of each version.
//!
//! `SPENDING_DB_TEST_POSTGRES` names folders of server programs, separated by colons. Else they are looked for in the usual
//! folders and where `./dev postgres` puts them.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Integer;

use crate::support::{maintenance, program};

/// What is run on each version: migrations up and down and up again, the catalog against the expected one, what the samples
/// and old functions do.
const TESTS: [&str; 8] = [
    "catalog::",
    "cli_import::the_samples_go_in_and_come_out_matched",
    "migrations::losses::",
    "old_functions::core::transactions::",
    "rollback::",
    "schema::names::",
    "schema::reversal::",
    "schema::views::",
];

#[test]
fn the_schema_is_the_same_on_every_version_of_this_machine() {
    let own: i32 = diesel::select(sql::<Integer>(
        "current_setting('server_version_num')::integer / 10000",
    ))
    .get_result(&mut maintenance())
    .unwrap();
    let mut others = versions();
    others.remove(&u32::try_from(own).unwrap());
    if others.is_empty() {
        eprintln!("only on PostgreSQL {own}: ./dev postgres 16 17 18 fetches others");
    }
    for (major, folder) in others {
        let passed = passed_on(&folder);
        assert!(
            passed >= 30,
            "only {passed} tests ran on PostgreSQL {major}"
        );
        eprintln!("PostgreSQL {major}: {passed} tests passed");
    }
}

/// How many of the tests pass on a temporary server of these programs; panics where one fails.
fn passed_on(programs: &Path) -> usize {
    let again = "export TEST_DATABASE_URL=$DATABASE_URL; exec \"$0\" --test-threads 2 \"$@\"";
    let output = program(&["server", "exec", "--temporary", "--", "sh", "-c", again])
        .arg(env::current_exe().unwrap())
        .args(TESTS)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("PG_BIN", programs)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{}: {said}\n{}",
        programs.display(),
        String::from_utf8_lossy(&output.stderr)
    );
    let result = said
        .lines()
        .find_map(|line| line.strip_prefix("test result: ok. "));
    let (passed, _) = result.unwrap().split_once(' ').unwrap();
    passed.parse().unwrap()
}

/// The folders of server programs by major version.
fn versions() -> BTreeMap<u32, PathBuf> {
    if let Some(named) = env::var_os("SPENDING_DB_TEST_POSTGRES") {
        return env::split_paths(&named)
            .map(|folder| {
                let major = major(&folder);
                (
                    major.unwrap_or_else(|| panic!("no server: {}", folder.display())),
                    folder,
                )
            })
            .collect();
    }
    let mut parents = vec![
        (PathBuf::from("/usr/lib/postgresql"), "bin"),
        (PathBuf::from("/opt/homebrew/opt"), "bin"),
    ];
    parents.extend(cache().map(|cache| (cache, "native/bin")));
    let folders = parents.iter().flat_map(|(parent, inner)| {
        let entries = fs::read_dir(parent).into_iter().flatten().flatten();
        entries.map(move |entry| entry.path().join(inner))
    });
    folders
        .filter_map(|folder| Some((major(&folder)?, folder)))
        .filter(|(major, _)| *major >= 15)
        .collect()
}

/// Where `./dev postgres` puts what it fetches: the server's account must be able to read it.
fn cache() -> Option<PathBuf> {
    if rustix::process::geteuid().is_root() {
        return Some(PathBuf::from("/var/cache/spending-db/postgres"));
    }
    let own = env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let own = own.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cache")));
    own.map(|cache| cache.join("spending-db/postgres"))
}

/// The major version of the server program in a folder.
fn major(folder: &Path) -> Option<u32> {
    let output = Command::new(folder.join("postgres"))
        .arg("--version")
        .output();
    let said = String::from_utf8(output.ok()?.stdout).ok()?;
    let version = said.split_whitespace().nth(2)?;
    version
        .split(|c: char| !c.is_ascii_digit())
        .next()?
        .parse()
        .ok()
}
