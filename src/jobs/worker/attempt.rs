//! One thread of a worker: job after job.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use diesel::prelude::*;

use super::WorkSummary;
use super::shared::{Shared, Taken};
use crate::database::PooledConnection;
use crate::jobs::claims::{self, Claimed};
use crate::jobs::context::{Context, Link};
use crate::jobs::lease::Lease;
use crate::jobs::registry::Kind;
use crate::jobs::{Backoff, Mode};
use crate::types::SyncJobState;
use crate::{Error, Result};

/// The longest message that a row keeps, in characters.
const LONGEST_MESSAGE: usize = 500;

/// Works on jobs until the worker ends.
pub(super) fn work(shared: &Shared) {
    let _ended = Ended(shared);
    let mut conn = None;
    while let Some(taken) = shared.next(&mut conn) {
        conn = attempt(shared, taken, conn);
    }
}

struct Ended<'s>(&'s Shared);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        self.0.thread_ended();
    }
}

/// Works on one job; gives the connection where it is as it was.
fn attempt(
    shared: &Shared,
    Taken { job, lease, .. }: Taken,
    conn: Option<PooledConnection>,
) -> Option<PooledConnection> {
    let begun = Instant::now();
    let Some(kind) = shared.registry.get(&job.kind) else {
        return conn;
    };
    // A panic takes the connection along, and the pool closes it.
    let outcome = catch_unwind(AssertUnwindSafe(|| match kind.mode {
        Mode::Atomic => run_atomic(shared, kind, &job, &lease, conn),
        Mode::Steps => {
            drop(conn);
            run_steps(shared, kind, &job, &lease).map(|()| None)
        }
    }));
    let (count, conn): (fn(&mut WorkSummary), _) = match outcome {
        Ok(Ok(conn)) => (|summary| summary.completed += 1, conn),
        Ok(Err(error)) => {
            tracing::warn!(
                target: "spending_db::jobs",
                job = job.id.0, kind = job.kind, attempt = job.attempt, %error, "an attempt failed"
            );
            (give_up(shared, kind, &job, &lease, &error), None)
        }
        Err(_panic) => {
            tracing::error!(
                target: "spending_db::jobs",
                job = job.id.0, kind = job.kind, attempt = job.attempt, "a job panicked"
            );
            // What it said may be anything; the panic hook has told it.
            let message = "panicked; what it said is in the log of the worker";
            (fail(shared, kind.backoff, &job, &lease, message), None)
        }
    };
    shared.finished(&lease, begun.elapsed(), count);
    conn
}

/// Runs a job and completes it, in one transaction.
fn run_atomic(
    shared: &Shared,
    kind: &Kind,
    job: &Claimed,
    lease: &Arc<Lease>,
    conn: Option<PooledConnection>,
) -> Result<Option<PooledConnection>> {
    let mut conn = match conn {
        Some(conn) => conn,
        None => shared.database.conn()?,
    };
    conn.transaction(|conn| {
        let mut context = context(shared, job, lease, Link::Atomic(conn));
        let result = (kind.run)(&job.payload, &mut context)?;
        claims::complete(conn, shared.attempt(lease), lease, &result)
    })?;
    Ok(Some(conn))
}

/// Runs a job that makes its own transactions, and then completes it.
fn run_steps(shared: &Shared, kind: &Kind, job: &Claimed, lease: &Arc<Lease>) -> Result<()> {
    let mut context = context(shared, job, lease, Link::Own(None));
    let result = (kind.run)(&job.payload, &mut context)?;
    drop(context);
    write(shared, lease, |conn| {
        claims::complete(conn, shared.attempt(lease), lease, &result)
    })
}

fn context<'a>(
    shared: &'a Shared,
    job: &'a Claimed,
    lease: &Arc<Lease>,
    link: Link<'a>,
) -> Context<'a> {
    Context {
        database: &shared.database,
        job,
        worker: &shared.id,
        watch: shared.watch(lease),
        link,
    }
}

/// Ends an attempt with an error: handed back where the worker ends and the job stopped for it, failed otherwise.
fn give_up(
    shared: &Shared,
    kind: &Kind,
    job: &Claimed,
    lease: &Lease,
    error: &Error,
) -> fn(&mut WorkSummary) {
    let is_interrupted = matches!(error, Error::Interrupted(_));
    if is_interrupted && shared.shutdown.is_requested() && !lease.is_lost() {
        let back = write(shared, lease, |conn| {
            claims::hand_back(conn, &shared.id, &[job.id])
        });
        return match back {
            Ok(1) => |summary| summary.handed_back += 1,
            _ => |summary| summary.lost += 1,
        };
    }
    if is_interrupted {
        // If it is the worker's all the same, its lease ends and it is rescued.
        return |summary| summary.lost += 1;
    }
    fail(shared, kind.backoff, job, lease, &error.to_string())
}

fn fail(
    shared: &Shared,
    backoff: Backoff,
    job: &Claimed,
    lease: &Lease,
    message: &str,
) -> fn(&mut WorkSummary) {
    let wait = backoff.after(job.attempt.unsigned_abs()).as_secs_f64();
    let message = shorten(message);
    let state = write(shared, lease, |conn| {
        claims::fail(conn, shared.attempt(lease), wait, &message)
    });
    match state {
        Ok(Some(SyncJobState::Queued)) => |summary| summary.retried += 1,
        Ok(Some(_)) => |summary| summary.failed += 1,
        Ok(None) | Err(_) => |summary| summary.lost += 1,
    }
}

/// Writes what became of an attempt; tries again while the server is out of reach and the lease lasts.
fn write<T>(
    shared: &Shared,
    lease: &Lease,
    write: impl Fn(&mut PgConnection) -> Result<T>,
) -> Result<T> {
    const PAUSE: Duration = Duration::from_millis(200);
    loop {
        let outcome = shared.database.conn().and_then(|mut conn| write(&mut conn));
        match outcome {
            Err(error) if error.is_out_of_reach() && !lease.is_lost() => thread::sleep(PAUSE),
            outcome => {
                return outcome.inspect_err(|error| {
                    let job = lease.id.0;
                    tracing::warn!(target: "spending_db::jobs", job, %error, "an outcome is not written");
                });
            }
        }
    }
}

/// One line that is not too long.
fn shorten(message: &str) -> String {
    let line: String = message
        .split(|character: char| character.is_whitespace() || character.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    match line.char_indices().nth(LONGEST_MESSAGE) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_one_short_line() {
        assert_eq!(shorten("a\n b\0c\t"), "a b c");
        let long = shorten(&"é".repeat(LONGEST_MESSAGE + 1));
        assert_eq!(long.chars().count(), LONGEST_MESSAGE + 1);
        assert!(long.ends_with("é…"));
        assert_eq!(
            shorten(&"é".repeat(LONGEST_MESSAGE)).len(),
            2 * LONGEST_MESSAGE
        );
    }
}
