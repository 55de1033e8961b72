//! Who watches an import.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::{ImportReport, file_name};
use crate::{Error, Result};

/// Hears how an import gets on; called from its worker threads.
pub trait Progress: Sync {
    /// A file of so many bytes is begun.
    fn started(&self, _file: &str, _bytes: u64) {}

    /// So many more bytes of a file have been read.
    fn advanced(&self, _file: &str, _bytes: u64) {}

    /// A file is stored.
    fn finished(&self, _report: &ImportReport) {}
}

/// Nobody watches.
impl Progress for () {}

/// A file that tells how much of it has been read.
pub struct Watched<'a> {
    file: File,
    name: String,
    progress: &'a dyn Progress,
}

impl<'a> Watched<'a> {
    /// Opens a file. [`Error::Io`] where it cannot be read.
    pub fn open(path: &Path, progress: &'a dyn Progress) -> Result<Self> {
        let io = |error| Error::io(path, error);
        let file = File::open(path).map_err(io)?;
        let name = file_name(path);
        progress.started(&name, file.metadata().map_err(io)?.len());
        Ok(Self {
            file,
            name,
            progress,
        })
    }
}

impl Read for Watched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.progress.advanced(&self.name, read as u64);
        Ok(read)
    }
}
