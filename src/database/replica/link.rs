//! [`Link`]: what readers and the thread that looks after the replica tell each other.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::state::{ReplicaCondition, ReplicaState, Verdict};
use crate::config::Config;
use crate::database::WalPosition;
use crate::database::connections::Connections;

/// A verdict that is older is worth nothing: whoever looks is stuck.
const LONGEST_TRUST: Duration = Duration::from_secs(15);

pub(super) struct Link {
    pub(super) config: Config,
    state: Mutex<State>,
    changed: Condvar,
    reads: AtomicU64,
    reads_on_primary: AtomicU64,
}

struct State {
    verdict: Verdict,
    since: Instant,
    connections: Option<Arc<Connections>>,
    /// A reader met an error: somebody should look at once.
    is_suspect: bool,
    has_ended: bool,
}

impl Link {
    pub(super) fn new(config: Config) -> Self {
        Self {
            config,
            state: Mutex::new(State {
                verdict: Verdict::Unchecked,
                since: Instant::now(),
                connections: None,
                is_suspect: false,
                has_ended: false,
            }),
            changed: Condvar::new(),
            reads: AtomicU64::new(0),
            reads_on_primary: AtomicU64::new(0),
        }
    }

    /// The pool of a replica that is well, and how far it was at the last look.
    pub(super) fn usable(&self) -> Option<(Arc<Connections>, WalPosition)> {
        let state = self.lock();
        match (&state.verdict, &state.connections) {
            (Verdict::Usable { replayed, .. }, Some(connections))
                if state.since.elapsed() < LONGEST_TRUST =>
            {
                Some((Arc::clone(connections), *replayed))
            }
            _ => None,
        }
    }

    /// A reader met an error: nobody reads there until the replica was looked at.
    pub(super) fn suspect(&self, reason: &str) {
        let mut state = self.lock();
        let was_usable = matches!(state.verdict, Verdict::Usable { .. });
        if was_usable {
            state.verdict = Verdict::Gone {
                reason: reason.to_owned(),
            };
        }
        state.is_suspect = true;
        drop(state);
        self.changed.notify_all();
        if was_usable {
            tracing::warn!(target: "spending_db::replica", reason, "the replica failed: the primary is read");
        }
    }

    /// Tells readers how the replica is.
    pub(super) fn tell(&self, verdict: Verdict) {
        let mut state = self.lock();
        let is_news = state.verdict.condition() != verdict.condition();
        // The pool of a replica that is gone would try to connect again and again.
        let dropped = match verdict {
            Verdict::Gone { .. } => state.connections.take(),
            _ => None,
        };
        if state.connections.is_none() && matches!(verdict, Verdict::Usable { .. }) {
            state.connections = Some(Arc::new(Connections::new(&self.config)));
        }
        if is_news {
            log(&verdict);
        }
        state.verdict = verdict;
        state.since = Instant::now();
        drop(state);
        drop(dropped);
        self.changed.notify_all();
    }

    /// Waits until the time is over, a reader suspects something (which it tells) or nobody reads any more.
    pub(super) fn wait(&self, pause: Duration) -> bool {
        let is_quiet = |state: &mut State| !state.is_suspect && !state.has_ended;
        let (mut state, _) = self
            .changed
            .wait_timeout_while(self.lock(), pause, is_quiet)
            .unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut state.is_suspect)
    }

    pub(super) fn wait_for_verdict(&self, patience: Duration) {
        let is_unchecked =
            |state: &mut State| state.verdict.condition() == ReplicaCondition::Unchecked;
        let waited = self
            .changed
            .wait_timeout_while(self.lock(), patience, is_unchecked);
        drop(waited);
    }

    pub(super) fn has_ended(&self) -> bool {
        self.lock().has_ended
    }

    pub(super) fn end(&self) {
        self.lock().has_ended = true;
        self.changed.notify_all();
    }

    pub(super) fn count(&self, is_read: bool) {
        let counter = if is_read {
            &self.reads
        } else {
            &self.reads_on_primary
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn state(&self) -> ReplicaState {
        let state = self.lock();
        let (lag, reason) = match &state.verdict {
            Verdict::Unchecked => (None, None),
            Verdict::Usable { lag, .. } | Verdict::Behind { lag } => (*lag, None),
            Verdict::Gone { reason } => (None, Some(reason.clone())),
        };
        ReplicaState {
            condition: state.verdict.condition(),
            lag,
            reason,
            connections: state.connections.as_deref().map(Connections::state),
            reads: self.reads.load(Ordering::Relaxed),
            reads_on_primary: self.reads_on_primary.load(Ordering::Relaxed),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn log(verdict: &Verdict) {
    match verdict {
        Verdict::Unchecked => {}
        Verdict::Usable { lag, .. } => {
            tracing::info!(target: "spending_db::replica", ?lag, "the replica is read");
        }
        Verdict::Behind { lag } => {
            tracing::warn!(target: "spending_db::replica", ?lag, "the replica is too far behind: the primary is read");
        }
        Verdict::Gone { reason } => {
            tracing::warn!(target: "spending_db::replica", reason, "the replica is gone: the primary is read");
        }
    }
}
