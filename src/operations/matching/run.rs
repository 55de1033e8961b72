//! Running matchers as jobs: one at a time for a user, with a row in `matching_jobs` that tells how far it is.

mod all;
mod user_lock;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

pub use all::{MatchingTotals, UnifiedRun, run_all};

use self::user_lock::alone;
use super::batches::{Batches, Progress};
use super::gmail::{self, GmailMatches};
use super::returns::ReturnMatches;
use super::{PurchaseMatches, amazon, amazon_business, apple, returns};
use crate::models::system::{MatchingJob, MatchingJobCounts, NewMatchingJob};
use crate::types::{MatchingJobId, UserId};
use crate::{Error, Result};

/// How many items are stored at once, with a sign of life each time.
const BATCH: usize = 100;

/// A matcher. In JSON its [name](Matcher::name).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Matcher {
    /// Payments to Amazon and retail orders.
    Amazon,
    /// Amazon returns.
    #[serde(rename = "returns")]
    AmazonReturns,
    /// Payments to Amazon and Business orders.
    #[serde(rename = "business")]
    AmazonBusiness,
    /// Payments to Apple and App Store purchases.
    Apple,
    /// Receipts from mailboxes.
    Gmail,
}

/// What a matcher found. In JSON just that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Found {
    /// Payments and what they paid.
    Purchases(PurchaseMatches),
    /// Returns.
    Returns(ReturnMatches),
    /// Receipts from mailboxes and payments.
    Receipts(GmailMatches),
}

/// A run of a matcher that went through. In JSON what it found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MatcherRun {
    /// Its row in `matching_jobs`; none without a user, as a job is a user's.
    #[serde(skip)]
    pub job: Option<MatchingJobId>,
    /// What it came to.
    #[serde(skip)]
    pub progress: Progress,
    /// What it found.
    #[serde(flatten)]
    pub found: Found,
}

impl Matcher {
    /// All, in the order in which they run: returns need the matches of the orders, Business orders take what is left of the
    /// payments to Amazon, and as the primary source an Amazon order goes before a purchase and that before a receipt.
    pub const ALL: [Self; 5] = [
        Self::Amazon,
        Self::AmazonReturns,
        Self::AmazonBusiness,
        Self::Apple,
        Self::Gmail,
    ];

    /// The name, as on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Amazon => "amazon",
            Self::AmazonReturns => "returns",
            Self::AmazonBusiness => "business",
            Self::Apple => "apple",
            Self::Gmail => "gmail",
        }
    }

    /// The `job_type` in `matching_jobs`.
    pub const fn job_type(self) -> &'static str {
        match self {
            Self::AmazonBusiness => "amazon_business",
            _ => self.name(),
        }
    }

    /// The matcher of a `job_type`, also of those that the old application gave the parts of a unified run.
    fn of_job_type(job_type: &str) -> Option<Self> {
        let name = job_type.strip_suffix("_matching").unwrap_or(job_type);
        Self::ALL
            .into_iter()
            .find(|matcher| matcher.job_type() == name)
    }

    fn work(
        self,
        conn: &mut PgConnection,
        user: Option<UserId>,
        batches: &mut Batches<'_>,
    ) -> Result<Found> {
        Ok(match self {
            Self::Amazon => Found::Purchases(amazon::run(conn, user, batches)?),
            Self::AmazonReturns => Found::Returns(returns::run(conn, user, batches)?),
            Self::AmazonBusiness => Found::Purchases(amazon_business::run(conn, user, batches)?),
            Self::Apple => Found::Purchases(apple::run(conn, user, batches)?),
            Self::Gmail => {
                let mut tell =
                    |conn: &mut PgConnection, counts| batches.tell(conn, progress(counts));
                Found::Receipts(gmail::match_gmail_watched(conn, user, &mut tell)?)
            }
        })
    }
}

impl Found {
    /// How many items this run matched.
    pub const fn matched(&self) -> usize {
        match self {
            Self::Purchases(found) => found.matched.len(),
            Self::Returns(found) => found.matched.len(),
            Self::Receipts(found) => found.matched.len(),
        }
    }

    /// How many items still have no match.
    pub const fn unmatched(&self) -> usize {
        match self {
            Self::Purchases(found) => found.unmatched.len(),
            Self::Returns(found) => found.unmatched.len(),
            Self::Receipts(found) => found.unmatched.len(),
        }
    }
}

/// Runs a matcher on a user's transactions, or on everybody's, and tells `watch` how far it is.
///
/// For a user it makes a row in `matching_jobs` and leads it from `queued` by `running` to `completed` or `failed`; other
/// sessions see it, and what it says of itself, as it goes, unless the caller has a transaction open. What matched is stored
/// by the hundred, each hundred in one transaction with the counters of the row: after an error or a crash it stays, and the
/// next run goes on from there to the same outcome. Runs for one user go one after the other.
///
/// Errors: those of the database, with the row `failed` and the message in it; [`Error::Reference`] where there is no such
/// user; [`Error::InvalidInput`] where somebody ended the job meanwhile.
pub fn run(
    conn: &mut PgConnection,
    user: impl Into<Option<UserId>>,
    matcher: Matcher,
    watch: &mut dyn FnMut(Progress),
) -> Result<MatcherRun> {
    let user = user.into();
    let job = user.map(|user| NewMatchingJob::new(user, matcher.job_type()).insert(conn));
    let job = job.transpose()?.map(|job| job.id);
    alone(conn, user, |conn| work(conn, user, job, matcher, watch))
}

/// Does a job that waits in `matching_jobs`, as [`run`] does its own.
///
/// [`Error::NotFound`] where the owner has no such job, [`Error::InvalidInput`] where its type is no matcher or it does not
/// wait.
pub fn run_job(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
    id: MatchingJobId,
    watch: &mut dyn FnMut(Progress),
) -> Result<MatcherRun> {
    let job = MatchingJob::find(conn, owner, id)?;
    let matcher = Matcher::of_job_type(&job.job_type)
        .ok_or_else(|| Error::invalid("job_type", "names no matcher"))?;
    let user = Some(job.user_id);
    alone(conn, user, |conn| {
        work(conn, user, Some(id), matcher, watch)
    })
}

fn work(
    conn: &mut PgConnection,
    user: Option<UserId>,
    job: Option<MatchingJobId>,
    matcher: Matcher,
    watch: &mut dyn FnMut(Progress),
) -> Result<MatcherRun> {
    if let Some(id) = job {
        let claimed = MatchingJob::claim(conn, user, id)?;
        claimed.ok_or_else(|| Error::invalid("matching job", "is not queued"))?;
    }
    let mut progress = Progress::default();
    let mut tell = |conn: &mut PgConnection, now: Progress| {
        if let Some(id) = job {
            MatchingJob::record_progress(conn, user, id, counts(now)).map_err(ended)?;
        }
        progress = now;
        watch(now);
        Ok(())
    };
    let found = matcher.work(conn, user, &mut Batches::new(BATCH, &mut tell));
    if let Some(id) = job {
        let message = found.as_ref().err().map(Error::to_string);
        let finished = MatchingJob::finish(conn, user, id, message.as_deref());
        if found.is_ok() {
            finished.map_err(ended)?;
        }
    }
    Ok(MatcherRun {
        job,
        progress,
        found: found?,
    })
}

/// What it means that a job which was running is not found.
fn ended(error: Error) -> Error {
    match error {
        Error::NotFound => Error::invalid("matching job", "is not running any more"),
        other => other,
    }
}

fn counts(progress: Progress) -> MatchingJobCounts {
    let count = |items: usize| Some(i32::try_from(items).unwrap_or(i32::MAX));
    MatchingJobCounts {
        total_items: count(progress.total),
        processed_items: count(progress.processed),
        matched_items: count(progress.matched),
        failed_items: count(progress.failed),
    }
}

fn progress(counts: MatchingJobCounts) -> Progress {
    let items = |count: Option<i32>| count.map_or(0, |count| count.unsigned_abs() as usize);
    Progress {
        total: items(counts.total_items),
        processed: items(counts.processed_items),
        matched: items(counts.matched_items),
        failed: items(counts.failed_items),
    }
}
