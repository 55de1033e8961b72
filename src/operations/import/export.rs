//! A JSON export on disk.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::value::RawValue;

use super::json::{ReadError, for_each_record};
use super::staging::{self, Staged};
use super::{ImportReport, Progress, Refusals, Watched, file_name};
use crate::{Error, Result};

/// A file that is being imported, and who watches.
pub(super) struct Export<'a> {
    path: &'a Path,
    name: String,
    progress: &'a dyn Progress,
}

impl<'a> Export<'a> {
    pub(super) fn new(path: &'a Path, progress: &'a dyn Progress) -> Self {
        Self {
            path,
            name: file_name(path),
            progress,
        }
    }

    /// Hands over every record with its position (first = 1).
    pub(super) fn records(&self, each: impl FnMut(u64, &RawValue) -> Result<()>) -> Result<()> {
        for_each_record_of(self.path, Watched::open(self.path, self.progress)?, each)
    }

    /// Stores the records of the list in bulk; needs a transaction around it.
    pub(super) fn store<T: Staged>(
        &self,
        conn: &mut PgConnection,
        mut read: impl FnMut(u64, &RawValue) -> Result<T, String>,
    ) -> Result<ImportReport> {
        staging::store_file(conn, &self.name, None, |sink| {
            self.records(|position, raw| sink.take(position, read(position, raw)))
        })
    }

    pub(super) fn report(&self, stored: u64, duplicate: u64, refusals: Refusals) -> ImportReport {
        ImportReport::new(&self.name, stored, duplicate, refusals)
    }

    /// The error that the file as a whole is of no use.
    pub(super) fn fault(&self, reason: impl Into<String>) -> Error {
        Error::Import {
            file: self.path.to_owned(),
            reason: reason.into(),
        }
    }

    /// When the file was last written.
    pub(super) fn modified(&self) -> Result<DateTime<Utc>> {
        let modified = self
            .path
            .metadata()
            .and_then(|metadata| metadata.modified());
        modified
            .map(DateTime::from)
            .map_err(|error| Error::io(self.path, error))
    }
}

/// Hands over every record of a JSON export with its position (first = 1); `file` is its name in errors.
pub(super) fn for_each_record_of(
    file: &Path,
    reader: impl Read,
    each: impl FnMut(u64, &RawValue) -> Result<()>,
) -> Result<()> {
    let io = |error| Error::io(file, error);
    let mut reader = BufReader::new(reader);
    skip_byte_order_mark(&mut reader).map_err(io)?;
    for_each_record(reader, each).map_err(|error| match error {
        ReadError::Stopped(error) => error,
        ReadError::Json(error) if error.is_io() => io(error.into()),
        ReadError::Json(error) => Error::Import {
            file: file.to_owned(),
            reason: format!("no complete JSON export: {error}"),
        },
    })
}

fn skip_byte_order_mark(reader: &mut impl BufRead) -> std::io::Result<()> {
    const MARK: &[u8] = b"\xEF\xBB\xBF";
    if reader.fill_buf()?.starts_with(MARK) {
        reader.consume(MARK.len());
    }
    Ok(())
}
