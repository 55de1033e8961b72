//! Deleting jobs that ended long ago.

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::jobs::{Context, Job};
use crate::models::system::SyncJob;

/// Deletes the rows of jobs that ended long ago, well or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PruneJobs {
    /// More than so many days ago; by default 30.
    pub days: u32,
}

/// What was deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PrunedJobs {
    /// Number of jobs.
    pub jobs: usize,
}

impl Default for PruneJobs {
    fn default() -> Self {
        Self { days: 30 }
    }
}

impl Job for PruneJobs {
    const KIND: &'static str = "prune_jobs";
    type Output = PrunedJobs;

    fn run(&self, context: &mut Context<'_>) -> Result<PrunedJobs> {
        let jobs = SyncJob::delete_finished(context.conn()?, self.days)?;
        Ok(PrunedJobs { jobs })
    }
}
