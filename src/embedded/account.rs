//! The account that a server runs as, and whose its folder must be.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;
use std::process::Command;

use rustix::process::geteuid;

use super::ServerOptions;
use super::folder::tools_path;
use crate::error::{Error, Result};

/// A user and its group, by number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Account {
    pub(super) uid: u32,
    pub(super) gid: u32,
}

impl Account {
    /// `postgres` if the machine has it, else `nobody`: PostgreSQL refuses to run as root.
    pub(super) fn unprivileged() -> Result<Self> {
        ["postgres", "nobody"]
            .into_iter()
            .find_map(Self::named)
            .ok_or_else(|| {
                Error::Server(
                    "PostgreSQL does not run as root, and there is no user postgres or nobody"
                        .to_owned(),
                )
            })
    }

    fn named(name: &str) -> Option<Self> {
        let number = |what| {
            let mut id = Command::new("id");
            id.env("PATH", tools_path()).args([what, name]);
            let output = id.output().ok()?;
            String::from_utf8(output.stdout)
                .ok()?
                .trim_end()
                .parse()
                .ok()
        };
        Some(Self {
            uid: number("-u")?,
            gid: number("-g")?,
        })
    }
}

/// Finds out as whom the server of a folder runs, and refuses a folder that is somebody else's.
///
/// A server runs as the owner of its folder. Root gives its own folder to an account without rights.
pub(super) fn claim(options: &ServerOptions) -> Result<Option<Account>> {
    let dir = &options.dir;
    let at = |error| Error::io(dir, error);
    let foreign = |uid: u32| Err(refusal(dir, &format!("belongs to the user number {uid}")));
    // Anybody can put a link into a folder for temporary files.
    let found = if options.temporary {
        fs::symlink_metadata(dir)
    } else {
        fs::metadata(dir)
    }
    .map_err(at)?;
    if !found.is_dir() {
        return Err(refusal(dir, "is not a folder"));
    }
    let caller = geteuid().as_raw();
    let account = if caller == 0 {
        let unprivileged = Account::unprivileged()?;
        match found.uid() {
            0 => Some(unprivileged),
            uid if options.temporary && uid != unprivileged.uid => return foreign(uid),
            uid => Some(Account {
                uid,
                gid: found.gid(),
            }),
        }
    } else if found.uid() == caller {
        None
    } else {
        return foreign(found.uid());
    };
    let empty = fs::read_dir(dir).map_err(at)?.next().is_none();
    if !empty && !dir.join("lock").exists() {
        return Err(refusal(dir, "is not empty and not the folder of a server"));
    }
    if let Some(account) = account {
        fs::set_permissions(dir, Permissions::from_mode(0o700)).map_err(at)?;
        chown(dir, Some(account.uid), Some(account.gid)).map_err(at)?;
    }
    Ok(account)
}

/// The error that a folder cannot be used.
pub(super) fn refusal(dir: &Path, reason: &str) -> Error {
    Error::Server(format!("{}: {reason}", dir.display()))
}
