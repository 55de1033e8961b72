//! Programs that refuse to run as root, in folders that they can use.

use std::fs::{self, Permissions};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use rustix::process::geteuid;
use tempfile::TempDir;

/// The program, run by an account without rights where the tests are root's.
pub(crate) fn unprivileged(program: impl AsRef<Path>) -> Command {
    let mut command = Command::new(program.as_ref());
    command.current_dir("/");
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PG") {
            command.env_remove(name);
        }
    }
    if geteuid().is_root() {
        let (uid, gid) = ["postgres", "nobody"]
            .into_iter()
            .find_map(|account| Some((number("-u", account)?, number("-g", account)?)))
            .unwrap();
        command.uid(uid).gid(gid);
    }
    command
}

fn number(what: &str, account: &str) -> Option<u32> {
    let output = Command::new("id").args([what, account]).output().unwrap();
    String::from_utf8(output.stdout)
        .unwrap()
        .trim()
        .parse()
        .ok()
}

/// A folder that every account can use.
pub(crate) fn open_folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o1777)).unwrap();
    folder
}

/// A port of 127.0.0.1 that is free now.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// Runs a command that is to succeed.
pub(crate) fn succeed(command: &mut Command) {
    let outcome = command.output().unwrap();
    assert!(
        outcome.status.success(),
        "{command:?}: {}{}",
        String::from_utf8_lossy(&outcome.stdout),
        String::from_utf8_lossy(&outcome.stderr)
    );
}
