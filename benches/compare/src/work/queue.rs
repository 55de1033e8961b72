//! Small jobs through the queue.

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use spending_db::Database;
use spending_db::jobs::{Context, Job, Queue, Registry, Worker};

use super::Work;
use super::writing::Writing;
use crate::bench::Bench;
use crate::contest::Run;
use crate::error::Result;
use crate::goal::Goal;
use crate::report::{Role, Row};
use crate::rivals::libpq::Connection;
use crate::rivals::programs::pgbench;

pub const WORK: Work = Work {
    name: "queue",
    what: "So many jobs that do nothing, queued before, worked off by two threads. The limits claim and complete a job in one \
           `UPDATE … RETURNING`: no lease, no result, no work in between; by two libpq sessions, and by pgbench.",
    run,
};

const SIZES: [u32; 1] = [10_000];
const THREADS: u32 = 2;

const CLAIM: &str = "UPDATE sync_jobs SET state = 'completed', finished_at = now() WHERE id = \
     (SELECT id FROM sync_jobs WHERE state = 'queued' AND run_at <= now() \
      ORDER BY priority DESC, run_at, id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id";

const RESET: [&str; 2] = ["TRUNCATE sync_jobs RESTART IDENTITY", "CHECKPOINT"];

const LEFT: &str = "SELECT state, count(*) FROM sync_jobs GROUP BY state";

#[derive(Serialize, Deserialize)]
struct Small {
    number: u32,
}

impl Job for Small {
    const KIND: &'static str = "small";
    type Output = u32;

    fn run(&self, _: &mut Context<'_>) -> spending_db::Result<u32> {
        Ok(self.number)
    }
}

fn run(bench: &Bench<'_>) -> Result<Vec<Row>> {
    let sizes = bench.sizes(&SIZES);
    sizes.into_iter().map(|size| compare(bench, size)).collect()
}

fn compare(bench: &Bench<'_>, size: u32) -> Result<Row> {
    let scratch = bench.scratch("queue")?;
    let database = scratch.database(THREADS + 2)?;
    let url = scratch.url();
    let writing = Writing {
        scratch: &scratch,
        reset: &RESET,
        left: LEFT,
    };
    let jobs: Vec<_> = (0..size).map(|number| Small { number }).collect();
    // The jobs go in after the reset, before the clock starts.
    let queued = |work: &dyn Fn() -> Result<Run>| {
        writing.timed_by_itself(|| {
            Queue::enqueue_many(&mut *database.conn()?, &jobs)?;
            scratch.run(&["VACUUM ANALYZE sync_jobs"])?;
            work()
        })
    };
    let time = |work: &dyn Fn() -> Result<()>| {
        queued(&|| {
            let ((), took) = crate::contest::timed(work)?;
            Ok(Run::new(took, || Ok(Value::Null)))
        })
    };
    let contest = bench
        .contest("queue", "two threads", size)
        .ours(|| time(&|| work_off(&database, size)))
        .with("UPDATE … RETURNING", Role::Limit, || {
            time(&|| claim_by_libpq(&url, size))
        })
        .with("pgbench", Role::Limit, || {
            queued(&|| {
                let rate = pgbench(&bench.server, &url, bench.folder(), CLAIM, THREADS, size)?;
                Ok(Run::new(
                    Duration::from_secs_f64(f64::from(size) / rate),
                    || Ok(Value::Null),
                ))
            })
        })
        .goal(Goal::Rate(5_000.0));
    Ok(contest.run())
}

fn work_off(database: &Database, size: u32) -> Result<()> {
    let worker = Worker::builder(database, Registry::new().with::<Small>());
    let worker = worker.threads(THREADS as usize).until_empty(true).build()?;
    let completed = worker.run().completed;
    if completed == u64::from(size) {
        Ok(())
    } else {
        Err(format!("{completed} of {size} jobs were completed").into())
    }
}

fn claim_by_libpq(url: &str, size: u32) -> Result<()> {
    let done = AtomicU32::new(0);
    thread::scope(|scope| {
        let claimers: Vec<_> = (0..THREADS)
            .map(|_| scope.spawn(|| claim_all(url, &done)))
            .collect();
        for claimer in claimers {
            claimer.join().map_err(|_| "a claimer panicked")??;
        }
        Ok::<_, crate::error::Error>(())
    })?;
    if done.into_inner() == size {
        Ok(())
    } else {
        Err("jobs were left over".into())
    }
}

fn claim_all(url: &str, done: &AtomicU32) -> Result<()> {
    let mut connection = Connection::open(url)?;
    connection.prepare(c"claim", CLAIM)?;
    while connection.execute(c"claim", &[])?.len() == 1 {
        done.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}
