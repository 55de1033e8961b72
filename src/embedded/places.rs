//! Where servers have their folders.

use std::env;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rustix::process::geteuid;

use crate::error::{Error, Result};

/// The folder of the caller's own server where `SPENDING_DB_SERVER_DIR` names no other.
pub(super) fn default_dir() -> Result<PathBuf> {
    if let Some(dir) = env::var_os("SPENDING_DB_SERVER_DIR").filter(|dir| !dir.is_empty()) {
        return std::path::absolute(&dir).map_err(|error| Error::io(dir, error));
    }
    if geteuid().is_root() {
        return Ok(PathBuf::from("/var/lib/spending-db"));
    }
    let folder = |variable| {
        let path = PathBuf::from(env::var_os(variable)?);
        path.is_absolute().then_some(path)
    };
    folder("XDG_DATA_HOME")
        .or_else(|| Some(folder("HOME")?.join(".local/share")))
        .map(|data| data.join("spending-db"))
        .ok_or_else(|| Error::Config {
            variable: "HOME".to_owned(),
            reason: "the home folder is needed for the private server, \
                     or a folder in SPENDING_DB_SERVER_DIR"
                .to_owned(),
        })
}

/// The system's folder for temporary files, or `/tmp` where root's is closed to other accounts.
pub(super) fn temporary_dir() -> PathBuf {
    let dir = env::temp_dir();
    if !geteuid().is_root() || open_to_all(&dir) {
        dir
    } else {
        PathBuf::from("/tmp")
    }
}

fn open_to_all(dir: &Path) -> bool {
    let allows = |path: &Path, bits| {
        fs::metadata(path).is_ok_and(|found| found.permissions().mode() & bits == bits)
    };
    allows(dir, 0o003) && dir.ancestors().skip(1).all(|parent| allows(parent, 0o001))
}
