//! A JSON export on disk.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::value::RawValue;

use super::json::{ReadError, for_each_record};
use super::progress::Watched;
use super::staging::{Staged, Staging};
use super::{ImportReport, Progress, Refused, file_name};
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
        let io = |error| Error::io(self.path, error);
        let file = File::open(self.path).map_err(io)?;
        let length = file.metadata().map_err(io)?.len();
        self.progress.started(&self.name, length);
        let mut reader = BufReader::new(Watched {
            reader: file,
            file: &self.name,
            progress: self.progress,
        });
        skip_byte_order_mark(&mut reader).map_err(io)?;
        for_each_record(reader, each).map_err(|error| match error {
            ReadError::Stopped(error) => error,
            ReadError::Json(error) if error.is_io() => io(error.into()),
            ReadError::Json(error) => self.fault(format!("no complete JSON export: {error}")),
        })
    }

    /// Stores the records of the list in bulk; needs a transaction around it.
    pub(super) fn store<T: Staged>(
        &self,
        conn: &mut PgConnection,
        mut read: impl FnMut(u64, &RawValue) -> Result<T, String>,
    ) -> Result<ImportReport> {
        let mut staging = Staging::start(conn)?;
        let mut refused = Vec::new();
        self.records(|position, raw| match read(position, raw) {
            Ok(row) => staging.push(row),
            Err(reason) => {
                refused.push(Refused { position, reason });
                Ok(())
            }
        })?;
        let outcome = staging.finish()?;
        refused.extend(outcome.refused);
        Ok(self.report(outcome.stored, outcome.duplicate, refused))
    }

    pub(super) fn report(
        &self,
        stored: u64,
        duplicate: u64,
        refused: Vec<Refused>,
    ) -> ImportReport {
        ImportReport::new(&self.name, stored, duplicate, refused)
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

fn skip_byte_order_mark(reader: &mut impl BufRead) -> std::io::Result<()> {
    const MARK: &[u8] = b"\xEF\xBB\xBF";
    if reader.fill_buf()?.starts_with(MARK) {
        reader.consume(MARK.len());
    }
    Ok(())
}
