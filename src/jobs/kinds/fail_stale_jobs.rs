//! Ending jobs of the old tables that nobody works on any more.

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::jobs::{Context, Job};
use crate::operations::stale_jobs::{Patience, StaleJobs, fail_stale};

/// Ends jobs in the tables of the old application that show no sign of life; see [`fail_stale`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FailStaleJobs {
    /// How long a job may be silent.
    pub patience: Patience,
}

impl Job for FailStaleJobs {
    const KIND: &'static str = "fail_stale_jobs";
    type Output = StaleJobs;

    fn run(&self, context: &mut Context<'_>) -> Result<StaleJobs> {
        fail_stale(context.conn()?, self.patience)
    }
}
