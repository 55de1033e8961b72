//! Importing a bank's exports.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::jobs::{Context, Job, Mode, Watch};
use crate::operations::import::truelayer::import_folder;
use crate::operations::import::{ImportReport, Progress};
use crate::types::TrueLayerImportJobId;

/// Imports a folder of TrueLayer exports that the worker can read; see [`import_folder`]. Progress counts files. The job
/// fails where a file fails as a whole; the others are stored all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportTrueLayer {
    /// The folder.
    pub folder: PathBuf,
    /// The e-mail address of the user whose accounts they are; a new one is made.
    pub email: String,
}

/// What became of a folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportedFolder {
    /// The row of the import in `truelayer_import_jobs`.
    pub import_job: TrueLayerImportJobId,
    /// The files.
    pub files: Vec<ImportReport>,
}

impl Job for ImportTrueLayer {
    const KIND: &'static str = "import_truelayer";
    const MODE: Mode = Mode::Steps;
    type Output = ImportedFolder;

    fn run(&self, context: &mut Context<'_>) -> Result<ImportedFolder> {
        let files = Files {
            watch: context.watch(),
            started: AtomicU64::new(0),
            finished: AtomicU64::new(0),
        };
        let import = import_folder(context.database(), &self.folder, &self.email, &files)?;
        match import.failed.into_iter().next() {
            Some(failed) => Err(failed.error),
            None => Ok(ImportedFolder {
                import_job: import.job,
                files: import.files,
            }),
        }
    }
}

/// Counts the files.
struct Files {
    watch: Watch,
    started: AtomicU64,
    finished: AtomicU64,
}

impl Files {
    fn show(&self) {
        let finished = self.finished.load(Ordering::Relaxed);
        let started = self.started.load(Ordering::Relaxed);
        self.watch.progress(finished, Some(started));
    }
}

impl Progress for Files {
    fn started(&self, _file: &str, _bytes: u64) {
        self.started.fetch_add(1, Ordering::Relaxed);
        self.show();
    }

    fn finished(&self, _report: &ImportReport) {
        self.finished.fetch_add(1, Ordering::Relaxed);
        self.show();
    }
}
