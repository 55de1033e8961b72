//! [`Bench`]: what each work is given.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use tempfile::TempDir;

use crate::arguments::Arguments;
use crate::contest::{Contest, Run};
use crate::data::LEDGER;
use crate::error::Result;
use crate::rivals::python::Python;
use crate::scratch::{self, Scratch};
use crate::server::Server;

/// The server, the settings of the run, and what is made at most once.
pub struct Bench<'a> {
    pub server: Rc<Server>,
    pub arguments: &'a Arguments,
    folder: TempDir,
    python: OnceCell<Result<Python, String>>,
    patience: Rc<Cell<Duration>>,
    ledgers: RefCell<BTreeMap<u32, Rc<Scratch>>>,
}

impl<'a> Bench<'a> {
    pub fn start(arguments: &'a Arguments) -> Result<Self> {
        let server = Rc::new(Server::open(arguments.database_url.as_deref())?);
        scratch::make_template(&server)?;
        Ok(Self {
            server,
            arguments,
            folder: TempDir::new()?,
            python: OnceCell::new(),
            patience: Rc::new(Cell::new(arguments.patience())),
            ledgers: RefCell::default(),
        })
    }

    /// A migrated database of its own.
    pub fn scratch(&self, name: &str) -> Result<Scratch> {
        Scratch::of_template(&self.server, name)
    }

    /// A household's transactions, shared by the work that only reads: so many.
    pub fn ledger(&self, size: u32) -> Result<Rc<Scratch>> {
        if let Some(ledger) = self.ledgers.borrow().get(&size) {
            return Ok(Rc::clone(ledger));
        }
        let ledger = Rc::new(self.scratch(&format!("ledger_{size}"))?);
        ledger.fill(LEDGER, &[("size", size), ("seed", self.seed())])?;
        ledger.run(&["VACUUM ANALYZE", "CHECKPOINT"])?;
        self.ledgers.borrow_mut().insert(size, Rc::clone(&ledger));
        Ok(ledger)
    }

    /// A folder for files, gone at the end.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Python with psycopg2 and SQLAlchemy; the reason where there is none.
    pub fn python(&self) -> Result<&Python> {
        let python = self.python.get_or_init(|| {
            Python::prepare().map_err(|error| {
                let reason = format!("no Python: {error}");
                eprintln!("compare: {reason}");
                reason
            })
        });
        Ok(python.as_ref().map_err(String::as_str)?)
    }

    /// Runs a script of `python/`.
    pub fn run_python(&self, script: &str, arguments: &[&str]) -> Result<Run> {
        self.python()?.run(script, arguments, self.patience.get())
    }

    pub fn contest<'c>(
        &self,
        work: &'static str,
        variant: impl Into<String>,
        size: u32,
    ) -> Contest<'c> {
        let patience = Rc::clone(&self.patience);
        Contest::new(work, variant.into(), size, self.arguments, patience)
    }

    pub fn sizes(&self, own: &[u32]) -> Vec<u32> {
        self.arguments.sizes(own)
    }

    pub fn seed(&self) -> u32 {
        self.arguments.seed
    }
}

impl Drop for Bench<'_> {
    fn drop(&mut self) {
        self.ledgers.take();
        if let Err(error) = scratch::drop_template(&self.server) {
            eprintln!("compare: {error}");
        }
    }
}
