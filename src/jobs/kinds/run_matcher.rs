//! Matching by one matcher.

use serde::{Deserialize, Serialize};

use super::run_matchers::tell;
use crate::Result;
use crate::jobs::{Context, Job, Mode};
use crate::operations::matching::{Matcher, MatcherRun, run};
use crate::types::UserId;

/// Runs a matcher for a user, or for everybody; see [`run`]. What it stored before a crash stays, and the next attempt goes on
/// from there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunMatcher {
    /// Which: `amazon`, `returns`, `business`, `apple` or `gmail`.
    pub matcher: Matcher,
    /// Whose; without: everybody's.
    #[serde(default)]
    pub user: Option<UserId>,
}

impl Job for RunMatcher {
    const KIND: &'static str = "run_matcher";
    const MODE: Mode = Mode::Steps;
    type Output = MatcherRun;

    fn user(&self) -> Option<UserId> {
        self.user
    }

    fn run(&self, context: &mut Context<'_>) -> Result<MatcherRun> {
        let watch = context.watch();
        run(context.conn()?, self.user, self.matcher, &mut |progress| {
            tell(&watch, progress);
        })
    }
}
