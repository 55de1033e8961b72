//! What work that writes has in common: contenders that all leave the same behind.

use serde_json::Value;

use crate::contest::{Run, timed};
use crate::digest;
use crate::error::Result;
use crate::scratch::Scratch;

/// A database that is put back before each run, and what is asked of it afterwards.
pub struct Writing<'w> {
    pub scratch: &'w Scratch,
    /// Statements that put it back, each on its own.
    pub reset: &'w [&'w str],
    /// Whose answer every contender must leave behind.
    pub left: &'w str,
}

impl Writing<'_> {
    /// Puts the database back, takes the time of the work, and asks what it left behind.
    pub fn time<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<Run> {
        self.scratch.run(self.reset)?;
        let (_, took) = timed(work)?;
        Ok(Run::new(took, self.left()))
    }

    /// As [`time`](Self::time), for work that takes its own time.
    pub fn timed_by_itself(&self, work: impl FnOnce() -> Result<Run>) -> Result<Run> {
        self.scratch.run(self.reset)?;
        let run = work()?;
        if run.stopped {
            return Ok(run);
        }
        Ok(Run::new(run.took, self.left()))
    }

    fn left(&self) -> impl FnOnce() -> Result<Value> + 'static {
        let (url, left) = (self.scratch.url(), self.left.to_owned());
        move || digest::of_database(&url, &left)
    }
}
