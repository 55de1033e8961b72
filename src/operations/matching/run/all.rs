//! All matchers, one after the other.

use diesel::prelude::*;
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::super::batches::Progress;
use super::user_lock::alone;
use super::{Matcher, MatcherRun, run};
use crate::Result;
use crate::types::{MatchingJobStatus, UserId};

/// What became of a run of all matchers.
///
/// In JSON an object with what each found, by its [name](Matcher::name), or `{"error": …}`; `totals`; and `status`.
#[derive(Debug)]
pub struct UnifiedRun {
    /// The parts in the order in which they ran.
    pub parts: Vec<(Matcher, Result<MatcherRun>)>,
}

/// The sums over the parts that went through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct MatchingTotals {
    /// Payments and returns that were looked at.
    pub processed: usize,
    /// Those that matched.
    pub matched: usize,
    /// Those that still have no match.
    pub unmatched: usize,
    /// Parts that went through.
    pub completed: usize,
    /// Parts that failed.
    pub failed: usize,
}

/// Runs all matchers in the order of [`Matcher::ALL`], each as [`run`] does; no other run for the user comes between them. A part
/// that fails does not keep the others from running.
///
/// An error only where the lock cannot be had; the errors of the parts are in the answer.
pub fn run_all(
    conn: &mut PgConnection,
    user: impl Into<Option<UserId>>,
    watch: &mut dyn FnMut(Matcher, Progress),
) -> Result<UnifiedRun> {
    let user = user.into();
    alone(conn, user, |conn| {
        let parts = Matcher::ALL.into_iter().map(|matcher| {
            let outcome = run(conn, user, matcher, &mut |progress| {
                watch(matcher, progress);
            });
            (matcher, outcome)
        });
        Ok(UnifiedRun {
            parts: parts.collect(),
        })
    })
}

impl UnifiedRun {
    /// Completed where all parts are, failed where any part failed.
    pub fn status(&self) -> MatchingJobStatus {
        match self.totals().failed {
            0 => MatchingJobStatus::Completed,
            _ => MatchingJobStatus::Failed,
        }
    }

    /// Itself where all parts went through, else the error of the first that did not.
    pub fn into_result(self) -> Result<Self> {
        let mut parts = Vec::with_capacity(self.parts.len());
        for (matcher, part) in self.parts {
            parts.push((matcher, Ok(part?)));
        }
        Ok(Self { parts })
    }

    /// The sums.
    pub fn totals(&self) -> MatchingTotals {
        let mut totals = MatchingTotals::default();
        for (_, part) in &self.parts {
            match part {
                Ok(part) => {
                    totals.processed += part.progress.processed;
                    totals.matched += part.found.matched();
                    totals.unmatched += part.found.unmatched();
                    totals.completed += 1;
                }
                Err(_) => totals.failed += 1,
            }
        }
        totals
    }
}

impl Serialize for UnifiedRun {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.parts.len() + 2))?;
        for (matcher, part) in &self.parts {
            match part {
                Ok(part) => map.serialize_entry(matcher.name(), part)?,
                Err(error) => {
                    let error = serde_json::json!({ "error": error.to_string() });
                    map.serialize_entry(matcher.name(), &error)?;
                }
            }
        }
        map.serialize_entry("totals", &self.totals())?;
        map.serialize_entry("status", &self.status())?;
        map.end()
    }
}
