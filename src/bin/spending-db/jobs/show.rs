//! Jobs for people.

use std::io::{self, Write};

use chrono::{DateTime, Utc};
use spending_db::models::system::SyncJob;

use crate::table::{number, table};

/// Writes a line a job.
pub(super) fn list(out: &mut dyn Write, jobs: &[SyncJob]) -> io::Result<()> {
    if jobs.is_empty() {
        return writeln!(out, "no jobs");
    }
    let mut lines = table([
        "id",
        "kind",
        "state",
        "attempts",
        "progress",
        "run at",
        "last error",
    ]);
    for job in jobs {
        lines.add_row([
            number(job.id),
            job.kind.as_str().into(),
            job.state.as_str().into(),
            number(format!("{}/{}", job.attempts, job.max_attempts)),
            number(progress(job)),
            time(job.run_at).into(),
            job.last_error.as_deref().unwrap_or_default().into(),
        ]);
    }
    writeln!(out, "{lines}")
}

/// Writes all that is known of a job.
pub(super) fn one(out: &mut dyn Write, job: &SyncJob) -> io::Result<()> {
    let text = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
    let lines = [
        ("id", job.id.to_string()),
        ("kind", job.kind.clone()),
        ("payload", job.payload.to_string()),
        ("user", text(job.user_id.map(|id| id.to_string()))),
        ("state", job.state.to_string()),
        ("priority", job.priority.to_string()),
        (
            "attempts",
            format!("{} of {}", job.attempts, job.max_attempts),
        ),
        ("progress", progress(job)),
        ("run at", time(job.run_at)),
        ("worker", text(job.locked_by.clone())),
        ("lease ends", text(job.locked_until.map(time))),
        ("unique key", text(job.unique_key.clone())),
        ("created", time(job.created_at)),
        ("started", text(job.started_at.map(time))),
        ("finished", text(job.finished_at.map(time))),
        ("last error", text(job.last_error.clone())),
        ("result", text(job.result.as_ref().map(ToString::to_string))),
    ];
    for (name, value) in lines {
        writeln!(out, "{name:<11} {value}")?;
    }
    Ok(())
}

fn progress(job: &SyncJob) -> String {
    match job.progress_total {
        Some(total) => format!("{}/{total}", job.progress_done),
        None => job.progress_done.to_string(),
    }
}

fn time(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M:%S").to_string()
}
