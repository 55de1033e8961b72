//! Who watches an import.

use std::io::Read;

use super::ImportReport;

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

/// A reader that tells how much has been read.
pub(super) struct Watched<'a, R> {
    pub(super) reader: R,
    pub(super) file: &'a str,
    pub(super) progress: &'a dyn Progress,
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.progress.advanced(self.file, read as u64);
        Ok(read)
    }
}
