//! [`Job`]: what a kind of job is.

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Context;
use crate::Result;
use crate::types::UserId;

/// A kind of job: its fields are what one job needs to know, and `sync_jobs.payload` keeps them as JSON, for years and for
/// everybody who reads the table. So no tokens and no passwords, and new fields with `#[serde(default)]`.
///
/// Add the kind to the worker's [`Registry`](super::Registry).
pub trait Job: Serialize + DeserializeOwned + 'static {
    /// The kind's name in `sync_jobs.kind`; it never changes.
    const KIND: &'static str;

    /// Greater goes first.
    const PRIORITY: i32 = 0;

    /// After so many attempts without success the job has failed; at least 1. With 1 it is begun at most once.
    const MAX_ATTEMPTS: i32 = 5;

    /// How long a job stays with a worker that gives no sign of life; living workers renew it in time.
    const LEASE: Duration = Duration::from_secs(60);

    /// How long a job waits after an attempt that failed.
    const BACKOFF: Backoff = Backoff::DEFAULT;

    /// How the effects of a job belong together.
    const MODE: Mode = Mode::Atomic;

    /// What a job gives; `sync_jobs.result` keeps it as JSON.
    type Output: Serialize;

    /// While a job with this key is queued or running, enqueuing another one gives that one.
    fn unique_key(&self) -> Option<String> {
        None
    }

    /// Whom the job works for; `None` for upkeep.
    fn user(&self) -> Option<UserId> {
        None
    }

    /// Does the job. Its message is what `sync_jobs.last_error` shows where it fails, so an error must not hold a secret.
    fn run(&self, context: &mut Context<'_>) -> Result<Self::Output>;
}

/// How the effects of a job belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The job runs in one transaction, and the same transaction completes it: all that it does by
    /// [`Context::conn`] happens once, or not at all.
    Atomic,
    /// The job makes transactions of its own, as a long one should. It may be begun again after a crash, so each must be safe
    /// to repeat; [`Context::transaction`] makes sure that nothing is committed for a worker that has lost the job.
    Steps,
}

/// How long a job waits after an attempt that failed: `first` after the first, twice as long after each further one, at most
/// `most`; and of that 75 to 125 percent, at random, so that jobs that failed together do not come back together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// After the first attempt.
    pub first: Duration,
    /// Never longer, but for the random part.
    pub most: Duration,
}

impl Backoff {
    /// 10 seconds, then 20, 40 and so on up to an hour.
    pub const DEFAULT: Self = Self {
        first: Duration::from_secs(10),
        most: Duration::from_secs(3600),
    };

    /// The wait after so many attempts, before chance comes in.
    pub fn after(self, attempts: u32) -> Duration {
        let doublings = attempts.saturating_sub(1).min(31);
        self.first.saturating_mul(1 << doublings).min(self.most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_its_limit() {
        let waits = [0, 1, 2, 3, 9, 10, 40, u32::MAX].map(|n| Backoff::DEFAULT.after(n).as_secs());
        assert_eq!(waits, [10, 10, 20, 40, 2560, 3600, 3600, 3600]);
    }
}
