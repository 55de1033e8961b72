//! Importing orders of Amazon Business.

use std::fs::File;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::jobs::{Context, Job};
use crate::operations::import::ImportReport;
use crate::operations::import::amazon::import_business_orders;
use crate::{Error, Result};

/// Imports orders of Amazon Business from a file that the worker can read; see [`import_business_orders`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportAmazonBusiness {
    /// The file.
    pub file: PathBuf,
}

impl Job for ImportAmazonBusiness {
    const KIND: &'static str = "import_amazon_business";
    type Output = ImportReport;

    fn run(&self, context: &mut Context<'_>) -> Result<ImportReport> {
        let file = File::open(&self.file).map_err(|error| Error::io(&self.file, error))?;
        import_business_orders(context.conn()?, &self.file, file)
    }
}
