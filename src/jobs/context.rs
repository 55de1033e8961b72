//! [`Context`]: what a job that runs can ask for.

use std::sync::Arc;

use diesel::prelude::*;

use super::Shutdown;
use super::claims::{self, Attempt, Claimed};
use super::lease::Lease;
use crate::database::PooledConnection;
use crate::types::{SyncJobId, UserId};
use crate::{Database, Error, Result};

/// What a job that runs can ask for: a connection, its own number, whether it should go on.
pub struct Context<'a> {
    pub(super) database: &'a Database,
    pub(super) job: &'a Claimed,
    pub(super) worker: &'a str,
    pub(super) watch: Watch,
    pub(super) link: Link<'a>,
}

/// The connection of a job.
pub(super) enum Link<'a> {
    /// In the transaction that completes it.
    Atomic(&'a mut PgConnection),
    /// Its own, once it has asked for it.
    Own(Option<PooledConnection>),
}

/// Tells how a job gets on and hears whether it should go on; for threads of its own, such as those of an import.
#[derive(Debug, Clone)]
pub struct Watch {
    pub(super) lease: Arc<Lease>,
    pub(super) shutdown: Shutdown,
}

impl Watch {
    /// Notes that so many steps are done, of how many where that is known. Others see it within a second, also where the job
    /// is one transaction; so it may be called as often as one likes.
    pub fn progress(&self, done: u64, total: Option<u64>) {
        let number = |count: u64| i32::try_from(count).unwrap_or(i32::MAX);
        self.lease.set_progress(number(done), total.map(number));
    }

    /// [`Error::Interrupted`] where the job should not go on: it was cancelled, its lease was lost, or the worker ends. A long
    /// job asks between its steps, and returns the error.
    pub fn check(&self) -> Result<()> {
        self.check_lease()?;
        if self.shutdown.is_requested() {
            return Err(Error::Interrupted("the worker ends".to_owned()));
        }
        Ok(())
    }

    fn check_lease(&self) -> Result<()> {
        if self.lease.is_lost() {
            return Err(claims::lost());
        }
        Ok(())
    }
}

impl Context<'_> {
    /// The job's id.
    pub fn id(&self) -> SyncJobId {
        self.job.id
    }

    /// Which attempt this is; the first is 1.
    pub fn attempt(&self) -> i32 {
        self.job.attempt
    }

    /// Whom the job works for, by its row.
    pub fn user(&self) -> Option<UserId> {
        self.job.user
    }

    /// The job's connection. In [`Mode::Atomic`](super::Mode::Atomic) it is in the transaction that completes the job; else it
    /// is one of the pool's, taken when it is first asked for.
    ///
    /// It is to be left as it was found: what is `SET` for the session may meet the next job.
    pub fn conn(&mut self) -> Result<&mut PgConnection> {
        let slot = match &mut self.link {
            Link::Atomic(conn) => return Ok(conn),
            Link::Own(slot) => slot,
        };
        let conn = match slot.take() {
            Some(conn) => conn,
            None => self.database.conn()?,
        };
        Ok(&mut **slot.insert(conn))
    }

    /// Runs one step in a transaction that commits only while the job is this worker's: it is rolled back, with
    /// [`Error::Interrupted`], where the job was cancelled or taken by another worker meanwhile.
    pub fn transaction<T>(
        &mut self,
        step: impl FnOnce(&mut PgConnection) -> Result<T>,
    ) -> Result<T> {
        self.watch.check_lease()?;
        let attempt = Attempt {
            id: self.job.id,
            worker: self.worker,
            number: self.job.attempt,
        };
        let is_atomic = matches!(self.link, Link::Atomic(_));
        self.conn()?.transaction(|conn| {
            let value = step(conn)?;
            // The transaction that completes the job asks for itself.
            if !is_atomic {
                claims::hold(conn, attempt)?;
            }
            Ok(value)
        })
    }

    /// The pool, for a job in [`Mode::Steps`](super::Mode::Steps) that needs several connections. One that holds
    /// [`Context::conn`] meanwhile may wait for itself.
    pub fn database(&self) -> &Database {
        self.database
    }

    /// See [`Watch::progress`].
    pub fn progress(&self, done: u64, total: Option<u64>) {
        self.watch.progress(done, total);
    }

    /// See [`Watch::check`].
    pub fn check(&self) -> Result<()> {
        self.watch.check()
    }

    /// What other threads of the job need for progress and checks.
    pub fn watch(&self) -> Watch {
        self.watch.clone()
    }
}
