//! [`Connections`]: a pool, who waits for it, and why it has none.

use std::sync::PoisonError;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use diesel::r2d2::Pool;
use serde::Serialize;

use super::pool::{ConnectionManager, LastFailure, LogFailures, PooledConnection};
use crate::config::Config;
use crate::error::{Error, Result};

/// A pool of connections to one server.
pub(super) struct Connections {
    pool: Pool<ConnectionManager>,
    size: u32,
    checkout_timeout: Duration,
    waiting: AtomicU32,
    last_failure: LastFailure,
}

impl Connections {
    /// A pool that makes its connections when they are wanted.
    pub(super) fn new(config: &Config) -> Self {
        let last_failure = LastFailure::default();
        let pool = Pool::builder()
            .max_size(config.pool_size)
            .min_idle(Some(config.pool_min_idle))
            .connection_timeout(config.checkout_timeout)
            .test_on_check_out(true)
            .error_handler(Box::new(LogFailures))
            .build_unchecked(ConnectionManager::new(config.clone(), last_failure.clone()));
        Self {
            pool,
            size: config.pool_size,
            checkout_timeout: config.checkout_timeout,
            waiting: AtomicU32::new(0),
            last_failure,
        }
    }

    /// A connection, waited for where all are in use.
    pub(super) fn get(&self) -> Result<PooledConnection> {
        if let Some(conn) = self.pool.try_get() {
            return Ok(conn);
        }
        let waiting = Waiting::start(&self.waiting);
        let started = Instant::now();
        let conn = self.pool.get();
        drop(waiting);
        conn.map_err(|_| self.checkout_error(started.elapsed()))
    }

    /// A connection, waited for as long as the pool may yet have one: the first one that cannot be made ends the wait, and
    /// so does `goes_on`.
    pub(super) fn get_while(&self, goes_on: impl Fn() -> bool) -> Result<PooledConnection> {
        const SLICE: Duration = Duration::from_millis(20);
        if let Some(conn) = self.pool.try_get() {
            return Ok(conn);
        }
        let _waiting = Waiting::start(&self.waiting);
        let started = Instant::now();
        loop {
            if let Ok(conn) = self.pool.get_timeout(SLICE.min(self.checkout_timeout)) {
                return Ok(conn);
            }
            let waited = started.elapsed();
            let error = self.checkout_error(waited);
            let is_over = waited >= self.checkout_timeout || !goes_on();
            if is_over || !matches!(error, Error::PoolTimeout { .. }) {
                return Err(error);
            }
        }
    }

    pub(super) fn state(&self) -> PoolState {
        let state = self.pool.state();
        PoolState {
            size: self.size,
            connections: state.connections,
            idle: state.idle_connections,
            in_use: state.connections.saturating_sub(state.idle_connections),
            waiting: self.waiting.load(Ordering::Relaxed),
        }
    }

    fn checkout_error(&self, waited: Duration) -> Error {
        let PoolState { size, in_use, .. } = self.state();
        let mut last_failure = self
            .last_failure
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        match last_failure.take() {
            Some(failure) if in_use < size => failure,
            _ => Error::PoolTimeout {
                waited,
                in_use,
                size,
            },
        }
    }
}

/// How a pool is at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PoolState {
    /// The most connections it may have.
    pub size: u32,
    /// The connections it has.
    pub connections: u32,
    /// Those of them that wait for a user.
    pub idle: u32,
    /// Those of them that are in use.
    pub in_use: u32,
    /// The threads that wait for a connection.
    pub waiting: u32,
}

/// Counts a thread as waiting for as long as it lives.
struct Waiting<'c>(&'c AtomicU32);

impl<'c> Waiting<'c> {
    fn start(counter: &'c AtomicU32) -> Self {
        counter.fetch_add(1, Ordering::Relaxed);
        Self(counter)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
