//! [`Lease`]: what the threads of a worker know of a job that one of them works on.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::types::SyncJobId;

/// A job that this worker has, for as long as it knows.
#[derive(Debug)]
pub(super) struct Lease {
    pub(super) id: SyncJobId,
    pub(super) attempt: i32,
    pub(super) length: Duration,
    is_lost: AtomicBool,
    until: Mutex<Instant>,
    progress: Mutex<Progress>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Progress {
    done: i32,
    total: Option<i32>,
    is_shown: bool,
}

impl Lease {
    /// A lease that was asked for at this moment: it ends by this clock before it does by the database's.
    pub(super) fn new(id: SyncJobId, attempt: i32, length: Duration, asked: Instant) -> Self {
        Self {
            id,
            attempt,
            length,
            is_lost: AtomicBool::new(false),
            until: Mutex::new(asked + length),
            progress: Mutex::new(Progress {
                is_shown: true,
                ..Progress::default()
            }),
        }
    }

    /// The lease was renewed, which was asked for at this moment.
    pub(super) fn renewed(&self, asked: Instant) {
        *self.until.lock().unwrap_or_else(PoisonError::into_inner) = asked + self.length;
    }

    /// The job is not the worker's any more.
    pub(super) fn lose(&self) {
        self.is_lost.store(true, Ordering::Relaxed);
    }

    /// Whether the job is not the worker's any more, or may not be: the lease has ended and the server was not reached.
    pub(super) fn is_lost(&self) -> bool {
        let until = *self.until.lock().unwrap_or_else(PoisonError::into_inner);
        self.is_lost.load(Ordering::Relaxed) || Instant::now() >= until
    }

    /// Steps done and steps in all.
    pub(super) fn progress(&self) -> (i32, Option<i32>) {
        let progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        (progress.done, progress.total)
    }

    /// Notes how far the job is.
    pub(super) fn set_progress(&self, done: i32, total: Option<i32>) {
        let mut progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        *progress = Progress {
            done,
            total,
            is_shown: false,
        };
    }

    /// Whether there is progress since the last call.
    pub(super) fn take_news(&self) -> bool {
        let mut progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        !std::mem::replace(&mut progress.is_shown, true)
    }
}
