//! How a worker takes jobs, keeps them and lets go of them. An attempt is known by job, worker and number; whoever has lost it
//! changes nothing any more.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Double, Integer, Jsonb, Nullable, Text};
use serde_json::Value;

use super::lease::Lease;
use super::statement::statement;
use crate::types::{SyncJobId, SyncJobState, UserId};
use crate::{Error, Result};

/// How many jobs of lost workers are rescued at a time.
const MOST_RESCUED: i64 = 1000;

/// A job that a worker has taken.
#[derive(Debug, Queryable)]
pub(super) struct Claimed {
    pub(super) id: SyncJobId,
    pub(super) kind: String,
    pub(super) payload: Value,
    pub(super) user: Option<UserId>,
    pub(super) attempt: i32,
}

/// Who works on a job.
#[derive(Debug, Clone, Copy)]
pub(super) struct Attempt<'a> {
    pub(super) id: SyncJobId,
    pub(super) worker: &'a str,
    pub(super) number: i32,
}

statement! {
    Claim<'a> = "claims/claim.sql" {
        kinds: &'a [&'static str] => Array<Text>,
        leases: &'a [f64] => Array<Double>,
        worker: &'a str => Text,
        most: i64 => BigInt,
    } -> (BigInt, Text, Jsonb, Nullable<Integer>, Integer)
}

statement! {
    Complete<'a> = "claims/complete.sql" {
        result: &'a Value => Jsonb,
        done: i32 => Integer,
        total: Option<i32> => Nullable<Integer>,
        id: SyncJobId => BigInt,
        worker: &'a str => Text,
        attempt: i32 => Integer,
    } -> BigInt
}

statement! {
    Fail<'a> = "claims/fail.sql" {
        wait: f64 => Double,
        message: &'a str => Text,
        id: SyncJobId => BigInt,
        worker: &'a str => Text,
        attempt: i32 => Integer,
    } -> Text
}

statement! {
    HandBack<'a> = "claims/hand_back.sql" {
        ids: &'a [SyncJobId] => Array<BigInt>,
        worker: &'a str => Text,
    } -> (BigInt, Text)
}

statement! {
    Hold<'a> = "claims/hold.sql" {
        id: SyncJobId => BigInt,
        worker: &'a str => Text,
        attempt: i32 => Integer,
    } -> BigInt
}

statement! {
    Renew<'a> = "claims/renew.sql" {
        ids: Vec<SyncJobId> => Array<BigInt>,
        attempts: Vec<i32> => Array<Integer>,
        leases: Vec<f64> => Array<Double>,
        done: Vec<i32> => Array<Integer>,
        total: Vec<Option<i32>> => Array<Nullable<Integer>>,
        worker: &'a str => Text,
        same_worker: &'a str => Text,
    } -> (BigInt, Integer, Bool)
}

statement! {
    Rescue = "claims/rescue.sql" { most: i64 => BigInt, } -> (BigInt, Text)
}

statement! {
    HasWork<'a> = "claims/has_work.sql" {
        kinds: &'a [&'static str] => Array<Text>,
        same_kinds: &'a [&'static str] => Array<Text>,
    } -> Bool
}

/// Takes the jobs that are due, the most urgent first; `leases` in seconds, one for each kind.
pub(super) fn claim(
    conn: &mut PgConnection,
    worker: &str,
    kinds: &[&'static str],
    leases: &[f64],
    most: i64,
) -> Result<Vec<Claimed>> {
    let statement = Claim {
        kinds,
        leases,
        worker,
        most,
    };
    Ok(statement.load(conn)?)
}

/// Completes a job; [`Error::Interrupted`] where the attempt is not the worker's any more.
pub(super) fn complete(
    conn: &mut PgConnection,
    attempt: Attempt<'_>,
    lease: &Lease,
    result: &Value,
) -> Result<()> {
    let (done, total) = lease.progress();
    let statement = Complete {
        result,
        done,
        total,
        id: attempt.id,
        worker: attempt.worker,
        attempt: attempt.number,
    };
    statement
        .get_result::<SyncJobId>(conn)
        .optional()?
        .map(|_| ())
        .ok_or_else(lost)
}

/// Ends an attempt that failed: the job is queued for after the wait (in seconds, times chance), or has failed if it was
/// the last one. The state then; `None` where the attempt is not the worker's any more.
pub(super) fn fail(
    conn: &mut PgConnection,
    attempt: Attempt<'_>,
    wait: f64,
    message: &str,
) -> Result<Option<SyncJobState>> {
    let statement = Fail {
        wait,
        message,
        id: attempt.id,
        worker: attempt.worker,
        attempt: attempt.number,
    };
    Ok(statement.get_result(conn).optional()?)
}

/// Queues jobs of the worker again as if they had not been taken, and says how many those were.
pub(super) fn hand_back(conn: &mut PgConnection, worker: &str, ids: &[SyncJobId]) -> Result<usize> {
    let statement = HandBack { ids, worker };
    let back: Vec<(SyncJobId, String)> = statement.load(conn)?;
    Ok(back.len())
}

/// Keeps the attempt until the transaction ends; [`Error::Interrupted`] where it is not the worker's any more.
pub(super) fn hold(conn: &mut PgConnection, attempt: Attempt<'_>) -> Result<()> {
    let statement = Hold {
        id: attempt.id,
        worker: attempt.worker,
        attempt: attempt.number,
    };
    statement
        .get_result::<SyncJobId>(conn)
        .optional()?
        .map(|_| ())
        .ok_or_else(lost)
}

/// An attempt that is still the worker's.
#[derive(Debug, Queryable)]
pub(super) struct Held {
    pub(super) id: SyncJobId,
    pub(super) attempt: i32,
    /// Whether its lease was renewed; not where somebody else had locked the row.
    pub(super) is_renewed: bool,
}

/// Renews leases and shows progress; gives the attempts that are still the worker's.
pub(super) fn renew<'l>(
    conn: &mut PgConnection,
    worker: &str,
    leases: impl Iterator<Item = &'l Lease> + Clone,
) -> Result<Vec<Held>> {
    let (done, total) = leases.clone().map(Lease::progress).unzip();
    let statement = Renew {
        ids: leases.clone().map(|lease| lease.id).collect(),
        attempts: leases.clone().map(|lease| lease.attempt).collect(),
        leases: leases.map(|lease| lease.length.as_secs_f64()).collect(),
        done,
        total,
        worker,
        same_worker: worker,
    };
    Ok(statement.load(conn)?)
}

/// Takes jobs away from workers whose lease has ended, and says how many those were.
pub(super) fn rescue(conn: &mut PgConnection) -> Result<usize> {
    let statement = Rescue { most: MOST_RESCUED };
    let rescued: Vec<(SyncJobId, String)> = statement.load(conn)?;
    Ok(rescued.len())
}

/// Whether jobs of these kinds are due, or run anywhere.
pub(super) fn has_work(conn: &mut PgConnection, kinds: &[&'static str]) -> Result<bool> {
    let statement = HasWork {
        kinds,
        same_kinds: kinds,
    };
    Ok(statement.get_result(conn)?)
}

/// What whoever has lost a job is told.
pub(super) fn lost() -> Error {
    Error::Interrupted("the job was cancelled, or its lease was lost".to_owned())
}
