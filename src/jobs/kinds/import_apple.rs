//! Importing App Store purchases.

use std::fs::File;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::jobs::{Context, Job};
use crate::operations::import::ImportReport;
use crate::operations::import::apple::import_purchases;
use crate::{Error, Result};

/// Imports App Store purchases from a page that the worker can read; see [`import_purchases`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportApple {
    /// The file.
    pub file: PathBuf,
}

impl Job for ImportApple {
    const KIND: &'static str = "import_apple";
    type Output = ImportReport;

    fn run(&self, context: &mut Context<'_>) -> Result<ImportReport> {
        let file = File::open(&self.file).map_err(|error| Error::io(&self.file, error))?;
        import_purchases(context.conn()?, &self.file, file)
    }
}
