//! The queue in a private PostgreSQL: small jobs enqueued, and worked on by 1 to 8 threads, beside the same number of plain
//! claims by `UPDATE … RETURNING`, one job at a time, which complete what they claim at once: no lease, no transaction
//! around the work, no second statement.
#![allow(clippy::unwrap_used)]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, Throughput};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use spending_db::embedded::{DATABASE, Server};
use spending_db::jobs::{Context, Job, Queue, Registry, Worker};
use spending_db::schema::sync_jobs;
use spending_db::types::SyncJobState;
use spending_db::{Config, Database, Result};

const JOBS: usize = 10_000;
const ENQUEUED: usize = 1_000;
const THREADS: [usize; 4] = [1, 2, 4, 8];

#[derive(Serialize, Deserialize)]
struct Small {
    number: usize,
}

impl Job for Small {
    const KIND: &'static str = "small";
    type Output = usize;

    fn run(&self, _: &mut Context<'_>) -> Result<usize> {
        Ok(self.number)
    }
}

fn main() {
    let server = Server::temporary().unwrap();
    let database = Database::open(Config::from_url(&server.url(DATABASE)).unwrap()).unwrap();

    let mut criterion = Criterion::default().configure_from_args().sample_size(10);
    enqueue(&mut criterion, &database);
    complete(&mut criterion, &server, &database);
    criterion.final_summary();
}

fn enqueue(criterion: &mut Criterion, database: &Database) {
    let conn = &mut database.conn().unwrap();
    let jobs: Vec<_> = (0..ENQUEUED).map(|number| Small { number }).collect();
    let mut group = criterion.benchmark_group("enqueue");
    group.throughput(Throughput::Elements(ENQUEUED as u64));
    group.bench_function("one transaction a job", |bencher| {
        bencher.iter(|| {
            for job in &jobs {
                Queue::enqueue(conn, job).unwrap();
            }
        });
    });
    group.bench_function("one statement", |bencher| {
        bencher.iter(|| Queue::enqueue_many(conn, &jobs).unwrap());
    });
    group.finish();
}

fn complete(criterion: &mut Criterion, server: &Server, database: &Database) {
    let mut group = criterion.benchmark_group(format!("complete {JOBS} small jobs"));
    group.throughput(Throughput::Elements(JOBS as u64));
    for threads in THREADS {
        group.bench_function(BenchmarkId::new("worker", threads), |bencher| {
            bencher.iter_custom(|rounds| times(rounds, database, || work(database, threads)));
        });
        group.bench_function(
            BenchmarkId::new("UPDATE … RETURNING", threads),
            |bencher| {
                bencher.iter_custom(|rounds| times(rounds, database, || plain(server, threads)));
            },
        );
    }
    group.finish();
}

/// How long the work took that many times, each on a queue of its own.
fn times(rounds: u64, database: &Database, work: impl Fn() -> usize) -> Duration {
    let jobs: Vec<_> = (0..JOBS).map(|number| Small { number }).collect();
    let mut took = Duration::ZERO;
    for _ in 0..rounds {
        let conn = &mut database.conn().unwrap();
        conn.batch_execute("TRUNCATE sync_jobs").unwrap();
        Queue::enqueue_many(conn, &jobs).unwrap();
        let begun = Instant::now();
        let done = work();
        took += begun.elapsed();
        assert_eq!(done, JOBS);
        let completed: i64 = sync_jobs::table
            .filter(sync_jobs::state.eq(SyncJobState::Completed))
            .count()
            .get_result(conn)
            .unwrap();
        assert_eq!(completed, i64::try_from(JOBS).unwrap());
    }
    took
}

fn work(database: &Database, threads: usize) -> usize {
    let worker = Worker::builder(database, Registry::new().with::<Small>());
    let worker = worker.threads(threads).until_empty(true).build().unwrap();
    usize::try_from(worker.run().completed).unwrap()
}

fn plain(server: &Server, threads: usize) -> usize {
    const CLAIM: &str = "UPDATE sync_jobs SET state = 'completed', finished_at = now() WHERE id = \
        (SELECT id FROM sync_jobs WHERE state = 'queued' AND run_at <= now() \
         ORDER BY priority DESC, run_at, id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id";
    let done = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut conn = PgConnection::establish(&server.url(DATABASE)).unwrap();
                while diesel::sql_query(CLAIM).execute(&mut conn).unwrap() == 1 {
                    done.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    done.into_inner()
}
