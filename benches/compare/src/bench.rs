//! [`Bench`]: what each work is given.

use std::cell::OnceCell;
use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;

use crate::arguments::Arguments;
use crate::contest::Contest;
use crate::error::Result;
use crate::rivals::python::Python;
use crate::scratch::{self, Scratch};
use crate::server::Server;

/// The server, the settings of the run, and what is made at most once.
pub struct Bench<'a> {
    pub server: Server,
    pub arguments: &'a Arguments,
    folder: TempDir,
    python: OnceCell<Result<Python, String>>,
}

impl<'a> Bench<'a> {
    pub fn start(arguments: &'a Arguments) -> Result<Self> {
        let server = Server::open(arguments.database_url.as_deref())?;
        scratch::make_template(&server)?;
        Ok(Self {
            server,
            arguments,
            folder: TempDir::new()?,
            python: OnceCell::new(),
        })
    }

    /// A migrated database of its own.
    pub fn scratch(&self, name: &str) -> Result<Scratch<'_>> {
        Scratch::of_template(&self.server, name)
    }

    /// A folder for files, gone at the end.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Python with psycopg2 and SQLAlchemy; the reason where there is none.
    pub fn python(&self) -> Result<&Python> {
        let python = self.python.get_or_init(|| {
            Python::prepare(self.arguments.patience()).map_err(|error| {
                let reason = format!("no Python: {error}");
                eprintln!("compare: {reason}");
                reason
            })
        });
        Ok(python.as_ref().map_err(String::as_str)?)
    }

    pub fn contest<'c>(&self, work: &'static str, variant: impl Into<String>, size: u32) -> Contest<'c> {
        Contest::new(work, variant.into(), size, self.arguments)
    }

    pub fn sizes(&self, own: &[u32]) -> Vec<u32> {
        self.arguments.sizes(own)
    }

    pub fn patience(&self) -> Duration {
        self.arguments.patience()
    }

    pub fn seed(&self) -> u32 {
        self.arguments.seed
    }
}
