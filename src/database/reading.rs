//! Reads of [`Database`], on the replica where there is one.

use diesel::PgConnection;

use super::{Database, WalPosition, transaction};
use crate::error::{Error, Result};

impl Database {
    /// Runs `work` in a transaction that cannot write and in which every question sees the same state.
    ///
    /// Where the configuration names a replica, it is the replica's as long as that is no further behind than
    /// `DATABASE_REPLICA_MAX_LAG_SECONDS`, and may so be older than what this program has written; see
    /// [`Database::read_after`]. How far it is behind is looked after by a thread of its own that the first read starts, once
    /// a second or more often. Where the replica is gone, or a question fails there (its connection is lost, its replay of the log
    /// has to end a long question, it has no such table yet), `work` is run once more, on the primary; so it may run twice, and whatever it does
    /// besides asking it does twice. A replica that failed is left alone until that thread finds it well.
    ///
    /// While the primary is out of reach, nobody can be ahead of a replica that had caught up: it is read on.
    pub fn read<T, E>(&self, work: impl FnMut(&mut PgConnection) -> Result<T, E>) -> Result<T, E>
    where
        E: From<Error> + From<diesel::result::Error>,
    {
        self.read_after(WalPosition::START, work)
    }

    /// As [`Database::read`], and sees all that was committed before `position`: a replica that has not come so far is waited
    /// for (`DATABASE_REPLICA_WAIT`), and then it is the primary that is read.
    pub fn read_after<T, E>(
        &self,
        position: WalPosition,
        mut work: impl FnMut(&mut PgConnection) -> Result<T, E>,
    ) -> Result<T, E>
    where
        E: From<Error> + From<diesel::result::Error>,
    {
        let begin = self.0.begin.reading();
        if let Some(replica) = &self.0.replica
            && let Some(outcome) = replica.read(position, begin, &mut work)
        {
            return outcome;
        }
        transaction::run(&mut *self.conn()?, begin, work)
    }

    /// As [`Database::transaction`], and tells the position to read after for who wants to see it.
    ///
    /// Where it is committed but the server is gone before it tells the position, that is [`WalPosition::UNKNOWN`].
    pub fn write<T, E>(
        &self,
        work: impl FnOnce(&mut PgConnection) -> Result<T, E>,
    ) -> Result<(T, WalPosition), E>
    where
        E: From<Error> + From<diesel::result::Error>,
    {
        let conn: &mut PgConnection = &mut *self.conn()?;
        let value = transaction::run(conn, self.0.begin.writing(), work)?;
        let position = WalPosition::of_primary(conn).unwrap_or(WalPosition::UNKNOWN);
        Ok((value, position))
    }

    /// The position to read after for who wants to see all that is committed by now.
    pub fn position(&self) -> Result<WalPosition> {
        WalPosition::of_primary(&mut *self.conn()?)
    }
}
