//! [`Queue`]: what callers do with jobs.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Jsonb, Nullable, Text, Timestamptz};
use serde::Serialize;
use serde_json::Value;

use super::statement::statement;
use super::{Job, NewJob};
use crate::models::system::SyncJob;
use crate::types::{SyncJobId, UserId};
use crate::{Error, Result};

/// The queue: functions on `sync_jobs`. They work in the caller's transaction: what is enqueued or cancelled there is seen by
/// workers, and wakes them, when it commits, and never was where it rolls back.
#[derive(Debug)]
pub struct Queue;

/// A job that was to be enqueued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Enqueued {
    /// The job's id.
    pub id: SyncJobId,
    /// False where a job with the same unique key was queued or running already; it is that one's id then.
    pub is_new: bool,
}

statement! {
    Insert<'a> = "queue/insert.sql" {
        kinds: Vec<&'a str> => Array<Text>,
        payloads: Vec<&'a Value> => Array<Jsonb>,
        users: Vec<Option<UserId>> => Array<Nullable<Integer>>,
        priorities: Vec<i32> => Array<Integer>,
        max_attempts: Vec<i32> => Array<Integer>,
        run_at: Vec<Option<chrono::DateTime<chrono::Utc>>> => Array<Nullable<Timestamptz>>,
        unique_keys: Vec<Option<&'a str>> => Array<Nullable<Text>>,
    } -> (BigInt, Nullable<Text>)
}

statement! {
    FindActive<'a> = "queue/find_active.sql" { unique_key: &'a str => Text, } -> BigInt
}

statement! {
    NotifyCancelled = "queue/notify_cancelled.sql" {} -> Text
}

impl Queue {
    /// Enqueues a job as its kind would have it.
    ///
    /// [`Error::Reference`] where its user is not there.
    pub fn enqueue<J: Job>(conn: &mut PgConnection, job: &J) -> Result<Enqueued> {
        Self::insert(conn, &NewJob::of(job)?)
    }

    /// Enqueues jobs of one kind in one statement, and gives the ids of those that are new, in their order: of several with
    /// one unique key the first, and none where that key is queued or running already.
    pub fn enqueue_many<'j, J: Job>(
        conn: &mut PgConnection,
        jobs: impl IntoIterator<Item = &'j J>,
    ) -> Result<Vec<SyncJobId>> {
        let jobs: Vec<_> = jobs.into_iter().map(NewJob::of).collect::<Result<_>>()?;
        Self::insert_many(conn, &jobs)
    }

    /// Enqueues a job with what was said about it.
    pub fn insert(conn: &mut PgConnection, job: &NewJob) -> Result<Enqueued> {
        loop {
            if let [id] = Self::insert_many(conn, std::slice::from_ref(job))?[..] {
                return Ok(Enqueued { id, is_new: true });
            }
            let unique_key = job.unique_key.as_deref().ok_or(Error::NotFound)?;
            let statement = FindActive { unique_key };
            // The other one may have ended between the two statements.
            if let Some(id) = statement.get_result(conn).optional()? {
                return Ok(Enqueued { id, is_new: false });
            }
        }
    }

    /// Enqueues jobs of any kinds, as [`Queue::enqueue_many`] does.
    pub fn insert_many(conn: &mut PgConnection, jobs: &[NewJob]) -> Result<Vec<SyncJobId>> {
        let statement = Insert {
            kinds: jobs.iter().map(|job| job.kind).collect(),
            payloads: jobs.iter().map(|job| &job.payload).collect(),
            users: jobs.iter().map(|job| job.user).collect(),
            priorities: jobs.iter().map(|job| job.priority).collect(),
            max_attempts: jobs.iter().map(|job| job.max_attempts).collect(),
            run_at: jobs.iter().map(|job| job.run_at).collect(),
            unique_keys: jobs.iter().map(|job| job.unique_key.as_deref()).collect(),
        };
        let inserted: Vec<(SyncJobId, Option<String>)> = statement.load(conn)?;
        Ok(inserted.into_iter().map(|(id, _)| id).collect())
    }

    /// Takes back a job of the owner that is queued or running. One that runs hears of it at once where its worker listens,
    /// else at the next heartbeat; what it does afterwards by its [`Context`](super::Context) is rolled back.
    ///
    /// [`Error::NotFound`] without such a job, [`Error::InvalidInput`] for `state` where it has ended.
    pub fn cancel(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: SyncJobId,
    ) -> Result<SyncJob> {
        let owner = owner.into();
        conn.transaction(|conn| {
            let job = SyncJob::cancel(conn, owner, id)?;
            NotifyCancelled {}.get_result::<String>(conn)?;
            Ok(job)
        })
    }

    /// Queues a job of the owner that failed or was cancelled once more, due at once, with one more attempt at least.
    ///
    /// [`Error::NotFound`] without such a job, [`Error::InvalidInput`] for `state` where it is in another state,
    /// [`Error::Conflict`] where another job with its unique key is queued or running.
    pub fn retry(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: SyncJobId,
    ) -> Result<SyncJob> {
        SyncJob::retry(conn, owner.into(), id)
    }
}
