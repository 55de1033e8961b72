//! The processes of a server and of its users.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::program;

/// A process that uses a server until it is told to leave.
pub(crate) struct User {
    child: Child,
    /// The port of its server.
    pub(crate) port: String,
}

impl User {
    /// A user of the durable server of a folder.
    pub(crate) fn of(dir: &Path) -> Self {
        Self::start(program(&["server", "exec"]).env("SPENDING_DB_SERVER_DIR", dir))
    }

    /// The user of a new temporary server in a folder.
    pub(crate) fn of_temporary(parent: &Path) -> Self {
        Self::start(program(&["server", "exec", "--temporary"]).env("TMPDIR", parent))
    }

    fn start(command: &mut Command) -> Self {
        let mut child = command
            .args(["--", "sh", "-c", "echo $PGPORT; read _"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut port = String::new();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        output.read_line(&mut port).unwrap();
        Self {
            child,
            port: port.trim().to_owned(),
        }
    }

    /// Ends as a process should.
    pub(crate) fn leave(mut self) {
        drop(self.child.stdin.take());
        self.child.wait().unwrap();
    }

    /// Dies by SIGKILL.
    pub(crate) fn die(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// The processes that work in a folder or below, even if it is removed: servers, keepers, `initdb`.
pub(crate) fn working_in(dir: &Path) -> Vec<u32> {
    let dir = dir.to_str().unwrap();
    fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().to_str()?.parse().ok())
        .filter(|pid: &u32| {
            let cwd = fs::read_link(format!("/proc/{pid}/cwd"));
            cwd.is_ok_and(|cwd| cwd.to_string_lossy().starts_with(dir))
        })
        .collect()
}

/// The keeper of a folder's server.
pub(crate) fn keeper(dir: &Path) -> u32 {
    find_keeper(dir).unwrap()
}

/// The keeper of a server in a folder or below, if there is one.
pub(crate) fn find_keeper(dir: &Path) -> Option<u32> {
    let is_keeper = |pid: &u32| {
        let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&line).contains("spending-db-keeper")
    };
    working_in(dir).into_iter().find(is_keeper)
}

/// The server process of a folder.
pub(crate) fn postmaster(dir: &Path) -> u32 {
    let file = fs::read_to_string(dir.join("data/postmaster.pid")).unwrap();
    file.lines().next().unwrap().parse().unwrap()
}

/// Sends SIGKILL and waits until the process is gone.
pub(crate) fn kill(pid: u32) {
    let mut kill = Command::new("kill");
    kill.args(["-9", &pid.to_string()]).stderr(Stdio::null());
    kill.status().unwrap();
    // One that nobody has waited for yet has no folder any more.
    let cwd = format!("/proc/{pid}/cwd");
    eventually("the process is gone", || fs::read_link(&cwd).is_err());
}

/// Somebody else's process under the account of a file's owner.
pub(crate) fn stranger(owner_of: &Path) -> Child {
    use std::os::unix::process::CommandExt;
    let owner = fs::metadata(owner_of).unwrap();
    let mut command = Command::new("sleep");
    command.arg("600").uid(owner.uid()).gid(owner.gid());
    command.spawn().unwrap()
}

/// Waits until something holds.
pub(crate) fn eventually(what: &str, holds: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !holds() {
        let late = Instant::now() > deadline;
        assert!(!late || thread::panicking(), "not within 60 s: {what}");
        if late {
            break;
        }
        thread::sleep(Duration::from_millis(10));
    }
}

/// Waits until no process is left that works in a folder.
pub(crate) fn wait_until_stopped(dir: &Path) {
    eventually("the server has stopped", || working_in(dir).is_empty());
}

/// Waits until server and folder are gone, and nothing else has appeared beside it.
pub(crate) fn wait_until_gone(dir: &Path) {
    wait_until_stopped(dir);
    let parent = dir.parent().unwrap();
    eventually("the folder is gone", || {
        fs::read_dir(parent).unwrap().next().is_none()
    });
}
