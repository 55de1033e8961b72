//! `spending-db jobs`.

mod show;
mod work;

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use serde_json::Value;
use spending_db::jobs::{NewJob, Queue, Registry};
use spending_db::models::system::{SyncJob, SyncJobFilter};
use spending_db::types::{SyncJobId, SyncJobState};
use spending_db::{Config, Database, Error, Result};

use crate::output::Output;
use crate::users::find_user;

/// Arguments of `spending-db jobs`.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// List jobs, newest first
    List(List),
    /// Show all of one job
    Show(One),
    /// Add a job to the queue
    Enqueue(Enqueue),
    /// Take back a job that is queued or running
    Cancel(One),
    /// Queue a job again that failed or was cancelled
    Retry(One),
    /// Work on jobs until SIGTERM or SIGINT, which lets them finish; a second one ends at once
    Work(work::Work),
}

#[derive(Args)]
struct List {
    /// Only those in this state: queued, running, completed, failed or cancelled
    #[arg(long)]
    state: Option<SyncJobState>,
    /// Only those of this kind
    #[arg(long)]
    kind: Option<String>,
    /// Only those of this user
    #[arg(long, value_name = "EMAIL")]
    user: Option<String>,
    /// At most so many
    #[arg(long, default_value_t = 50)]
    limit: u32,
}

#[derive(Args)]
struct One {
    /// The job's id
    id: i64,
    /// Only where it is this user's
    #[arg(long, value_name = "EMAIL")]
    user: Option<String>,
}

#[derive(Args)]
struct Enqueue {
    /// The kind of job; a wrong one lists them all
    kind: String,
    /// What it needs to know, as JSON; tokens and passwords have no place in it
    #[arg(long, value_name = "JSON", default_value = "{}")]
    payload: String,
    /// The user whom it works for
    #[arg(long, value_name = "EMAIL")]
    user: Option<String>,
    /// Not before this time, such as 2026-03-01T06:00:00Z
    #[arg(long, value_name = "TIME")]
    run_at: Option<DateTime<Utc>>,
    /// Greater goes first
    #[arg(long, allow_negative_numbers = true)]
    priority: Option<i32>,
    /// Only if no job with this key is queued or running
    #[arg(long, value_name = "KEY")]
    unique_key: Option<String>,
}

pub(crate) fn run(config: &Config, output: &Output, arguments: &Arguments) -> Result<()> {
    let open = || Database::open(config.clone())?.conn();
    match &arguments.action {
        Action::Work(arguments) => work::run(config, output, arguments),
        Action::List(List {
            state,
            kind,
            user,
            limit,
        }) => {
            let conn = &mut *open()?;
            let owner = find_user(conn, user.as_deref())?;
            let filter = SyncJobFilter {
                state: *state,
                kind: kind.as_deref(),
                limit: Some(*limit),
            };
            let jobs = SyncJob::list(conn, owner, &filter)?;
            output.answer(&jobs, |out| show::list(out, &jobs))
        }
        Action::Show(One { id, user }) => {
            let conn = &mut *open()?;
            let owner = find_user(conn, user.as_deref())?;
            answer(output, &SyncJob::find(conn, owner, SyncJobId(*id))?)
        }
        Action::Enqueue(arguments) => {
            let conn = &mut *open()?;
            let user = find_user(conn, arguments.user.as_deref())?;
            let mut job = read(arguments)?;
            if let Some(user) = user {
                job = job.user(user);
            }
            let enqueued = Queue::insert(conn, &job)?;
            output.answer(&enqueued, |out| {
                let was_there = if enqueued.is_new {
                    ""
                } else {
                    " was there already"
                };
                writeln!(out, "job {}{was_there}", enqueued.id)
            })
        }
        Action::Cancel(One { id, user }) => {
            let conn = &mut *open()?;
            let owner = find_user(conn, user.as_deref())?;
            answer(output, &Queue::cancel(conn, owner, SyncJobId(*id))?)
        }
        Action::Retry(One { id, user }) => {
            let conn = &mut *open()?;
            let owner = find_user(conn, user.as_deref())?;
            answer(output, &Queue::retry(conn, owner, SyncJobId(*id))?)
        }
    }
}

fn answer(output: &Output, job: &SyncJob) -> Result<()> {
    output.answer(job, |out| show::one(out, job))
}

fn read(arguments: &Enqueue) -> Result<NewJob> {
    let payload: Value = serde_json::from_str(&arguments.payload)
        .map_err(|error| Error::invalid("--payload", error.to_string()))?;
    let mut job = Registry::shipped().read_job(&arguments.kind, &payload)?;
    if let Some(run_at) = arguments.run_at {
        job = job.run_at(run_at);
    }
    if let Some(priority) = arguments.priority {
        job = job.priority(priority);
    }
    if let Some(key) = &arguments.unique_key {
        job = job.unique_key(key);
    }
    Ok(job)
}
