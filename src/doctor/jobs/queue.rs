//! The queue `sync_jobs`.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Double, Nullable, Text};

use crate::Result;
use crate::doctor::{Area, Finding, Options, words};

/// What a kind of job comes to.
#[derive(QueryableByName)]
struct Kind {
    #[diesel(sql_type = Text)]
    kind: String,
    /// Running, by a worker that has given no sign of life since its lease ended.
    #[diesel(sql_type = BigInt)]
    lost: i64,
    #[diesel(sql_type = BigInt)]
    running: i64,
    /// Due for long.
    #[diesel(sql_type = BigInt)]
    waiting: i64,
    /// Of a schedule, and due for long.
    #[diesel(sql_type = BigInt)]
    overdue: i64,
    /// Failed for good within a week.
    #[diesel(sql_type = BigInt)]
    failed: i64,
    /// Rows of schedules.
    #[diesel(sql_type = BigInt)]
    scheduled: i64,
    /// Seconds for which the oldest of those that are due has been.
    #[diesel(sql_type = Nullable<BigInt>)]
    oldest: Option<i64>,
}

pub(super) fn queue(conn: &mut PgConnection, options: &Options) -> Result<Vec<Finding>> {
    let kinds: Vec<Kind> = diesel::sql_query(include_str!("queue.sql"))
        .bind::<Double, _>(options.waiting_job.as_secs_f64())
        .load(conn)?;
    Ok(judge(&kinds))
}

fn judge(kinds: &[Kind]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = [lost(kinds), waiting(kinds), overdue(kinds), failed(kinds)]
        .into_iter()
        .flatten()
        .collect();
    if total(kinds, |kind| kind.scheduled) == 0 {
        findings.push(
            Area::Jobs
                .note("no upkeep is scheduled: no worker with a schedule has been at work")
                .causes("stalled jobs, expired states and old receipts stay until somebody sees to them")
                .command("spending-db jobs work"),
        );
    }
    if findings.is_empty() {
        let running = total(kinds, |kind| kind.running);
        findings.push(Area::Jobs.ok(format!("{} running", words::count(running, "job"))));
    }
    findings
}

fn lost(kinds: &[Kind]) -> Option<Finding> {
    let finding = some(kinds, |kind| kind.lost, "whose worker was lost")?;
    Some(
        finding
            .causes("nobody works on them; any worker takes them up again")
            .command("spending-db jobs work"),
    )
}

fn waiting(kinds: &[Kind]) -> Option<Finding> {
    let oldest = kinds.iter().filter_map(|kind| kind.oldest).max();
    let due = format!(
        "due, the oldest for {}",
        words::span(oldest.unwrap_or_default())
    );
    let finding = some(kinds, |kind| kind.waiting, &due)?;
    let causes = if total(kinds, |kind| kind.running) == 0 {
        "no worker seems to be there, or none that knows these kinds"
    } else {
        "the workers do not keep up, or do not know these kinds"
    };
    Some(
        finding
            .causes(causes)
            .command("spending-db jobs work --threads 4"),
    )
}

fn overdue(kinds: &[Kind]) -> Option<Finding> {
    let finding = some(kinds, |kind| kind.overdue, "of the schedule overdue")?;
    Some(
        finding
            .causes("the upkeep is not done")
            .command("spending-db jobs work"),
    )
}

fn failed(kinds: &[Kind]) -> Option<Finding> {
    let finding = some(kinds, |kind| kind.failed, "failed for good within a week")?;
    Some(
        finding
            .causes("what they were to do is not done, and nobody tries again")
            .command("spending-db jobs list --state failed")
            .command("spending-db jobs retry ID"),
    )
}

fn total(kinds: &[Kind], of: fn(&Kind) -> i64) -> i64 {
    kinds.iter().map(of).sum()
}

/// A warning where there are any, with the number of each kind.
fn some(kinds: &[Kind], of: fn(&Kind) -> i64, what: &str) -> Option<Finding> {
    let number = total(kinds, of);
    let details = kinds
        .iter()
        .filter(|kind| of(kind) > 0)
        .map(|kind| format!("{} {}", of(kind), kind.kind));
    (number > 0).then(|| {
        Area::Jobs
            .warning(format!("{} {what}", words::count(number, "job")))
            .details(details)
    })
}
