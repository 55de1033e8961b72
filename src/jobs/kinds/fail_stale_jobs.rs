//! Ending jobs of the old tables that nobody works on any more.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::jobs::{Context, Job};
use crate::operations::stale_jobs::{StaleAfter, StaleJobs, fail_stale_jobs};

/// Ends jobs in the tables of the old application that show no sign of life; see [`fail_stale_jobs`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FailStaleJobs {
    /// Minutes that a job may wait for its start; by default 30.
    pub waiting_minutes: u32,
    /// Minutes between two signs of life; by default 180, as the import of a large file gives one at its end.
    pub silent_minutes: u32,
}

impl Default for FailStaleJobs {
    fn default() -> Self {
        Self {
            waiting_minutes: 30,
            silent_minutes: 180,
        }
    }
}

impl Job for FailStaleJobs {
    const KIND: &'static str = "fail_stale_jobs";
    type Output = StaleJobs;

    fn run(&self, context: &mut Context<'_>) -> Result<StaleJobs> {
        let after = StaleAfter {
            waiting: TimeDelta::minutes(self.waiting_minutes.into()),
            silent: TimeDelta::minutes(self.silent_minutes.into()),
        };
        fail_stale_jobs(context.conn()?, after)
    }
}
