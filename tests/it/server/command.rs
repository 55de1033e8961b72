//! `spending-db server start | stop | status | exec`.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use rustix::process::geteuid;
use serde_json::Value;

use super::Scratch;
use super::processes::{User, eventually, postmaster, wait_until_gone, wait_until_stopped};
use crate::support::program;

fn server(dir: &Path, arguments: &[&str]) -> Output {
    program(&["server"])
        .env("SPENDING_DB_SERVER_DIR", dir)
        .args(arguments)
        .output()
        .unwrap()
}

/// The number that the account `nobody` usually has.
const NOBODY: u32 = 65534;

/// The answer in JSON and the exit code.
fn json(dir: &Path, command: &str) -> (Value, Option<i32>) {
    let output = server(dir, &[command, "--json"]);
    let answer = serde_json::from_slice(&output.stdout).unwrap();
    (answer, output.status.code())
}

#[test]
fn a_server_runs_from_start_to_stop() {
    let scratch = Scratch::new();
    let dir = scratch.path().join("server");
    let (answer, code) = json(&dir, "status");
    assert_eq!((&answer["running"], code), (&Value::Null, Some(3)));
    assert!(!dir.exists(), "looking makes nothing");
    assert_eq!(json(&dir, "stop").0["outcome"], "not_running");

    let (started, code) = json(&dir, "start");
    assert_eq!((&started["kept"], code), (&Value::Bool(true), Some(0)));
    assert_eq!(started["running"]["pid"], postmaster(&dir));

    User::of(&dir).leave();
    let (answer, code) = json(&dir, "status");
    assert_eq!(
        (&answer["running"]["pid"], code),
        (&started["running"]["pid"], Some(0))
    );
    eventually("the user is gone", || {
        json(&dir, "status").0["in_use"] == false
    });

    assert_eq!(json(&dir, "stop").0["outcome"], "stopped");
    wait_until_stopped(&dir);
    let (answer, code) = json(&dir, "status");
    assert_eq!(
        (&answer["running"], &answer["kept"], code),
        (&Value::Null, &Value::Bool(false), Some(3))
    );
    assert_eq!(json(&dir, "stop").0["outcome"], "not_running");
}

#[test]
fn stop_lets_users_finish() {
    let scratch = Scratch::new();
    let dir = scratch.path().join("server");
    json(&dir, "start");
    let user = User::of(&dir);
    assert_eq!(json(&dir, "stop").0["outcome"], "in_use");
    assert_eq!(json(&dir, "status").0["in_use"], true);
    user.leave();
    wait_until_stopped(&dir);
    assert_eq!(json(&dir, "status").1, Some(3));
}

#[test]
fn people_read_sentences() {
    let scratch = Scratch::new();
    let dir = scratch.path().join("server");
    let said = |command| String::from_utf8(server(&dir, &[command]).stdout).unwrap();
    let name = format!("The private server in {}", dir.display());
    assert_eq!(said("status"), format!("{name} does not run.\n"));
    let started = said("start");
    assert!(
        started.starts_with(&format!(
            "{name} runs until `spending-db server stop`.\nprocess "
        )),
        "{started}"
    );
    assert_eq!(said("stop"), format!("{name} stopped.\n"));
}

#[test]
fn exec_passes_on_exit_codes_and_the_database() {
    let scratch = Scratch::new();
    let run = |script: &str| {
        program(&["server", "exec", "--temporary", "--", "sh", "-c", script])
            .env("TMPDIR", scratch.path())
            .output()
            .unwrap()
    };
    let output = run(
        "psql -Atc 'SELECT current_user, count(*) FROM pg_tables WHERE schemaname = $$public$$'
         psql \"$DATABASE_URL\" -Atc 'SELECT current_database()'",
    );
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(said, "spending_user|0\nspending_db\n");
    assert_eq!(run("exit 7").status.code(), Some(7));
    assert_eq!(run("kill -9 $$").status.code(), Some(137));
    wait_until_gone(&scratch.path().join("any"));

    let output = program(&["server", "exec", "--temporary", "--", "/no/such/command"])
        .env("TMPDIR", scratch.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("/no/such/command"));
    wait_until_gone(&scratch.path().join("any"));
}

#[test]
fn without_server_programs_the_command_to_install_them_is_named() {
    let scratch = Scratch::new();
    let empty = scratch.path().join("empty");
    fs::create_dir(&empty).unwrap();
    let output = program(&["server", "start"])
        .env("SPENDING_DB_SERVER_DIR", scratch.path().join("server"))
        .env("PG_BIN", &empty)
        .output()
        .unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        error.contains("no PostgreSQL server programs of version 15 or newer in PG_BIN"),
        "{error}"
    );
    assert!(error.contains("install them ("), "{error}");
}

#[test]
fn programs_are_found_without_a_path_and_behind_links() {
    let scratch = Scratch::new();
    let links = scratch.path().join("links");
    fs::create_dir(&links).unwrap();
    let postgres = real_programs().join("postgres");
    std::os::unix::fs::symlink(postgres, links.join("postgres")).unwrap();
    for path in [Path::new(""), &links] {
        let status = program(&[
            "server",
            "exec",
            "--temporary",
            "--",
            "/bin/sh",
            "-c",
            "exit 5",
        ])
        .env("TMPDIR", scratch.path())
        .env("PATH", path)
        .status();
        assert_eq!(status.unwrap().code(), Some(5), "PATH={}", path.display());
    }
}

fn real_programs() -> PathBuf {
    let scratch = Scratch::new();
    let server =
        spending_db::embedded::Server::open(&super::temporary(&scratch.path().join("server")));
    server.unwrap().programs_dir().unwrap()
}

#[test]
fn root_and_ordinary_users_have_servers_of_their_own() {
    if !geteuid().is_root() {
        eprintln!("not root: the other tests have shown the ordinary user's server");
        return;
    }
    let scratch = Scratch::new();
    let copy = scratch.path().join("spending-db");
    // Written by another process: while this one has it open for writing, its children of other tests do, too.
    let mut copying = Command::new("cp");
    copying.arg(env!("CARGO_BIN_EXE_spending-db")).arg(&copy);
    assert!(copying.status().unwrap().success());
    let home = scratch.path().join("home");
    fs::create_dir(&home).unwrap();
    std::os::unix::fs::chown(&home, Some(NOBODY), Some(NOBODY)).unwrap();
    let run = |arguments: &[&str]| {
        let output = Command::new(&copy)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", &home)
            .uid(NOBODY)
            .gid(NOBODY)
            .current_dir("/")
            .args(arguments)
            .output()
            .unwrap();
        (
            String::from_utf8(output.stdout).unwrap(),
            output.status.code(),
        )
    };
    let (started, code) = run(&["server", "start", "--json"]);
    assert_eq!(code, Some(0));
    let started: Value = serde_json::from_str(&started).unwrap();
    let dir = home.join(".local/share/spending-db");
    assert_eq!(started["dir"], dir.to_str().unwrap());
    assert_eq!(owner(postmaster(&dir)), NOBODY);

    // Root joins it as its owner, not as root.
    let user = User::of(&dir);
    assert_eq!(started["running"]["port"].to_string(), user.port);
    user.leave();
    assert_eq!(run(&["server", "stop"]).1, Some(0));
    wait_until_stopped(&dir);

    let own = scratch.path().join("own");
    let user = User::of(&own);
    assert_ne!(
        owner(postmaster(&own)),
        0,
        "PostgreSQL must not run as root"
    );
    user.leave();
    wait_until_stopped(&own);
}

/// The account that a process runs as.
fn owner(pid: u32) -> u32 {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(format!("/proc/{pid}")).unwrap().uid()
}
