//! The account that a server runs as, and whose its folder must be.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;
use std::process::Command;

use rustix::process::geteuid;

use super::ServerOptions;
use super::folder::{leads_to, tools_path};
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
    refuse_what_is_no_servers(dir)?;
    if let Some(account) = account {
        fs::set_permissions(dir, Permissions::from_mode(0o700)).map_err(at)?;
        chown(dir, Some(account.uid), Some(account.gid)).map_err(at)?;
    }
    Ok(account)
}

/// Refuses a folder with other things in it.
fn refuse_what_is_no_servers(dir: &Path) -> Result<()> {
    let look = || is_a_servers(dir, &File::open(dir)?);
    if look().map_err(|error| Error::io(dir, error))? {
        Ok(())
    } else {
        Err(refusal(dir, "is not empty and not the folder of a server"))
    }
}

/// Whether what is in the folder is a server's, or nothing.
///
/// A keeper may take its folder away, and a newcomer make another, since the folder was opened; that is told as not found.
fn is_a_servers(dir: &Path, opened: &File) -> io::Result<bool> {
    let names = fs::read_dir(dir)?
        .map(|entry| entry.map(|entry| entry.file_name()))
        .collect::<io::Result<Vec<_>>>()?;
    // The lock is the first thing in the folder of a server.
    let is_a_servers = names.is_empty() || names.iter().any(|name| name == "lock");
    if !is_a_servers && !leads_to(dir, opened)? {
        return Err(io::ErrorKind::NotFound.into());
    }
    Ok(is_a_servers)
}

/// The error that a folder cannot be used.
pub(super) fn refusal(dir: &Path, reason: &str) -> Error {
    Error::Server(format!("{}: {reason}", dir.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_was_taken_away_meanwhile_is_not_taken_for_anothers() {
        let parent = tempfile::tempdir().unwrap();
        let dir = parent.path().join("server");
        fs::create_dir(&dir).unwrap();
        let opened = File::open(&dir).unwrap();
        assert!(is_a_servers(&dir, &opened).unwrap());
        fs::write(dir.join("server.log"), "").unwrap();
        assert!(!is_a_servers(&dir, &opened).unwrap());

        fs::rename(&dir, parent.path().join("taken")).unwrap();
        let gone = is_a_servers(&dir, &opened).unwrap_err();
        assert_eq!(gone.kind(), io::ErrorKind::NotFound);
        fs::create_dir(&dir).unwrap();
        fs::write(dir.join("server.log"), "").unwrap();
        let replaced = is_a_servers(&dir, &opened).unwrap_err();
        assert_eq!(replaced.kind(), io::ErrorKind::NotFound);
    }
}
