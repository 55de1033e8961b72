//! What the threads of a worker share: the jobs that it has taken, and who takes more.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::{Settings, WorkSummary, Worker};
use crate::database::PooledConnection;
use crate::jobs::claims::{self, Attempt, Claimed};
use crate::jobs::context::Watch;
use crate::jobs::lease::Lease;
use crate::jobs::{Registry, Shutdown};
use crate::types::SyncJobId;
use crate::{Database, Result};

/// So much work is taken ahead, where jobs are quick: a claim for each of them would take longer than they do.
const AHEAD: Duration = Duration::from_millis(50);
/// Never more at a time.
const MOST_AT_ONCE: usize = 100;

pub(super) struct Shared {
    pub(super) id: String,
    pub(super) database: Database,
    pub(super) registry: Registry,
    pub(super) settings: Settings,
    pub(super) shutdown: Shutdown,
    kinds: Vec<&'static str>,
    leases: Vec<f64>,
    state: Mutex<State>,
    changed: Condvar,
}

/// A job that was taken, and its lease.
pub(super) struct Taken {
    pub(super) job: Claimed,
    pub(super) lease: Arc<Lease>,
    since: Instant,
}

struct State {
    /// Taken and not begun.
    ready: VecDeque<Taken>,
    /// Taken and not ended.
    held: HashMap<(SyncJobId, i32), Arc<Lease>>,
    threads: usize,
    waiting: usize,
    /// A thread is taking jobs.
    is_claiming: bool,
    /// There is nothing to take before.
    idle_until: Instant,
    /// How often somebody said that there may be jobs.
    calls: u64,
    /// How long a job takes, on a moving average.
    pace: Option<Duration>,
    summary: WorkSummary,
}

impl Shared {
    pub(super) fn new(worker: Worker, id: String) -> Self {
        let Worker {
            database,
            registry,
            settings,
            shutdown,
        } = worker;
        Self {
            id,
            kinds: registry.kinds().collect(),
            leases: registry.leases().map(|lease| lease.as_secs_f64()).collect(),
            database,
            registry,
            state: Mutex::new(State {
                ready: VecDeque::new(),
                held: HashMap::new(),
                threads: settings.threads,
                waiting: 0,
                is_claiming: false,
                idle_until: Instant::now(),
                calls: 0,
                pace: None,
                summary: WorkSummary::default(),
            }),
            settings,
            shutdown,
            changed: Condvar::new(),
        }
    }

    /// The next job for a thread, waited for; `None` when the worker ends. The thread's connection goes back to the pool where
    /// there is nothing to do.
    pub(super) fn next(&self, conn: &mut Option<PooledConnection>) -> Option<Taken> {
        let mut state = self.lock();
        loop {
            if self.shutdown.is_requested() {
                return None;
            }
            if let Some(taken) = state.ready.pop_front() {
                return Some(taken);
            }
            let now = Instant::now();
            if state.is_claiming {
                state = self.wait(state, self.settings.poll);
            } else if now < state.idle_until && conn.is_some() {
                drop(state);
                *conn = None;
                state = self.lock();
            } else if now < state.idle_until {
                let rest = state.idle_until - now;
                state = self.wait(state, rest);
            } else {
                state = self.claim(state, conn);
            }
        }
    }

    fn claim<'s>(
        &'s self,
        mut state: MutexGuard<'s, State>,
        conn: &mut Option<PooledConnection>,
    ) -> MutexGuard<'s, State> {
        let most = state.batch();
        let calls = state.calls;
        state.is_claiming = true;
        drop(state);
        let asked = Instant::now();
        let claimed = self.ask_for_jobs(conn, most);
        if let Err(error) = &claimed {
            tracing::warn!(target: "spending_db::jobs", %error, "cannot take jobs");
            *conn = None;
        }
        let mut state = self.lock();
        state.is_claiming = false;
        let claimed = claimed.unwrap_or_default();
        // Whoever called meanwhile may have committed after the claim looked.
        if claimed.is_empty() && state.calls == calls {
            state.idle_until = Instant::now() + self.settings.poll;
        }
        for job in claimed {
            let length = self.registry.get(&job.kind).map(|kind| kind.lease);
            let lease = Lease::new(job.id, job.attempt, length.unwrap_or_default(), asked);
            let lease = Arc::new(lease);
            state.held.insert((job.id, job.attempt), Arc::clone(&lease));
            state.ready.push_back(Taken {
                job,
                lease,
                since: asked,
            });
        }
        self.changed.notify_all();
        state
    }

    fn ask_for_jobs(
        &self,
        conn: &mut Option<PooledConnection>,
        most: usize,
    ) -> Result<Vec<Claimed>> {
        let conn = match conn.take() {
            Some(open) => conn.insert(open),
            None => conn.insert(self.database.conn()?),
        };
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let jobs = claims::claim(conn, &self.id, &self.kinds, &self.leases, most)?;
        if jobs.is_empty()
            && self.settings.until_empty
            && claims::rescue(conn)? == 0
            && !claims::has_work(conn, &self.kinds)?
        {
            self.shutdown.request();
        }
        Ok(jobs)
    }

    /// Somebody says that there may be jobs.
    pub(super) fn call(&self) {
        let mut state = self.lock();
        state.calls += 1;
        state.idle_until = Instant::now();
        self.changed.notify_one();
    }

    /// Has all waiting threads look whether the worker ends.
    pub(super) fn wake_all(&self) {
        self.changed.notify_all();
    }

    /// What a job came to is written.
    pub(super) fn finished(&self, lease: &Lease, took: Duration, count: fn(&mut WorkSummary)) {
        let mut state = self.lock();
        state.held.remove(&(lease.id, lease.attempt));
        state.pace = Some(match state.pace {
            Some(pace) => (pace * 9 + took) / 10,
            None => took,
        });
        count(&mut state.summary);
    }

    /// The leases of the jobs that were taken and have not ended.
    pub(super) fn held(&self) -> Vec<Arc<Lease>> {
        self.lock().held.values().cloned().collect()
    }

    /// Takes the jobs out that nobody has begun within this time.
    pub(super) fn remove_unbegun(&self, within: Duration) -> Vec<SyncJobId> {
        let mut state = self.lock();
        let State { ready, held, .. } = &mut *state;
        let (old, new): (VecDeque<Taken>, _) = std::mem::take(ready)
            .into_iter()
            .partition(|taken| taken.since.elapsed() >= within);
        *ready = new;
        for taken in &old {
            held.remove(&(taken.job.id, taken.job.attempt));
        }
        old.into_iter().map(|taken| taken.job.id).collect()
    }

    pub(super) fn count_handed_back(&self, jobs: usize) {
        self.lock().summary.handed_back += jobs as u64;
    }

    /// So many threads were started.
    pub(super) fn expect_threads(&self, threads: usize) {
        let mut state = self.lock();
        state.threads -= self.settings.threads - threads;
    }

    /// A thread has ended.
    pub(super) fn thread_ended(&self) {
        self.lock().threads -= 1;
    }

    pub(super) fn has_threads(&self) -> bool {
        self.lock().threads > 0
    }

    pub(super) fn summary(&self) -> WorkSummary {
        self.lock().summary
    }

    pub(super) fn attempt(&self, lease: &Lease) -> Attempt<'_> {
        Attempt {
            id: lease.id,
            worker: &self.id,
            number: lease.attempt,
        }
    }

    pub(super) fn watch(&self, lease: &Arc<Lease>) -> Watch {
        Watch {
            lease: Arc::clone(lease),
            shutdown: self.shutdown.clone(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'s>(
        &'s self,
        mut state: MutexGuard<'s, State>,
        time: Duration,
    ) -> MutexGuard<'s, State> {
        state.waiting += 1;
        let (mut state, _) = self
            .changed
            .wait_timeout(state, time)
            .unwrap_or_else(PoisonError::into_inner);
        state.waiting -= 1;
        state
    }
}

impl State {
    /// How many jobs to take: one for each thread that waits, and where jobs are quick as many as keep all threads busy for
    /// a while.
    fn batch(&self) -> usize {
        let idle = self.waiting + 1;
        let ahead = self.pace.map_or(0, |pace| {
            AHEAD.as_micros() * self.threads as u128 / pace.as_micros().max(1)
        });
        let ahead = usize::try_from(ahead).unwrap_or(usize::MAX);
        idle.max(ahead).min(MOST_AT_ONCE)
    }
}
