//! [`Schedule`]: jobs that come again and again.

use std::time::Duration;

use chrono::{NaiveTime, Timelike};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Jsonb, Nullable, Text};
use serde_json::Value;

use super::statement::statement;
use super::{Job, NewJob, kinds};
use crate::types::{SyncJobId, UserId};
use crate::{Error, Result};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Jobs that come again and again, shared by all workers that have the schedule: each has one row in the queue for its next
/// time. When that one has ended, the row for the next time follows. After a time without workers a job runs once, not once
/// for each time that was missed. Times are the database's, in UTC.
#[derive(Debug, Clone, Default)]
pub struct Schedule(Vec<Entry>);

#[derive(Debug, Clone)]
struct Entry {
    job: NewJob,
    key: String,
    /// Seconds from one time to the next.
    period: i64,
    /// Seconds after the start of a period, counted from 1970.
    offset: i64,
}

statement! {
    Plan<'a> = "schedule/plan.sql" {
        keys: Vec<&'a str> => Array<Text>,
        kinds: Vec<&'a str> => Array<Text>,
        payloads: Vec<&'a Value> => Array<Jsonb>,
        users: Vec<Option<UserId>> => Array<Nullable<Integer>>,
        priorities: Vec<i32> => Array<Integer>,
        max_attempts: Vec<i32> => Array<Integer>,
        periods: Vec<i64> => Array<BigInt>,
        offsets: Vec<i64> => Array<BigInt>,
    } -> BigInt
}

impl Schedule {
    /// Nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// The upkeep that this crate brings along; see [`kinds`](super::kinds).
    pub fn upkeep() -> Result<Self> {
        kinds::upkeep(Self::new())
    }

    /// This job too, every so many whole seconds, counted from 1970: every hour is at the full hour. `name` is its own in
    /// the schedule, and stays when the rest changes.
    ///
    /// [`Error::InvalidInput`] where the period is shorter than a second or the name is taken.
    pub fn every<J: Job>(self, name: &str, period: Duration, job: &J) -> Result<Self> {
        self.with(name, period, 0, job)
    }

    /// This job too, every day at this time, UTC.
    pub fn daily_at<J: Job>(self, name: &str, time: NaiveTime, job: &J) -> Result<Self> {
        self.with(name, DAY, time.num_seconds_from_midnight().into(), job)
    }

    fn with<J: Job>(mut self, name: &str, period: Duration, offset: i64, job: &J) -> Result<Self> {
        let key = format!("schedule:{name}");
        if self.0.iter().any(|entry| entry.key == key) {
            return Err(Error::invalid("name", format!("{name} is there already")));
        }
        let period = i64::try_from(period.as_secs()).unwrap_or(i64::MAX);
        if period < 1 {
            return Err(Error::invalid("period", "takes a second or more"));
        }
        self.0.push(Entry {
            job: NewJob::of(job)?,
            key,
            period,
            offset,
        });
        Ok(self)
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How often it is worth looking after.
    pub(super) fn pace(&self) -> Duration {
        let shortest = self
            .0
            .iter()
            .map(|entry| entry.period)
            .min()
            .unwrap_or(i64::MAX);
        Duration::from_secs((shortest / 4).clamp(1, 10).unsigned_abs())
    }

    /// Sees to it that each job has its row for its next time, and gives the ids of new ones; does nothing where another
    /// worker is at it.
    pub fn plan(&self, conn: &mut PgConnection) -> Result<Vec<SyncJobId>> {
        let entries = &self.0;
        let statement = Plan {
            keys: entries.iter().map(|entry| &*entry.key).collect(),
            kinds: entries.iter().map(|entry| entry.job.kind).collect(),
            payloads: entries.iter().map(|entry| &entry.job.payload).collect(),
            users: entries.iter().map(|entry| entry.job.user).collect(),
            priorities: entries.iter().map(|entry| entry.job.priority).collect(),
            max_attempts: entries.iter().map(|entry| entry.job.max_attempts).collect(),
            periods: entries.iter().map(|entry| entry.period).collect(),
            offsets: entries.iter().map(|entry| entry.offset).collect(),
        };
        conn.transaction(|conn| {
            // Without it a planner that was slow would not see the row that another one has made and a worker has ended.
            let lock = sql::<Bool>("pg_try_advisory_xact_lock(hashtext('spending-db: schedule'))");
            if !diesel::select(lock).get_result::<bool>(conn)? {
                return Ok(Vec::new());
            }
            Ok(statement.load(conn)?)
        })
    }
}
