//! [`Replica`]: where reads go as long as it is well.

mod failure;
mod lag;
mod link;
mod monitor;
mod state;

use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use diesel::PgConnection;

pub(super) use self::failure::Failure;
use self::link::Link;
pub use self::state::{ReplicaCondition, ReplicaState};
use super::instrumentation::StatementLog;
use super::position::WalPosition;
use super::transaction;
use crate::config::Config;
use crate::error::{Error, Result};

/// The replica of a database. The thread that looks after it begins with the first read and ends with this.
pub(super) struct Replica {
    link: Arc<Link>,
    primary: Config,
    patience: Option<Duration>,
    monitor: OnceLock<()>,
}

impl Replica {
    /// The replica that the configuration names.
    pub(super) fn new(config: &Config) -> Option<Self> {
        let replica = config.of_replica()?;
        Some(Self {
            link: Arc::new(Link::new(replica)),
            primary: config.clone(),
            patience: config.replica_wait,
            monitor: OnceLock::new(),
        })
    }

    pub(super) fn state(&self) -> ReplicaState {
        self.link.state()
    }

    /// Runs `work` in a transaction of the replica; `None` where it is for the primary to do.
    pub(super) fn read<T, E>(
        &self,
        position: WalPosition,
        begin: &str,
        work: impl FnMut(&mut PgConnection) -> Result<T, E>,
    ) -> Option<Result<T, E>>
    where
        E: From<Error> + From<diesel::result::Error>,
    {
        let outcome = self.try_to_read(position, begin, work);
        self.link.count(outcome.is_some());
        outcome
    }

    fn try_to_read<T, E>(
        &self,
        position: WalPosition,
        begin: &str,
        work: impl FnMut(&mut PgConnection) -> Result<T, E>,
    ) -> Option<Result<T, E>>
    where
        E: From<Error> + From<diesel::result::Error>,
    {
        self.monitor.get_or_init(|| self.start_monitor());
        if position == WalPosition::UNKNOWN {
            return None;
        }
        let (connections, replayed) = self.link.usable()?;
        let conn = connections.get_while(|| self.link.usable().is_some());
        let conn: &mut PgConnection = &mut *match conn {
            Ok(conn) => conn,
            // All connections are in use, as may happen on the primary.
            Err(error @ Error::PoolTimeout { .. }) if self.link.usable().is_some() => {
                return Some(Err(error.into()));
            }
            Err(error) => {
                self.link.suspect(&error.to_string());
                return None;
            }
        };
        if position > replayed && !self.catches_up(conn, position) {
            return None;
        }
        let outcome = transaction::run(conn, begin, work);
        if outcome.is_ok() {
            return Some(outcome);
        }
        match StatementLog::of(conn).and_then(|log| log.failure) {
            None => Some(outcome),
            Some(Failure::OfStatement) => {
                tracing::debug!(target: "spending_db::replica", "a read that failed goes to the primary");
                None
            }
            Some(Failure::OfConnection) => {
                self.link.suspect("a connection was lost");
                None
            }
        }
    }

    /// Waits until the replica has come as far as that.
    fn catches_up(&self, conn: &mut PgConnection, position: WalPosition) -> bool {
        const LONGEST_PAUSE: Duration = Duration::from_millis(20);
        let started = Instant::now();
        let mut pause = Duration::from_millis(1);
        if let Some(log) = StatementLog::of(conn) {
            log.start_housekeeping();
        }
        let comes_so_far = loop {
            match WalPosition::of_replica(conn) {
                Ok(Some(replayed)) if replayed >= position => break true,
                Ok(Some(_)) => {}
                Ok(None) | Err(_) => break false,
            }
            let left = self
                .patience
                .unwrap_or_default()
                .saturating_sub(started.elapsed());
            if left.is_zero() {
                break false;
            }
            thread::sleep(pause.min(left));
            pause = LONGEST_PAUSE.min(pause * 2);
        };
        if let Some(log) = StatementLog::of(conn) {
            log.start_use();
        }
        comes_so_far
    }

    /// Starts the thread, and gives it a moment to find out how the replica is.
    fn start_monitor(&self) {
        const PATIENCE: Duration = Duration::from_secs(1);
        let (link, primary) = (Arc::clone(&self.link), self.primary.clone());
        let thread = thread::Builder::new().name("spending-db replica".to_owned());
        match thread.spawn(move || monitor::watch(&link, &primary)) {
            Ok(_) => self.link.wait_for_verdict(PATIENCE),
            Err(error) => {
                tracing::error!(target: "spending_db::replica", %error, "no thread can look after the replica: it is not read");
            }
        }
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        self.link.end();
    }
}
