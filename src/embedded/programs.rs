//! Where the machine's own PostgreSQL server programs are.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::folder::tools_path;
use crate::error::{Error, Result};

/// The oldest major version that the crate works with.
const OLDEST: u32 = 15;

/// The folder of the server programs of one version.
#[derive(Debug)]
pub(super) struct Programs {
    pub(super) dir: PathBuf,
}

impl Programs {
    /// Finds the programs of a major version, or of any that is new enough.
    ///
    /// `PG_BIN` alone counts where it is set. Else: `pg_config --bindir`, `PATH`, the usual folders.
    pub(super) fn find(major: Option<u32>) -> Result<Self> {
        let fits = |dir: &PathBuf| {
            version(dir).is_some_and(|found| found >= OLDEST && major.is_none_or(|m| m == found))
        };
        let folders = match env::var_os("PG_BIN") {
            Some(dir) => vec![PathBuf::from(dir)],
            None => candidates(),
        };
        match folders.into_iter().find(fits) {
            Some(dir) => Ok(Self { dir }),
            None => Err(Error::Server(missing(major))),
        }
    }
}

/// The major version of the programs in a folder; none if one that is needed is missing.
fn version(dir: &Path) -> Option<u32> {
    let has = |dir: &Path, program| dir.join(program).is_file();
    // `pg_isready` of any version will do: some packages are of the server alone.
    let asks = has(dir, "pg_isready")
        || env::split_paths(&tools_path()).any(|dir| has(&dir, "pg_isready"));
    if !(has(dir, "initdb") && has(dir, "pg_ctl") && asks) {
        return None;
    }
    let output = Command::new(dir.join("postgres"))
        .arg("--version")
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    leading_number(text.split_whitespace().nth(2)?)
}

/// `17` of `17.2`, `18` of `18beta1`.
fn leading_number(text: &str) -> Option<u32> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    text[..end].parse().ok()
}

fn candidates() -> Vec<PathBuf> {
    let mut folders = Vec::new();
    if let Ok(output) = Command::new("pg_config").arg("--bindir").output() {
        folders.push(PathBuf::from(
            String::from_utf8_lossy(&output.stdout).trim_end(),
        ));
    }
    if let Some(path) = env::var_os("PATH") {
        // A link on the PATH leads to the folder that holds the other programs.
        let programs = env::split_paths(&path).map(|dir| dir.join("postgres"));
        folders.extend(
            programs.filter_map(|program| Some(program.canonicalize().ok()?.parent()?.to_owned())),
        );
    }
    folders.extend(versioned("/usr/lib/postgresql", "", "bin"));
    folders.extend(versioned("/usr", "pgsql-", "bin"));
    folders.push(PathBuf::from("/usr/bin"));
    folders.extend(versioned("/opt/homebrew/opt", "postgresql@", "bin"));
    folders.extend(versioned("/usr/local/opt", "postgresql@", "bin"));
    folders
}

/// The folders `parent/<prefix><version>/<inner>`, newest first.
fn versioned(parent: &str, prefix: &str, inner: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(parent) else {
        return Vec::new();
    };
    let number = |name: &OsStr| leading_number(name.to_str()?.strip_prefix(prefix)?);
    let mut found: Vec<(u32, PathBuf)> = entries
        .flatten()
        .filter_map(|entry| Some((number(&entry.file_name())?, entry.path().join(inner))))
        .collect();
    found.sort_unstable_by(|a, b| b.cmp(a));
    found.into_iter().map(|(_, dir)| dir).collect()
}

/// What to say, and to type, where the programs are missing.
fn missing(major: Option<u32>) -> String {
    let wanted = match major {
        Some(major) => format!("of version {major}, which made the data folder,"),
        None => format!("of version {OLDEST} or newer"),
    };
    let place = match env::var_os("PG_BIN") {
        Some(dir) => format!("in PG_BIN ({})", dir.display()),
        None => "on this machine".to_owned(),
    };
    let number = major.map(|major| major.to_string());
    let command = if cfg!(target_os = "macos") {
        format!(
            "brew install postgresql@{}",
            number.as_deref().unwrap_or("17")
        )
    } else if Path::new("/usr/bin/apt-get").exists() {
        let suffix = number
            .map(|number| format!("-{number}"))
            .unwrap_or_default();
        format!("sudo apt-get install postgresql{suffix}")
    } else if Path::new("/usr/bin/dnf").exists() {
        "sudo dnf install postgresql-server".to_owned()
    } else {
        "your system's command for the PostgreSQL server".to_owned()
    };
    format!(
        "no PostgreSQL server programs {wanted} {place}; \
         install them ({command}) or name their folder in PG_BIN"
    )
}

#[cfg(test)]
mod tests {
    use super::leading_number;

    #[test]
    fn versions_of_releases_and_betas_are_read() {
        assert_eq!(leading_number("15.18"), Some(15));
        assert_eq!(leading_number("18beta1"), Some(18));
        assert_eq!(leading_number("devel"), None);
    }
}
