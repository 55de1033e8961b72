//! Importing Amazon's order history.

use std::fs::File;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::jobs::{Context, Job};
use crate::operations::import::ImportReport;
use crate::operations::import::amazon::import_orders;
use crate::{Error, Result};

/// Imports Amazon's retail order history from a file that the worker can read; see [`import_orders`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportAmazonOrders {
    /// The file.
    pub file: PathBuf,
}

impl Job for ImportAmazonOrders {
    const KIND: &'static str = "import_amazon_orders";
    type Output = ImportReport;

    fn run(&self, context: &mut Context<'_>) -> Result<ImportReport> {
        let file = File::open(&self.file).map_err(|error| Error::io(&self.file, error))?;
        import_orders(context.conn()?, &self.file, file)
    }
}
