//! [`NewJob`]: a job on its way into the queue.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::Job;
use super::registry::to_json;
use crate::Result;
use crate::types::UserId;

/// A job on its way into the queue: as its kind would have it, until something else is said.
#[derive(Debug, Clone, PartialEq)]
pub struct NewJob {
    pub(super) kind: &'static str,
    pub(super) payload: Value,
    pub(super) user: Option<UserId>,
    pub(super) priority: i32,
    pub(super) max_attempts: i32,
    pub(super) run_at: Option<DateTime<Utc>>,
    pub(super) unique_key: Option<String>,
}

impl NewJob {
    /// The job, due at once. [`Error::InvalidInput`](crate::Error::InvalidInput) for `payload` where it cannot be JSON.
    pub fn of<J: Job>(job: &J) -> Result<Self> {
        Ok(Self {
            kind: J::KIND,
            payload: to_json("payload", job)?,
            user: job.user(),
            priority: J::PRIORITY,
            max_attempts: J::MAX_ATTEMPTS,
            run_at: None,
            unique_key: job.unique_key(),
        })
    }

    /// Greater goes first.
    #[must_use]
    pub fn priority(self, priority: i32) -> Self {
        Self { priority, ..self }
    }

    /// After so many attempts without success it has failed; at least 1.
    #[must_use]
    pub fn max_attempts(self, max_attempts: i32) -> Self {
        Self {
            max_attempts,
            ..self
        }
    }

    /// Not before this instant, by the database's clock.
    #[must_use]
    pub fn run_at(self, run_at: DateTime<Utc>) -> Self {
        Self {
            run_at: Some(run_at),
            ..self
        }
    }

    /// While a job with this key is queued or running, enqueuing gives that one.
    #[must_use]
    pub fn unique_key(self, key: impl Into<String>) -> Self {
        Self {
            unique_key: Some(key.into()),
            ..self
        }
    }

    /// Whom it works for.
    #[must_use]
    pub fn user(self, user: UserId) -> Self {
        Self {
            user: Some(user),
            ..self
        }
    }
}
