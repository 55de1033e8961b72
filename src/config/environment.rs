//! [`Environment`]: the variables of the process and of `.env`.

use std::collections::HashMap;
use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use crate::error::{Error, Result};

/// The variables that settings are read from: those of the process, and behind them those of `.env`.
///
/// The process's own environment is never changed. A variable that is empty counts as not set.
#[derive(Clone, Default)]
pub struct Environment(HashMap<String, String>);

impl Environment {
    /// The variables of the process and, for those it does not have, of the file `.env` in the working directory or
    /// the nearest folder above it.
    ///
    /// [`Error::Config`] where a line of `.env` cannot be read, [`Error::Io`] where the file cannot.
    pub fn load() -> Result<Self> {
        let folder = std::env::current_dir().map_err(|source| Error::io(".", source))?;
        Self::load_in(&folder)
    }

    /// As [`Environment::load`], with `.env` looked for in `folder` and above it.
    pub fn load_in(folder: &Path) -> Result<Self> {
        let mut variables = HashMap::new();
        for folder in folder.ancestors() {
            let file = folder.join(".env");
            match fs::read(&file) {
                Ok(bytes) => {
                    variables = read_file(&file, &bytes)?;
                    break;
                }
                Err(error) if error.kind() == ErrorKind::NotFound || file.is_dir() => {}
                Err(error) => return Err(Error::io(file, error)),
            }
        }
        for (name, value) in std::env::vars_os() {
            let Ok(name) = name.into_string() else {
                continue;
            };
            // A value that is no UTF-8 hides the one in `.env` too; with its replacement characters it matches nothing.
            variables.insert(name, value.to_string_lossy().into_owned());
        }
        Ok(Self(variables))
    }

    /// The value of a variable.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.get_or_empty(name).filter(|value| !value.is_empty())
    }

    /// The value of a variable that may be set to nothing.
    pub(super) fn get_or_empty(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Sets a variable here; the process's environment stays as it is.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.insert(name.into(), value.into());
    }

    /// Whether a database is named: by `DATABASE_URL` or by one of the `POSTGRES_…` variables.
    pub fn names_database(&self) -> bool {
        [
            "DATABASE_URL",
            "POSTGRES_HOST",
            "POSTGRES_PORT",
            "POSTGRES_USER",
            "POSTGRES_PASSWORD",
            "POSTGRES_DB",
        ]
        .iter()
        .any(|name| self.get(name).is_some())
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(variables: I) -> Self {
        let variables = variables.into_iter();
        Self(
            variables
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        )
    }
}

impl fmt::Debug for Environment {
    /// The names alone: values may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// The variables of a `.env` file; of several with one name the first counts.
fn read_file(file: &Path, bytes: &[u8]) -> Result<HashMap<String, String>> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut variables = HashMap::new();
    for pair in dotenvy::from_read_iter(bytes) {
        let (name, value) = pair.map_err(|error| unreadable(file, bytes, &error))?;
        variables.entry(name).or_insert(value);
    }
    Ok(variables)
}

/// Says where the file is wrong, and nothing of the line, which may hold a password.
fn unreadable(file: &Path, bytes: &[u8], error: &dotenvy::Error) -> Error {
    let file_text = String::from_utf8_lossy(bytes);
    let place = match error {
        dotenvy::Error::LineParse(text, _) => {
            file_text
                .find(text.as_str())
                .map_or_else(String::new, |at| {
                    let line = file_text[..at].matches('\n').count() + 1;
                    format!("line {line} ")
                })
        }
        _ => String::new(),
    };
    Error::Config {
        variable: file.display().to_string(),
        reason: format!(
            "{place}cannot be read: each line takes NAME=value, \
             with the value in single quotes where it holds spaces, quotes, # or $"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> Result<HashMap<String, String>> {
        read_file(Path::new("/x/.env"), text.as_bytes())
    }

    #[test]
    fn reads_values_as_they_are_in_single_quotes() {
        let variables =
            file("\u{feff}A=1\nexport B='p @:/?#%$\\ \"x'\nA=2\nC=\n").unwrap_or_default();
        assert_eq!(variables["A"], "1");
        assert_eq!(variables["B"], "p @:/?#%$\\ \"x");
        assert_eq!(variables["C"], "");
    }

    #[test]
    fn names_the_line_it_cannot_read_without_showing_it() {
        let error = file("A=1\n\nPASSWORD=hunter2 and more\n")
            .expect_err("two words")
            .to_string();
        assert!(
            error.starts_with("/x/.env: line 3 cannot be read"),
            "{error}"
        );
        assert!(!error.contains("hunter2"), "{error}");
    }

    #[test]
    fn shows_names_only() {
        let environment: Environment = [("PASSWORD", "hunter2")].into_iter().collect();
        assert_eq!(format!("{environment:?}"), r#"{"PASSWORD"}"#);
    }
}
