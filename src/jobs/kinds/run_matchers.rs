//! Matching by all matchers.

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::jobs::{Context, Job, Mode, Watch};
use crate::operations::matching::{Progress, UnifiedRun, run_all};
use crate::types::UserId;

/// Runs all matchers for a user, or for everybody, in their order; see [`run_all`]. A part that fails does not keep the others
/// from running; the job fails with its error and is tried again.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RunMatchers {
    /// Whose; without: everybody's.
    pub user: Option<UserId>,
}

impl Job for RunMatchers {
    const KIND: &'static str = "run_matchers";
    const MODE: Mode = Mode::Steps;
    type Output = UnifiedRun;

    fn user(&self) -> Option<UserId> {
        self.user
    }

    fn run(&self, context: &mut Context<'_>) -> Result<UnifiedRun> {
        let watch = context.watch();
        let run = run_all(context.conn()?, self.user, &mut |_, progress| {
            tell(&watch, progress);
        })?;
        run.into_result()
    }
}

/// Passes the progress of a matcher on to the job's row.
pub(super) fn tell(watch: &Watch, progress: Progress) {
    watch.progress(progress.processed as u64, Some(progress.total as u64));
}
