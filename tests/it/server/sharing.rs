//! One folder, one server, many users; after the last one it is gone.

use std::fs;
use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use diesel::prelude::*;
use spending_db::embedded::Server;

use super::processes::{
    User, eventually, find_keeper, postmaster, wait_until_gone, wait_until_stopped, working_in,
};
use super::{Scratch, connect, durable, temporary};
use crate::support::program;

#[test]
fn two_processes_share_a_server_and_the_last_one_out_stops_it() {
    let scratch = Scratch::new();
    let dir = scratch.path().join("server");
    let first = User::of(&dir);
    let pid = postmaster(&dir);
    let second = User::of(&dir);
    assert_eq!(first.port, second.port);

    first.leave();
    let third = Server::open(&durable(&dir)).unwrap();
    assert_eq!(postmaster(&dir), pid);
    second.leave();
    diesel::sql_query("CREATE TABLE kept (id int)")
        .execute(&mut connect(&third))
        .unwrap();
    drop(third);
    wait_until_stopped(&dir);
    assert!(
        !dir.join("data/postmaster.pid").exists(),
        "it was not stopped, but crashed"
    );

    let again = Server::open(&durable(&dir)).unwrap();
    assert_ne!(postmaster(&dir), pid);
    diesel::sql_query("SELECT id FROM kept")
        .execute(&mut connect(&again))
        .unwrap();
    drop(again);
    wait_until_stopped(&dir);
}

#[test]
fn a_temporary_server_takes_its_folder_with_it() {
    let scratch = Scratch::new();
    let dir = scratch.path().join("server");
    let first = Server::open(&temporary(&dir)).unwrap();
    let second = Server::open(&temporary(&dir)).unwrap();
    drop(first);
    connect(&second);
    drop(second);
    wait_until_gone(&dir);
}

#[test]
fn temporary_servers_are_not_shared_unless_they_have_a_name() {
    let (first, second) = (Server::temporary().unwrap(), Server::temporary().unwrap());
    assert_ne!(first.dir(), second.dir());
    assert_ne!(first.port(), second.port());
    assert_ne!(first.password(), second.password());
    let dirs = [first.dir().to_owned(), second.dir().to_owned()];
    drop((first, second));
    for dir in dirs {
        wait_until_stopped(&dir);
        eventually("the folder is gone", || !dir.exists());
    }
}

#[test]
fn users_that_start_at_once_get_one_server() {
    let scratch = Scratch::new();
    let dir = scratch.path().join("server");
    let barrier = Barrier::new(8);
    thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    barrier.wait();
                    let server = Server::open(&durable(&dir)).unwrap();
                    barrier.wait();
                    server.port().to_string()
                })
            })
            .collect();
        let processes: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    barrier.wait();
                    let user = User::of(&dir);
                    barrier.wait();
                    let port = user.port.clone();
                    user.leave();
                    port
                })
            })
            .collect();
        let mut ports: Vec<_> = threads
            .into_iter()
            .chain(processes)
            .map(|user| user.join().unwrap())
            .collect();
        ports.dedup();
        assert_eq!(ports.len(), 1, "{ports:?}");
    });
    wait_until_stopped(&dir);
}

/// Users come while the last one goes, again and again: each finds a server that answers.
#[test]
fn newcomers_meet_a_server_that_is_being_stopped() {
    let scratch = Scratch::new();
    let dir = scratch.path().join("server");
    thread::scope(|scope| {
        for worker in 0..4 {
            let dir = &dir;
            scope.spawn(move || {
                for round in 0..6 {
                    let server = Server::open(&temporary(dir)).unwrap();
                    connect(&server);
                    drop(server);
                    thread::sleep(Duration::from_millis(40 * ((worker + round) % 4)));
                }
            });
        }
    });
    wait_until_gone(&dir);
}

#[test]
fn a_killed_user_leaves_nothing_behind() {
    let scratch = Scratch::new();
    let user = User::of_temporary(scratch.path());
    assert!(!working_in(scratch.path()).is_empty());
    user.die();
    wait_until_gone(&scratch.path().join("any"));
}

#[test]
fn a_user_killed_while_the_server_starts_leaves_nothing_behind() {
    for milliseconds in [0, 200, 400, 600] {
        let scratch = Scratch::new();
        let mut user = program(&["server", "exec", "--temporary", "--", "sleep", "600"])
            .env("TMPDIR", scratch.path())
            .spawn()
            .unwrap();
        eventually("it has a keeper", || find_keeper(scratch.path()).is_some());
        thread::sleep(Duration::from_millis(milliseconds));
        user.kill().unwrap();
        user.wait().unwrap();
        wait_until_gone(&scratch.path().join("any"));
    }
}

#[test]
fn a_killed_user_counts_no_more_for_the_others() {
    let scratch = Scratch::new();
    let dir = scratch.path().join("server");
    let (first, second) = (User::of(&dir), User::of(&dir));
    second.die();
    let third = User::of(&dir);
    assert_eq!(third.port, first.port);
    first.die();
    third.leave();
    wait_until_stopped(&dir);
    assert!(fs::exists(dir.join("data/PG_VERSION")).unwrap());
}
