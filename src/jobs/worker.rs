//! [`Worker`]: threads that work on jobs.

mod attempt;
mod keeper;
mod shared;

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::num::NonZero;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;
use std::{fs, process};

use serde::Serialize;

use super::{Registry, Schedule, Shutdown};
use crate::{Database, Error, Result};
use shared::Shared;

/// Threads that work on jobs, and one that keeps their leases, listens for new jobs, rescues those of lost workers and looks
/// after the schedule.
///
/// Each thread has a connection of the pool while it works, and gives it back when there is nothing to do; the keeping
/// thread has a connection of its own besides the pool. When the server cannot be reached the worker goes on trying.
#[derive(Debug)]
pub struct Worker {
    database: Database,
    registry: Registry,
    settings: Settings,
    shutdown: Shutdown,
}

/// Makes a [`Worker`].
#[derive(Debug)]
#[must_use]
pub struct WorkerBuilder {
    database: Database,
    registry: Registry,
    settings: Settings,
    shutdown: Shutdown,
}

#[derive(Debug)]
struct Settings {
    threads: usize,
    poll: Duration,
    grace: Duration,
    until_empty: bool,
    stop_after: Option<Duration>,
    schedule: Schedule,
}

/// What a worker has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct WorkSummary {
    /// Jobs that it completed.
    pub completed: u64,
    /// Attempts that failed, after which the job is tried again.
    pub retried: u64,
    /// Jobs that failed for good.
    pub failed: u64,
    /// Jobs that it had taken and handed back when it ended.
    pub handed_back: u64,
    /// Attempts whose outcome did not count: the job was cancelled, or taken away because its lease had ended.
    pub lost: u64,
}

impl Worker {
    /// A worker on this database for jobs of these kinds, and what can be chosen about it.
    pub fn builder(database: &Database, registry: Registry) -> WorkerBuilder {
        WorkerBuilder {
            database: database.clone(),
            registry,
            settings: Settings {
                threads: thread::available_parallelism().map_or(1, NonZero::get),
                poll: Duration::from_secs(1),
                grace: Duration::from_secs(30),
                until_empty: false,
                stop_after: None,
                schedule: Schedule::new(),
            },
            shutdown: Shutdown::new(),
        }
    }

    /// How to ask it to end.
    pub fn shutdown(&self) -> Shutdown {
        self.shutdown.clone()
    }

    /// Works until it is asked to end, and says what it has done. The calling thread is the one that keeps the leases.
    ///
    /// Jobs that are not through within the grace period are handed back: they are queued as if they had not been begun. A
    /// thread that is still at one of them is left to itself; what it does by its [`Context`](super::Context) is rolled
    /// back.
    pub fn run(self) -> WorkSummary {
        let threads = self.settings.threads;
        let shared = Arc::new(Shared::new(self, worker_id()));
        let threads: Vec<_> = (0..threads)
            .map(|number| {
                let shared = Arc::clone(&shared);
                let work = move || attempt::work(&shared);
                thread::Builder::new()
                    .name(format!("spending-db-job-{number}"))
                    .spawn(work)
            })
            .collect();
        shared.expect_threads(threads.iter().flatten().count());
        keeper::keep(&shared);
        // Those that are not finished are past the grace period.
        for thread in threads
            .into_iter()
            .flatten()
            .filter(JoinHandle::is_finished)
        {
            // One that panicked has said so.
            let _ = thread.join();
        }
        shared.summary()
    }

    /// Works on a thread of its own.
    pub fn spawn(self) -> RunningWorker {
        let shutdown = self.shutdown();
        RunningWorker {
            shutdown,
            thread: Some(thread::spawn(|| self.run())),
        }
    }
}

/// A worker on a thread of its own; it is asked to end, and waited for, when this is dropped.
#[derive(Debug)]
pub struct RunningWorker {
    shutdown: Shutdown,
    thread: Option<JoinHandle<WorkSummary>>,
}

impl RunningWorker {
    /// How to ask it to end.
    pub fn shutdown(&self) -> Shutdown {
        self.shutdown.clone()
    }

    /// Asks it to end, waits for that, and says what it has done.
    pub fn stop(self) -> WorkSummary {
        self.shutdown.request();
        self.join()
    }

    /// Waits until it ends, and says what it has done.
    pub fn join(mut self) -> WorkSummary {
        self.wait()
    }

    fn wait(&mut self) -> WorkSummary {
        let ended = self.thread.take().map(JoinHandle::join);
        ended.and_then(Result::ok).unwrap_or_default()
    }
}

impl Drop for RunningWorker {
    fn drop(&mut self) {
        self.shutdown.request();
        self.wait();
    }
}

impl WorkerBuilder {
    /// How many jobs at a time; by default as many as there are processors.
    pub fn threads(mut self, threads: usize) -> Self {
        self.settings.threads = threads;
        self
    }

    /// How often an idle worker looks for jobs that nobody woke it for, and for jobs of lost workers; by default every second.
    pub fn poll(mut self, poll: Duration) -> Self {
        self.settings.poll = poll;
        self
    }

    /// How long it has to finish its jobs when it is asked to end; by default 30 seconds.
    pub fn grace(mut self, grace: Duration) -> Self {
        self.settings.grace = grace;
        self
    }

    /// Whether it ends by itself when no job that it knows is due, and none runs anywhere; jobs for later do not count.
    pub fn until_empty(mut self, until_empty: bool) -> Self {
        self.settings.until_empty = until_empty;
        self
    }

    /// It ends by itself after this time.
    pub fn stop_after(mut self, time: Duration) -> Self {
        self.settings.stop_after = Some(time);
        self
    }

    /// The jobs that come again and again; by default none.
    pub fn schedule(mut self, schedule: Schedule) -> Self {
        self.settings.schedule = schedule;
        self
    }

    /// The request to end that it listens to.
    pub fn shutdown(mut self, shutdown: Shutdown) -> Self {
        self.shutdown = shutdown;
        self
    }

    /// The worker. [`Error::Config`] where the pool has fewer connections than the worker has threads,
    /// [`Error::InvalidInput`] where it has no threads, or a kind's lease is shorter than a tenth of a second.
    pub fn build(self) -> Result<Worker> {
        let Self {
            database,
            registry,
            settings,
            shutdown,
        } = self;
        if settings.threads == 0 {
            return Err(Error::invalid("threads", "takes 1 or more"));
        }
        if registry
            .leases()
            .any(|lease| lease < Duration::from_millis(100))
        {
            return Err(Error::invalid("lease", "takes a tenth of a second or more"));
        }
        let size = database.state().size;
        if settings.threads > usize::try_from(size).unwrap_or(usize::MAX) {
            return Err(Error::Config {
                variable: "SPENDING_DB_POOL_SIZE".to_owned(),
                reason: format!(
                    "{} threads need a connection each, and the pool has {size}",
                    settings.threads
                ),
            });
        }
        Ok(Worker {
            database,
            registry,
            settings,
            shutdown,
        })
    }
}

/// Tells this worker from all others: where it runs, and a random part, since numbers of processes come again.
fn worker_id() -> String {
    let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let host = match host.trim() {
        "" => "localhost",
        host => host,
    };
    let random = RandomState::new().hash_one(0);
    format!("{host}/{}/{random:016x}", process::id())
}
