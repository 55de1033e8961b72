//! The kinds of jobs that this crate brings along, a file each. One more is a file with its struct and its
//! [`Job`], and its name in the list below.

mod apply_rules;
mod clear_mail_bodies;
mod delete_expired_states;
mod delete_old_receipts;
mod enrich;
mod fail_stale_jobs;
mod import_amazon_business;
mod import_amazon_orders;
mod import_amazon_returns;
mod import_apple;
mod import_truelayer;
mod prune_jobs;
mod run_matcher;
mod run_matchers;

use std::time::Duration;

use chrono::NaiveTime;

pub use apply_rules::ApplyRules;
pub use clear_mail_bodies::{ClearMailBodies, ClearedMails};
pub use delete_expired_states::{DeleteExpiredStates, DeletedStates};
pub use delete_old_receipts::DeleteOldReceipts;
pub use enrich::Enrich;
pub use fail_stale_jobs::FailStaleJobs;
pub use import_amazon_business::ImportAmazonBusiness;
pub use import_amazon_orders::ImportAmazonOrders;
pub use import_amazon_returns::ImportAmazonReturns;
pub use import_apple::ImportApple;
pub use import_truelayer::{ImportTrueLayer, ImportedFolder};
pub use prune_jobs::{PruneJobs, PrunedJobs};
pub use run_matcher::RunMatcher;
pub use run_matchers::RunMatchers;

#[cfg(doc)]
use super::Job;
use super::{Registry, Schedule};
use crate::Result;

pub(super) fn add_all(registry: Registry) -> Registry {
    registry
        .with::<ApplyRules>()
        .with::<ClearMailBodies>()
        .with::<DeleteExpiredStates>()
        .with::<DeleteOldReceipts>()
        .with::<Enrich>()
        .with::<FailStaleJobs>()
        .with::<ImportAmazonBusiness>()
        .with::<ImportAmazonOrders>()
        .with::<ImportAmazonReturns>()
        .with::<ImportApple>()
        .with::<ImportTrueLayer>()
        .with::<PruneJobs>()
        .with::<RunMatcher>()
        .with::<RunMatchers>()
}

/// Adds the upkeep: stalled jobs every 5 minutes, expired states every hour, old receipts at 3:10 and finished jobs at 3:20,
/// UTC.
pub(super) fn upkeep(schedule: Schedule) -> Result<Schedule> {
    let night = |minute| NaiveTime::from_hms_opt(3, minute, 0).unwrap_or_default();
    let minutes = |count: u64| Duration::from_secs(60 * count);
    schedule
        .every("stale jobs", minutes(5), &FailStaleJobs::default())?
        .every("expired states", minutes(60), &DeleteExpiredStates {})?
        .daily_at("old receipts", night(10), &DeleteOldReceipts::default())?
        .daily_at("finished jobs", night(20), &PruneJobs::default())
}
