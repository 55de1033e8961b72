//! Importing Amazon's returns.

use std::fs::File;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::jobs::{Context, Job};
use crate::operations::import::ImportReport;
use crate::operations::import::amazon::import_returns;
use crate::{Error, Result};

/// Imports Amazon's returns from a file that the worker can read; see [`import_returns`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportAmazonReturns {
    /// The file.
    pub file: PathBuf,
}

impl Job for ImportAmazonReturns {
    const KIND: &'static str = "import_amazon_returns";
    type Output = ImportReport;

    fn run(&self, context: &mut Context<'_>) -> Result<ImportReport> {
        let file = File::open(&self.file).map_err(|error| Error::io(&self.file, error))?;
        import_returns(context.conn()?, &self.file, file)
    }
}
