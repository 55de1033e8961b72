//! What a server survives: crashes, killed keepers, pid files that lie, folders that are not its own.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::thread;
use std::time::Duration;

use diesel::prelude::*;
use rustix::process::geteuid;
use spending_db::embedded::{Server, ServerOptions};

use super::processes::{
    User, eventually, keeper, kill, postmaster, stranger, wait_until_gone, wait_until_stopped,
    working_in,
};
use super::{Scratch, connect, durable, temporary};
use crate::support::program;

/// Opens and closes a server, so that its folder has data.
fn stopped(options: &ServerOptions) {
    drop(Server::open(options).unwrap());
    wait_until_stopped(&options.dir);
}

#[test]
fn a_crashed_server_is_started_again_and_has_lost_nothing() {
    let scratch = Scratch::new();
    let dir = scratch.path().join("server");
    let before = Server::open(&durable(&dir)).unwrap();
    diesel::sql_query("CREATE TABLE kept AS SELECT 1 AS id")
        .execute(&mut connect(&before))
        .unwrap();
    // It is in the middle of a statement.
    let mut busy = connect(&before);
    let busy = thread::spawn(move || diesel::sql_query("SELECT pg_sleep(60)").execute(&mut busy));
    kill(postmaster(&dir));
    assert!(busy.join().unwrap().is_err());

    let after = Server::open(&durable(&dir)).unwrap();
    assert_eq!(
        after.port(),
        before.port(),
        "users that reconnect must find it"
    );
    for server in [&before, &after] {
        let rows = diesel::sql_query("SELECT id FROM kept").execute(&mut connect(server));
        assert_eq!(rows.unwrap(), 1);
    }
    drop((before, after));
    wait_until_stopped(&dir);
}

#[test]
fn a_server_that_crashed_under_its_last_user_leaves_nothing_behind() {
    let scratch = Scratch::new();
    let dir = scratch.path().join("server");
    let server = Server::open(&temporary(&dir)).unwrap();
    kill(postmaster(&dir));
    drop(server);
    wait_until_gone(&dir);
}

#[test]
fn a_pid_file_of_a_dead_process_is_stale() {
    let scratch = Scratch::new();
    let dir = scratch.path().join("server");
    stopped(&durable(&dir));
    let mut dead = stranger(&dir);
    dead.kill().unwrap();
    dead.wait().unwrap();
    leave_pid_file(&dir, dead.id());
    stopped(&durable(&dir));
}

#[test]
fn a_pid_that_now_is_a_strangers_is_neither_believed_nor_signalled() {
    let scratch = Scratch::new();
    let dir = scratch.path().join("server");
    stopped(&durable(&dir));
    let mut alive = stranger(&dir);
    leave_pid_file(&dir, alive.id());
    assert!(Server::status(&durable(&dir)).unwrap().running.is_none());
    Server::stop(&durable(&dir)).unwrap();
    stopped(&durable(&dir));

    // The server crashes, and a stranger has its number before its last user goes.
    let server = Server::open(&durable(&dir)).unwrap();
    let file = dir.join("data/postmaster.pid");
    let written = fs::read_to_string(&file).unwrap();
    let (number, rest) = written.split_once('\n').unwrap();
    kill(number.parse().unwrap());
    fs::write(&file, format!("{}\n{rest}", alive.id())).unwrap();
    drop(server);
    wait_until_stopped(&dir);

    assert!(
        alive.try_wait().unwrap().is_none(),
        "the stranger was signalled"
    );
    alive.kill().unwrap();
    alive.wait().unwrap();
}

/// The file that a server leaves when the machine loses power.
fn leave_pid_file(dir: &std::path::Path, pid: u32) {
    let file = dir.join("data/postmaster.pid");
    let data = dir.join("data");
    let text = format!(
        "{pid}\n{}\n1700000000\n5433\n{}\n127.0.0.1\n",
        data.display(),
        dir.display()
    );
    fs::write(&file, text).unwrap();
    if geteuid().is_root() {
        use std::os::unix::fs::MetadataExt;
        let owner = fs::metadata(&data).unwrap();
        chown(&file, Some(owner.uid()), Some(owner.gid())).unwrap();
    }
}

#[test]
fn a_newcomer_replaces_a_killed_keeper_for_all_users() {
    let scratch = Scratch::new();
    let dir = scratch.path().join("server");
    let first = Server::open(&temporary(&dir)).unwrap();
    let pid = postmaster(&dir);
    kill(keeper(&dir));
    let second = Server::open(&temporary(&dir)).unwrap();
    assert_eq!(postmaster(&dir), pid, "the server went on running");
    drop(second);
    // The first one counts for the new keeper.
    thread::sleep(Duration::from_millis(300));
    connect(&first);
    drop(first);
    wait_until_gone(&dir);
}

#[test]
fn the_last_user_replaces_a_killed_keeper() {
    let scratch = Scratch::new();
    let dir = scratch.path().join("server");
    let server = Server::open(&temporary(&dir)).unwrap();
    kill(keeper(&dir));
    drop(server);
    wait_until_gone(&dir);
}

#[test]
fn a_first_start_that_was_cut_short_is_done_again() {
    let scratch = Scratch::new();
    let dir = scratch.path().join("server");
    let mut user = program(&["server", "exec", "--", "true"])
        .env("SPENDING_DB_SERVER_DIR", &dir)
        .spawn()
        .unwrap();
    eventually("initdb is at work", || dir.join("data.new/base").exists());
    user.kill().unwrap();
    user.wait().unwrap();
    kill(keeper(&dir));
    while let Some(pid) = working_in(&dir).pop() {
        kill(pid);
    }
    assert!(!dir.join("data").exists());
    stopped(&durable(&dir));
    assert!(!dir.join("data.new").exists());
}

#[test]
fn a_temporary_server_clears_up_after_others_that_were_killed() {
    let scratch = Scratch::new();
    let user = User::of_temporary(scratch.path());
    kill(keeper(scratch.path()));
    user.die();
    assert!(
        !working_in(scratch.path()).is_empty(),
        "PostgreSQL runs on alone"
    );
    let prefix = format!("spending-db-{}-", geteuid().as_raw());
    fs::create_dir(scratch.path().join(format!("{prefix}empty"))).unwrap();
    fs::create_dir(scratch.path().join("spending-db-other")).unwrap();

    User::of_temporary(scratch.path()).leave();
    wait_until_stopped(scratch.path());
    eventually("only the foreign folder is left", || {
        let left: Vec<_> = fs::read_dir(scratch.path()).unwrap().flatten().collect();
        left.len() == 1 && left[0].file_name() == "spending-db-other"
    });
}

#[test]
fn data_of_another_version_is_refused_and_left_alone() {
    let scratch = Scratch::new();
    let dir = scratch.path().join("server");
    stopped(&durable(&dir));
    let version = dir.join("data/PG_VERSION");
    fs::write(&version, "99\n").unwrap();
    let error = Server::open(&durable(&dir)).unwrap_err().to_string();
    assert!(
        error.contains("of version 99, which made the data folder"),
        "{error}"
    );
    assert!(dir.join("data/base").exists());
}

#[test]
fn a_server_that_cannot_start_says_why_and_keeps_its_data() {
    let scratch = Scratch::new();
    let dir = scratch.path().join("server");
    stopped(&durable(&dir));
    let settings = dir.join("data/postgresql.conf");
    let text = fs::read_to_string(&settings).unwrap();
    fs::write(&settings, format!("{text}work_mem = 'much'\n")).unwrap();
    let error = Server::open(&durable(&dir)).unwrap_err().to_string();
    assert!(
        error.contains("invalid value for parameter \"work_mem\""),
        "{error}"
    );
    wait_until_stopped(&dir);

    fs::write(&settings, text).unwrap();
    stopped(&durable(&dir));
}

#[test]
fn a_port_that_is_taken_meanwhile_is_given_up() {
    let scratch = Scratch::new();
    let dir = scratch.path().join("server");
    let port = Server::open(&durable(&dir)).unwrap().port();
    wait_until_stopped(&dir);
    let _taken = std::net::TcpListener::bind(("127.0.0.1", port)).unwrap();
    let server = Server::open(&durable(&dir)).unwrap();
    assert_ne!(server.port(), port);
    drop(server);
    wait_until_stopped(&dir);
}

#[test]
fn a_folder_with_other_things_in_it_is_refused_and_left_alone() {
    let scratch = Scratch::new();
    let dir = scratch.path().join("photos");
    fs::create_dir(&dir).unwrap();
    fs::write(dir.join("cat.jpg"), "meow").unwrap();
    let error = Server::open(&durable(&dir)).unwrap_err().to_string();
    assert!(
        error.contains("is not empty and not the folder of a server"),
        "{error}"
    );
    assert_eq!(fs::read_dir(&dir).unwrap().count(), 1);
}

#[test]
fn folders_with_long_and_odd_names_work() {
    for name in ["it's a \"test\", $HOME `id`".to_owned(), "long".repeat(40)] {
        let scratch = Scratch::new();
        let dir = scratch.path().join(name);
        let server = Server::open(&temporary(&dir)).unwrap();
        let sockets: String = diesel::select(diesel::dsl::sql::<diesel::sql_types::Text>(
            "trim('\"' FROM current_setting('unix_socket_directories'))",
        ))
        .get_result(&mut connect(&server))
        .unwrap();
        assert!(fs::exists(format!("{sockets}/.s.PGSQL.{}", server.port())).unwrap());
        drop(server);
        wait_until_gone(&dir);
        assert!(!fs::exists(sockets).unwrap());
    }
}

#[test]
fn somebody_elses_folder_is_refused() {
    let scratch = Scratch::new();
    let dir = scratch.path().join("server");
    fs::create_dir(&dir).unwrap();
    if geteuid().is_root() {
        chown(&dir, Some(12345), Some(12345)).unwrap();
        let error = Server::open(&temporary(&dir)).unwrap_err().to_string();
        assert!(
            error.contains("belongs to the user number 12345"),
            "{error}"
        );
    } else {
        let error = Server::open(&durable("/".as_ref()))
            .unwrap_err()
            .to_string();
        assert!(error.contains("belongs to the user number 0"), "{error}");
    }
}

#[test]
fn a_folder_that_the_servers_account_cannot_reach_is_refused() {
    if !geteuid().is_root() {
        eprintln!("not root: the server runs as the caller, who reaches what he makes");
        return;
    }
    let closed = tempfile::tempdir().unwrap();
    fs::set_permissions(closed.path(), fs::Permissions::from_mode(0o700)).unwrap();
    let error = Server::open(&durable(&closed.path().join("server"))).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("name another in SPENDING_DB_SERVER_DIR"),
        "{error}"
    );
}

#[test]
fn a_user_in_another_process_notices_no_restart_of_the_keeper() {
    let scratch = Scratch::new();
    let dir = scratch.path().join("server");
    let first = User::of(&dir);
    kill(keeper(&dir));
    let second = User::of(&dir);
    assert_eq!(first.port, second.port);
    second.die();
    first.leave();
    wait_until_stopped(&dir);
}
